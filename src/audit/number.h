// A measured number with its spread: what every figure of an audit is.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace fovea::audit {

// Over inputs. low, high: 95 % bootstrap interval of the mean, 2,000 resamples.
struct Number {
  double mean = 0, sd = 0, low = 0, high = 0;
  int64_t n = 0;  // inputs; 0: there is no such number

  bool above(double value) const { return n > 1 && low > value; }   // the whole interval, which one input has none of
  bool below(double value) const { return n > 1 && high < value; }  // likewise
};

// What an input has no value of: it is left out of every mean.
inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// Of some inputs of a material, by their numbers.
using Rows = std::vector<size_t>;
Rows all_rows(size_t inputs);

// Over the rows of `values` (one per input) that are not kNone. Deterministic.
Number number_of(const std::vector<double>& values, const Rows& rows);
Number number_of(const std::vector<double>& values);

// Of what pairs of trainings show, [pair][input], each pair of a seed of its own: the interval of the mean over all of
// them counts the luck of the seeds beside that of the inputs. sd: of the means over the pairs. An input that is kNone
// in one pair is left out. Of one pair the luck of its seed cannot be known.
Number number_of_seeds(const std::vector<std::vector<double>>& by_seed);

// a − b, input by input; kNone where either is.
std::vector<double> difference_of(const std::vector<double>& a, const std::vector<double>& b);

// The middle one of those that are not kNone, of an even number the mean of two; kNone of none.
double median_of(std::vector<double> values);
std::vector<double> chosen(const std::vector<double>& values, const Rows& rows);

// Two-sided p of the mean of paired differences being 0, by the randomisation test over inputs.
double p_of(const std::vector<double>& differences);

}  // namespace fovea::audit
