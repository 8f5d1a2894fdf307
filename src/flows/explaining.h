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
  std::optional<std::string> asked;  // the label that the methods were asked about; none: the one that is answered
  std::string audited;               // what an audit found of the picture, for the head of a page; "" = nothing
  int64_t seen_in_training = 0;      // of these inputs
  int64_t in_file = 0;               // inputs that there are
};

// methods: names as Model::methods() has them; none: what attention gives, as answers have it. label: the class that
// they are asked about; none: the one that is answered. Throws UserError (kUsage) for a name that there is not or that
// stands twice, and where the model cannot be asked by a method.
Explained explain(const tasks::Model& model, const tasks::Inputs& inputs, int64_t limit,
                  const std::vector<std::string>& methods, const std::optional<std::string>& label = {});

// Of answers that no method was asked about and whose weights are nearly even: what another method says, to be shown
// instead.
struct StandIns {
  std::optional<attribution::MethodFacts> method;      // none: no such answers, or nothing that could stand in
  std::vector<attribution::Attribution> of_answers{};  // without scores where the weights are worth showing
};
StandIns stand_ins(const tasks::Model& model, const tasks::Inputs& inputs, const Explained& explained);

// Throws what explain() throws for `methods`.
void require_methods(const tasks::Model& model, const std::vector<std::string>& methods);

// The page of `fovea explain --html`, under a title. It shows all answers by the same methods: where none was asked and
// the weights of most are nearly even, by the one that stands in and by attention.
std::string explained_page(const OpenModel& model, const tasks::Inputs& inputs, const Explained& explained,
                           const std::string& title);

// An answer as JSON, with what the methods say of it.
Json explained_json(const Explained& explained, size_t number, const tasks::Shown& shown);

}  // namespace fovea::flows
