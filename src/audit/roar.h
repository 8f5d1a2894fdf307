// Recursive ROAR (Madsen et al. 2022): mask what a map names in the training data, train anew, and see how much less
// there is to learn. Where a model has been trained on masked inputs they are nothing strange to it. Each step masks by
// what the model of the step before says of the parts that are left, so that a second word that says the same is masked
// in its turn.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "audit/material.h"
#include "audit/number.h"
#include "audit/retraining.h"

namespace fovea::audit {

struct DeepWork;
using DeepDone = std::function<void(double share)>;

inline constexpr int64_t kRoarSteps = 10;  // of a tenth of the parts each

struct RoarOptions {
  int64_t seeds = 3;
  uint64_t seed = 1;  // of what is masked at random
};

// What is masked, and how well models do that were trained so.
struct RoarCurve {
  std::string name;
  std::vector<Number> accuracy;  // at 0, 10, … 100 % of the parts masked, over inputs and seeds
};

struct RoarMap {
  RoarCurve curve;
  // How much more is lost than by masking at random, of the most that could be (RACU): 0 as random, 1 the ideal, down
  // to −1. Its interval counts the luck of inputs and seeds. None where masking at random is not shown to do harm.
  Number racu;
  std::vector<double> by_seed;  // kNone where there is none
};

struct RoarResult {
  int64_t seeds = 0;
  int64_t trainings = 0;  // that it needs, those with nothing masked not counted
  RoarCurve random;
  std::vector<RoarMap> maps;  // the model's attention first
};

// methods: by which parts are masked; each is one that the models' attributors offer. material: truth of the inputs of
// the audit, some of it known.
RoarResult recursive_roar(Retraining& retraining, const Material& material,
                          const std::vector<attribution::Method>& methods, const RoarOptions& options,
                          const DeepDone& done);

// The part of the deep audit. Left out where this kind of task has no such trainings, no truth is known or no seed is
// asked for.
void retrain_without_named(const DeepWork& work, const DeepDone& done);

}  // namespace fovea::audit
