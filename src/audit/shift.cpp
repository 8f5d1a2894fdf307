#include "audit/shift.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/errors.h"
#include "base/random.h"

namespace fovea::audit {
namespace {

using Matrix = std::vector<std::vector<double>>;

Matrix squared_distances(const std::vector<const std::vector<double>*>& rows) {
  Matrix out(rows.size(), std::vector<double>(rows.size(), 0));
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      double sum = 0;
      for (size_t d = 0; d < rows[i]->size(); ++d) {
        const double difference = (*rows[i])[d] - (*rows[j])[d];
        sum += difference * difference;
      }
      out[i][j] = out[j][i] = sum;
    }
  }
  return out;
}

double median_distance(const Matrix& squares) {
  std::vector<double> all;
  for (size_t i = 0; i < squares.size(); ++i)
    all.insert(all.end(), squares[i].begin(), squares[i].begin() + static_cast<std::ptrdiff_t>(i));
  const auto middle = all.begin() + std::ssize(all) / 2;
  std::nth_element(all.begin(), middle, all.end());
  return *middle;
}

// The biased estimate, which is never negative.
double discrepancy(const Matrix& kernel, const std::vector<size_t>& order, size_t first) {
  double within_a = 0, within_b = 0, between = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    const std::vector<double>& row = kernel[order[i]];
    for (size_t j = 0; j < order.size(); ++j) {
      const double value = row[order[j]];
      if (i < first && j < first) within_a += value;
      if (i >= first && j >= first) within_b += value;
      if (i < first && j >= first) between += value;
    }
  }
  const auto a = static_cast<double>(first), b = static_cast<double>(order.size() - first);
  return within_a / (a * a) + within_b / (b * b) - 2 * between / (a * b);
}

}  // namespace

Shift shift_of(const Matrix& a, const Matrix& b, uint64_t seed, int permutations) {
  FOVEA_CHECK(a.size() > 1 && b.size() > 1, a.size(), b.size());
  std::vector<const std::vector<double>*> rows;
  for (const auto& row : a) rows.push_back(&row);
  for (const auto& row : b) rows.push_back(&row);
  Matrix kernel = squared_distances(rows);
  const double width = median_distance(kernel);
  for (auto& row : kernel) {
    for (double& value : row) value = width > 0 ? std::exp(-value / width) : 1.0;
  }
  std::vector<size_t> order(rows.size());
  std::iota(order.begin(), order.end(), size_t{0});
  Shift out;
  out.discrepancy = discrepancy(kernel, order, a.size());
  int as_large = 0;
  for (int i = 0; i < permutations; ++i) {
    shuffle(std::span<size_t>(order), {seed, Purpose::kShift, static_cast<uint64_t>(i)});
    if (discrepancy(kernel, order, a.size()) >= out.discrepancy - 1e-12) ++as_large;
  }
  out.p = (as_large + 1.0) / (permutations + 1.0);
  return out;
}

}  // namespace fovea::audit
