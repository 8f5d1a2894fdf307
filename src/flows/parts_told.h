// The words of an audit by name: which of them answers hang on, how often a map names those, and where its mass lies.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "audit/result.h"
#include "tasks/model.h"

namespace fovea::flows {

class PartsTold {
 public:
  // One input: its words, what the map gives to each, and what the answer loses without each.
  void add(const tasks::Spelled& spelled, const std::vector<double>& scores, const std::vector<double>& losses);

  // The words that most often take more than any other from an answer, and are seldom first in the map: those that were
  // missed most often first. Words that differ by case only are one.
  std::vector<audit::TellingPart> telling() const;

  // The share of the map's scores, without sign, on punctuation, numbers, the first and the last word.
  std::vector<audit::MassAt> mass() const;

 private:
  std::map<std::string, audit::TellingPart> by_name_;
  std::array<double, 4> share_{}, even_{};  // sums over the inputs
  double inputs_ = 0;
};

}  // namespace fovea::flows
