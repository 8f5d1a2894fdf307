// What twins can tell of a map: whether trainings agree where to look and whether attention is needed, whether masked
// inputs look strange to a twin, and what dropping parts costs one that has seen as much.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "audit/material.h"
#include "audit/number.h"
#include "audit/result.h"

namespace fovea::audit {

// What one training makes of the inputs: its map of each, and whether it is right, 1, 0 or kNone.
struct Training {
  std::vector<Weights> maps;
  std::vector<double> right;
};
Training training_of(const Material& material, const Answers& answers);

// The maps of every pair among the first and those that match it: mean JSD, the same where one of the two is permuted
// with `seed`, and Kendall's tau, per input. The first is the model audited.
SeedStability stability_of(const std::vector<Training>& trainings, uint64_t seed);

// The accuracy of `learned` less that of `even`, of which the i-th of both had the same seed: with the luck of the
// inputs and of the seeds.
Number gap_of(const std::vector<Training>& learned, const std::vector<Training>& even);

// Whether two samples of a model's inner states look alike: the kernel two-sample test (Gretton et al. 2012), maximum
// mean discrepancy with a Gaussian kernel of the median distance, its p by permutations.
struct Shift {
  double discrepancy = 0;  // squared, of the samples; 0: none
  double p = 1;            // of so large a one by chance, from 1/(permutations + 1) up
};

// a, b: vectors of equal width, at least two each. O((|a| + |b|)²) kernels, then so many per permutation.
Shift shift_of(const std::vector<std::vector<double>>& a, const std::vector<std::vector<double>>& b, uint64_t seed,
               int permutations = 500);

// F-Fidelity (Zheng et al. 2025): what dropping random parts of a map's top does to the right answers, on a model that
// has seen inputs with so few parts masked.
struct FidelityOptions {
  double share = 0.2;  // of the parts, rounded up: the top part of a map
  double alpha = 0.5, beta = 0.1;
  int draws = 50;
  uint64_t seed = 1;
};

// One value per input; kNone where the truth is unknown.
struct FidelityValues {
  std::vector<double> plus;   // of the top part; higher is better
  std::vector<double> minus;  // of the rest; lower is better
};

// One per map. `subject`: the model trained with a share of beta of the parts masked.
std::vector<FidelityValues> fidelity_of(Subject& subject, const Material& material, const std::vector<Map>& maps,
                                        const FidelityOptions& options, const std::function<void(double)>& progress);

}  // namespace fovea::audit
