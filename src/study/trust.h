// What an audit said of the model of one training: its grade and the numbers that decide it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/result.h"
#include "base/json.h"

namespace fovea::study {

// What an audit found of each input; NaN where it has no such number, none of all where a run was kept without.
struct InputTrust {
  std::vector<int64_t> inputs;      // their numbers in the part that was audited, rising
  std::vector<double> lift;         // the largest weight, times the number of parts
  std::vector<double> marked;       // 1 where a part is marked in a picture of the weights, else 0
  std::vector<double> permuted;     // how far permuting the weights moves the answer
  std::vector<double> beyond;       // normalised AOPC of the weights less that of random parts
  std::vector<double> best_beyond;  // of the best other method less that: the recovery R is the ratio of the two means
  std::vector<double> first_beyond, first_best_beyond;  // of the picture that is shown first: likewise
};

struct Trust {
  std::string failure;      // why there is no audit, "" where there is one: only then the rest is filled in
  bool no_weights = false;  // because there are no weights to audit
  audit::Grade grade = audit::Grade::kNotAuditable;
  bool provisional = true, ignored = false;
  std::optional<bool> replaceable;
  int64_t texts = 0;
  audit::Number permuted;                       // how far permuting the weights moves the answer
  audit::Number comprehensiveness, random;      // of the words attention names, and of random ones
  audit::Number normalised, normalised_random;  // the same between the bounds of all orders
  audit::Number gradient;                       // Kendall's tau with the gradient
  audit::Number recovered;                      // R: how far the weights go from random parts to the best other method
  audit::Number first_recovered;                // of the picture that is shown first
  audit::Grade first_grade = audit::Grade::kNotAuditable;
  std::string first_method;  // that stands in for the weights there; "attention" where none does
  InputTrust by_input;

  Json to_json() const;
  static Trust from_json(const Json& json);  // throws Json::exception where it is none
};

Trust trust_of(const audit::Result& result);

}  // namespace fovea::study
