// Soft erasure (Zhao & Aletras 2023): what becomes of an answer when parts go in shares, as scores between which models
// can be compared.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace fovea::metrics {

// From the smallest (0) to the largest (1). Where all are equal they say nothing, and each is a half.
std::vector<double> scaled_to_one(std::span<const double> scores);

// Probabilities of one class: of the input, of it with nothing in any of its parts, and of it softened. With
// S(x') = 1 − max(0, p(x) − p(x')) these are max(0, p(x) − p(x')) / (1 − S(0)) and (S(x') − S(0)) / (1 − S(0)), both
// cut to [0, 1] and better when higher. None where 1 − S(0) is below 1e-4: then there is nothing to lose.
std::optional<double> soft_comprehensiveness(double whole, double nothing, double softened);
std::optional<double> soft_sufficiency(double whole, double nothing, double softened);

}  // namespace fovea::metrics
