// A measured number with its spread: what every figure of an audit is.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace fovea::audit {

// Over texts. low, high: 95 % bootstrap interval of the mean, 2,000 resamples.
struct Number {
  double mean = 0, sd = 0, low = 0, high = 0;
  int64_t n = 0;  // texts; 0: there is no such number

  bool above(double value) const { return n > 1 && low > value; }   // the whole interval, which one text has none of
  bool below(double value) const { return n > 1 && high < value; }  // likewise
};

// What a text has no value of: it is left out of every mean.
inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// Of some texts of a material, by their numbers.
using Rows = std::vector<size_t>;
Rows all_rows(size_t texts);

// Over the rows of `values` (one per text) that are not kNone. Deterministic.
Number number_of(const std::vector<double>& values, const Rows& rows);
Number number_of(const std::vector<double>& values);

// a − b, text by text; kNone where either is.
std::vector<double> difference_of(const std::vector<double>& a, const std::vector<double>& b);

// The middle one of those that are not kNone, of an even number the mean of two; kNone of none.
double median_of(std::vector<double> values);
std::vector<double> chosen(const std::vector<double>& values, const Rows& rows);

// Two-sided p of the mean of paired differences being 0, by the randomisation test over texts.
double p_of(const std::vector<double>& differences);

}  // namespace fovea::audit
