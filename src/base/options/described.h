// The options of a struct as a list, and what the program asks of such a list.
#pragma once

#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/errors.h"
#include "base/options/visitor.h"

namespace fovea::options {

// An option, and the field of the struct that has its value.
struct Described {
  Facts facts;
  Field field;
};

class Collector : public Visitor {
 public:
  std::vector<Described> take() { return std::move(described_); }

 private:
  void field(const Facts& facts, const Field& field) override { described_.push_back({facts, field}); }

  std::vector<Described> described_;
};

// Every field that visit() names, as it names them. They point into `options`.
template <typename Struct>
std::vector<Described> described(Struct& options) {
  Collector collector;
  visit(options, collector);
  return collector.take();
}

// A value apart from its field. Of a word its name, of nothing std::monostate.
using Value = std::variant<std::monostate, bool, int64_t, uint64_t, double, std::string, std::vector<std::string>>;

Value value_of(const Field& field);  // not of Spelled
void assign(const Field& field, const Value& value);
const void* address_of(const Field& field);

bool is_switch(const Field& field);
bool is_number(const Field& field);

using Given = std::set<std::string>;  // the names of options that were set, by file or command line

// The option that fills `field`, and whether it is among `given`.
const Described& option_of(const std::vector<Described>& options, const void* field);
bool is_given(const std::vector<Described>& options, const Given& given, const void* field);

// A mistake: an option given that cannot apply to what was chosen, or beside another.
class CannotApply : public UserError {
 public:
  CannotApply(const std::string& option, const std::string& because);
  CannotApply(const std::string& option, const std::string& because, const std::string& remedy);
  const std::string& option() const { return option_; }

 private:
  std::string option_;
};

// Throws CannotApply for the first option that is given and idle or lacking (Facts::idle, Facts::lacking), or that
// Facts::with_init rules out.
void refuse_idle(const std::vector<Described>& options, const Given& given);
void refuse_with_init(const std::vector<Described>& options, const Given& given);

// The first of those given (but Facts::per_run) whose values in `now` and `before`, lists of one struct, are not the
// same; nothing where all are.
const Described* first_difference(const std::vector<Described>& now, const std::vector<Described>& before,
                                  const Given& given);

// Gives to `options` those values of `now`, a list of the same struct, that are given and of this run (Facts::per_run).
void take_anew(const std::vector<Described>& options, const std::vector<Described>& now, const Given& given);

// Gives to `options` the values of `known`, a list of the same struct, but for options of training (Facts::of_training)
// that are given. Returns the first other option given whose value is not that of `known`; nothing is assigned then.
const Described* take_over(const std::vector<Described>& options, const std::vector<Described>& known,
                           const Given& given);

}  // namespace fovea::options
