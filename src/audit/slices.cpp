#include "audit/slices.h"

#include <algorithm>

#include "metrics/bootstrap.h"

namespace fovea::audit {
namespace {

constexpr size_t kMostClasses = 20;  // labels shown as slices; of more, the most frequent ones

Slice slice_of(const std::string& by, const std::string& name, const SliceTexts& texts, const Rows& rows,
               const Evidence& whole) {
  Slice out;
  out.by = by;
  out.name = name;
  out.texts = std::ssize(rows);
  out.permuted_median = median_of(chosen(texts.permuted, rows));
  out.comprehensiveness = number_of(texts.comprehensiveness, rows);
  out.random = number_of(texts.random, rows);
  out.beyond_random = number_of(difference_of(texts.comprehensiveness, texts.random), rows);
  out.tau = number_of(texts.tau, rows);
  out.violation = number_of(texts.violates, rows);
  if (out.texts < kSliceTexts) return out;
  Evidence evidence = whole;
  evidence.answer_moves = median_of(chosen(texts.dependence, rows));
  evidence.metrics.clear();
  for (const MetricTexts& metric : texts.metrics) {
    MetricSight sight = sight_of(metric, rows);
    for (const MetricSight& of_all : whole.metrics) sight.blind |= of_all.metric == sight.metric && of_all.blind;
    evidence.metrics.push_back(sight);
  }
  evidence.permuted_median = out.permuted_median;
  evidence.beyond_random = out.beyond_random;
  evidence.depth = Depth::kQuick;  // what makes a grade higher than informative is measured of all texts only
  out.grade = decide(evidence).grade;
  return out;
}

void by_length(const SliceTexts& texts, const Evidence& whole, std::vector<Slice>& out) {
  if (texts.words.empty()) return;
  std::vector<double> sorted(texts.words.begin(), texts.words.end());
  std::sort(sorted.begin(), sorted.end());
  double above = 0;
  for (const double share : {0.25, 0.5, 0.75, 1.0}) {
    const double most = std::floor(metrics::quantile(sorted, share));
    Rows rows;
    double shortest = most, longest = 0;
    for (size_t i = 0; i < texts.words.size(); ++i) {
      const double words = static_cast<double>(texts.words[i]);
      if (words <= above || words > most) continue;
      rows.push_back(i);
      shortest = std::min(shortest, words);
      longest = std::max(longest, words);
    }
    above = most;
    if (rows.empty()) continue;
    const auto whole_number = [](double x) { return std::to_string(static_cast<int64_t>(x)); };
    out.push_back(slice_of(
        "words", shortest == longest ? whole_number(longest) : whole_number(shortest) + "–" + whole_number(longest),
        texts, rows, whole));
  }
}

}  // namespace

std::vector<Slice> slices_of(const SliceTexts& texts, const std::vector<std::string>& classes, const Evidence& whole) {
  std::vector<Slice> out;
  by_length(texts, whole, out);
  Rows right, wrong;
  std::vector<Rows> of_class(classes.size());
  for (size_t i = 0; i < texts.words.size(); ++i) {
    if (texts.right[i] == 1) right.push_back(i);
    if (texts.right[i] == 0) wrong.push_back(i);
    if (texts.truth[i] >= 0) of_class[static_cast<size_t>(texts.truth[i])].push_back(i);
  }
  if (!right.empty()) out.push_back(slice_of("answer", "right", texts, right, whole));
  if (!wrong.empty()) out.push_back(slice_of("answer", "wrong", texts, wrong, whole));
  std::vector<size_t> by_size;
  for (size_t i = 0; i < classes.size(); ++i)
    if (!of_class[i].empty()) by_size.push_back(i);
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](size_t a, size_t b) { return of_class[a].size() > of_class[b].size(); });
  by_size.resize(std::min(by_size.size(), kMostClasses));
  for (const size_t i : by_size) out.push_back(slice_of("label", classes[i], texts, of_class[i], whole));
  return out;
}

}  // namespace fovea::audit
