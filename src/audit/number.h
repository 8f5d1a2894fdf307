// A measured number with its spread: what every figure of an audit is.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
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

// Of values that are 1 or 0: their mean with the exact interval of a share, which has a width where all are equal.
Number share_of(const std::vector<double>& values, const Rows& rows);
Number share_of(const std::vector<double>& values);

// The median in place of the mean, with its 95 % interval from the order of the values alone.
Number median_number(const std::vector<double>& values, const Rows& rows);

// The mean of `above` over the mean of `below`, of the rows that have both, with the interval of resampling them
// jointly. None (n = 0) where the mean of `below` is not surely above 0.
Number ratio_of(const std::vector<double>& above, const std::vector<double>& below, const Rows& rows);

// One-sided p of that ratio being `limit` or less, from the same resamples: below .025 where its interval is above it.
double p_of_ratio(const std::vector<double>& above, const std::vector<double>& below, const Rows& rows, double limit);

// Of what pairs of trainings show, [pair][input], each pair of a seed of its own: the interval of the mean over all of
// them counts the luck of the seeds beside that of the inputs. sd: of the means over the pairs. An input that is kNone
// in one pair is left out. Of one pair the luck of its seed cannot be known.
Number number_of_seeds(const std::vector<std::vector<double>>& by_seed);

// What `statistic` makes of the means of some columns, [column][input], with the interval of resampling their inputs
// jointly; sd is 0. n = 0 of no inputs.
Number resampled(const std::vector<std::vector<double>>& columns,
                 const std::function<double(const std::vector<double>& means)>& statistic);

// a − b, input by input; kNone where either is.
std::vector<double> difference_of(const std::vector<double>& a, const std::vector<double>& b);

// The middle one of those that are not kNone, of an even number the mean of two; kNone of none.
double median_of(std::vector<double> values);
std::vector<double> chosen(const std::vector<double>& values, const Rows& rows);

// Two-sided p of the mean of paired differences being 0, by the randomisation test over inputs.
double p_of(const std::vector<double>& differences);

}  // namespace fovea::audit
