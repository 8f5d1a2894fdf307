// How far a work of several parts is, each taking its planned share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "audit/material.h"

namespace fovea::audit {

class ProgressMeter {
 public:
  struct Part {
    std::string name;
    double weight;  // in any unit that is the same for all
  };

  ProgressMeter(Progress progress, std::vector<Part> parts) : progress_(std::move(progress)), parts_(std::move(parts)) {
    for (const Part& part : parts_) total_ += part.weight;
  }

  // Begins the next part, in the order planned; takes how much of it is done, 0 to 1.
  std::function<void(double)> next() {
    const Part& part = parts_.at(at_++);
    const double before = before_;
    before_ += part.weight;
    return [this, &part, before](double share) {
      if (progress_) progress_(part.name, total_ > 0 ? (before + share * part.weight) / total_ : 1);
    };
  }

 private:
  Progress progress_;
  std::vector<Part> parts_;
  double total_ = 0, before_ = 0;
  size_t at_ = 0;
};

}  // namespace fovea::audit
