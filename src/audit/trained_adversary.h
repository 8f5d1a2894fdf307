// Can another model give the same answers and look elsewhere? Models trained to do that (Wiegreffe & Pinter 2019,
// section 4), beside models that differ from the one audited in their seed only. It describes; no grade rests on it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "audit/material.h"
#include "audit/number.h"

namespace fovea::audit {

struct DeepWork;
using DeepDone = std::function<void(double share)>;

// λ of the loss TVD(p, p of base) − λ · KL(weights, those of base), in turn. 0: only the answers are learnt.
inline constexpr double kPulls[] = {0, 0.001, 0.003, 0.01, 0.1};

// A model beside the one audited, over the inputs.
struct OtherModel {
  double pull = 0;   // λ of an adversary
  int64_t seed = 0;  // of a training with another seed its number, from 1; 0: an adversary
  Number moved;      // TVD of the two answers, 0 … 1
  Number distance;   // JSD of the two maps, the models' attention, 0 … ln 2
  Number accuracy;
};
OtherModel beside(const Material& material, const Answers& model, const Answers& other);

struct TrainedAdversaryResult {
  std::vector<OtherModel> adversaries;  // by rising λ
  std::vector<OtherModel> seeds;        // what luck alone does: the cloud that the adversaries are seen against
  // The largest means of the seeds: answers no further away than another seed's count as the same.
  double seeds_moved = 0, seeds_distance = 0;
  // Of the adversaries: the one that looks furthest away among those with λ > 0 that answer so; none where no such
  // does.
  std::optional<size_t> furthest;
};

// Fills in what follows from the points.
void sum_up(TrainedAdversaryResult& result);

// Part of the depth deep. Trains an adversary for each of kPulls. Fills Result::trained_adversary; nothing where the
// kind of task trains no adversaries.
void train_adversaries(const DeepWork& work, const DeepDone& done);

}  // namespace fovea::audit
