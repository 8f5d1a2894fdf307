// Answers with where the model looked and with what other methods say. Prints nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flows/using.h"
#include "report/attributed.h"
#include "report/page.h"

namespace fovea::flows {

struct Explained {
  std::vector<std::unique_ptr<tasks::Answer>> answers;  // of the first inputs, as many as were asked for
  report::Attributed attributed;                        // what the methods say of each
  // Of answers whose weights are nearly even and of which nothing else was asked: what another method says, to be shown
  // instead. [answer]; without scores where the weights are worth showing.
  std::optional<attribution::MethodFacts> stand_in;
  std::vector<attribution::Attribution> instead;
  int64_t nearly_even = 0;       // answers that have one
  int64_t seen_in_training = 0;  // of these inputs
  int64_t in_file = 0;           // inputs that there are
};

// methods: names as Model::methods() has them; none: what attention gives, as answers have it. label: the class that
// they are asked about; none: the one that is answered. Throws UserError (kUsage) for a name that there is not or that
// stands twice, and where the model cannot be asked by a method.
Explained explain(const tasks::Model& model, const tasks::Inputs& inputs, int64_t limit,
                  const std::vector<std::string>& methods, const std::optional<std::string>& label = {});

// A page shows all of its answers by the same methods. Where the weights of most are nearly even: the same answers by
// the stand-in and by attention; else nothing.
std::optional<Explained> by_stand_in(const tasks::Model& model, const tasks::Inputs& inputs,
                                     const Explained& explained);

// Throws what explain() throws for `methods`.
void require_methods(const tasks::Model& model, const std::vector<std::string>& methods);

// The page of `fovea explain --html`, under a title.
std::string explained_page(const OpenModel& model, const Explained& explained, const std::string& title);

// An answer as JSON, with what the methods say of it.
Json explained_json(const Explained& explained, size_t number, const tasks::Shown& shown);

}  // namespace fovea::flows
