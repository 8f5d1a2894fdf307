// What an audit said of the model of one training: its grade and the numbers that decide it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "audit/result.h"
#include "base/json.h"

namespace fovea::study {

struct Trust {
  std::string failure;  // why there is no audit, "" where there is one: only then the rest is filled in
  audit::Grade grade = audit::Grade::kNotAuditable;
  bool provisional = true, ignored = false;
  std::optional<bool> replaceable;
  int64_t texts = 0;
  audit::Number permuted;                       // how far permuting the weights moves the answer
  audit::Number comprehensiveness, random;      // of the words attention names, and of random ones
  audit::Number normalised, normalised_random;  // the same between the bounds of all orders
  audit::Number gradient;                       // Kendall's tau with the gradient

  Json to_json() const;
  static Trust from_json(const Json& json);  // throws Json::exception where it is none
};

Trust trust_of(const audit::Result& result);

}  // namespace fovea::study
