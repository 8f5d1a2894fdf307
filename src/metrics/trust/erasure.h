// What erasing the words that a map names does to an answer, or to what can be learnt, as numbers between which maps
// can be compared. The words are erased elsewhere; here the answers become scores.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace fovea::metrics {

// Shares of a text that are erased in turn (DeYoung et al. 2020).
inline constexpr std::array<double, 5> kErasureShares = {0.01, 0.05, 0.10, 0.20, 0.50};

// How many of `n` words each share is, rounded up: 1 % of 12 words is one word. Ascending, as many as shares.
std::array<size_t, 5> erasure_counts(size_t n);

// The mean of `values`, one per share, over the shares whose counts differ: in a short text several shares are the same
// words. DeYoung et al. divide by one more than there are shares in their paper, by their number in their program; this
// divides by their number. AOPC is the mean of comprehensiveness, p(c|x) − p(c|x without the top words), or of
// sufficiency, p(c|x) − p(c|the top words alone).
double aopc(std::span<const double> values, const std::array<size_t, 5>& counts);

// Normalised AOPC (Edin et al. 2025): where `value` lies between the lowest and the highest of any order of words. None
// where these are less than 1e-6 apart: then no order matters.
std::optional<double> normalised_aopc(double value, double lowest, double highest);

// Serrano & Smith 2019: the share of `n` that was removed when the answer changed. `removed`: how many had gone by
// then, 0 where the answer never changed, which gives 1.
double flip_fraction(size_t removed, size_t n);

// Chan et al. 2022: the share of (map, random map) pairs that a metric ranks rightly, of one text; a tie counts half.
// `scores`: what the metric gives to maps known to be sensible; `random`: to random ones. None where one is empty.
enum class Better { kHigher, kLower };
std::optional<double> diagnosticity(std::span<const double> scores, std::span<const double> random, Better better);

// Soft erasure (Zhao & Aletras 2023): what becomes of an answer when parts go in shares, as scores between which models
// can be compared.

// From the smallest (0) to the largest (1). Where all are equal they say nothing, and each is a half.
std::vector<double> scaled_to_one(std::span<const double> scores);

// Probabilities of one class: of the input, of it with nothing in any of its parts, and of it softened. With
// S(x') = 1 − max(0, p(x) − p(x')) these are max(0, p(x) − p(x')) / (1 − S(0)) and (S(x') − S(0)) / (1 − S(0)), both
// cut to [0, 1] and better when higher. None where 1 − S(0) is below 1e-4: then there is nothing to lose.
std::optional<double> soft_comprehensiveness(double whole, double nothing, double softened);
std::optional<double> soft_sufficiency(double whole, double nothing, double softened);

// Recursive ROAR (Madsen et al. 2022): how much faster a task becomes unlearnable where what a map names is masked than
// where parts are masked at random.

// By the trapezoidal rule over the shares masked, which go evenly from 0 to 1.
struct RoarAreas {
  double gained = 0;    // of the performance where parts are masked at random less that where the map's are
  double possible = 0;  // of that at random less what is left where all are masked
};

// Performances at shares that go evenly from 0 to 1, two or more; of the last both have the same.
RoarAreas roar_areas(std::span<const double> map, std::span<const double> random);

// The relative area between the curves (RACU): 0 as random parts, 1 the ideal, which would learn nothing from the first
// step on. Cut to [−1, 1]. None where masking at random does no harm.
std::optional<double> racu(const RoarAreas& areas);

}  // namespace fovea::metrics
