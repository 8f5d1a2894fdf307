#include "audit/example.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace fovea::audit {
namespace {

constexpr int64_t kFewestWords = 5, kMostWords = 40;

size_t first_of(const std::vector<double>& values) {
  return static_cast<size_t>(largest(values));
}

std::vector<size_t> readable(const Material& material) {
  std::vector<size_t> all, some;
  for (size_t row = 0; row < material.texts.size(); ++row) {
    all.push_back(row);
    const int64_t words = material.texts[row].size();
    if (kFewestWords <= words && words <= kMostWords) some.push_back(row);
  }
  return some.empty() ? all : some;
}

// Right ones first: of the middle comprehensiveness; where none is right, of the middle one of all.
std::optional<size_t> typical_of(const std::vector<size_t>& rows, const Material& material, const Answers& answers,
                                 const std::vector<double>& comprehensiveness) {
  std::vector<size_t> right;
  for (const size_t row : rows) {
    if (material.truth[row] == answers.answer[row]) right.push_back(row);
  }
  std::vector<size_t> sorted = right.empty() ? rows : right;
  std::erase_if(sorted, [&](size_t row) { return !std::isfinite(comprehensiveness[row]); });
  if (sorted.empty()) return std::nullopt;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](size_t a, size_t b) { return comprehensiveness[a] < comprehensiveness[b]; });
  return sorted[sorted.size() / 2];
}

}  // namespace

std::vector<Example> examples_of(const Material& material, const Answers& answers, const Map& map,
                                 const std::vector<std::vector<double>>& losses,
                                 const std::vector<double>& comprehensiveness) {
  const auto example = [&](Example::Kind kind, size_t row) {
    Example out;
    out.kind = kind;
    out.row = row;
    out.answer = answers.answer[row];
    out.truth = material.truth[row];
    out.probability = answers.probability(row);
    out.scores = map.scores[row];
    out.losses = losses[row];
    out.top = first_of(out.scores);
    out.strongest = first_of(out.losses);
    return out;
  };
  const std::vector<size_t> rows = readable(material);
  std::vector<Example> out;
  const std::optional<size_t> typical = typical_of(rows, material, answers, comprehensiveness);
  if (typical) out.push_back(example(Example::Kind::kTypical, *typical));
  std::optional<size_t> odd;
  double most = 0;
  for (const size_t row : rows) {
    const double lead = losses[row][first_of(losses[row])] - losses[row][first_of(map.scores[row])];
    if (row == typical || !(lead > most)) continue;
    most = lead;
    odd = row;
  }
  if (odd) out.push_back(example(Example::Kind::kOdd, *odd));
  return out;
}

}  // namespace fovea::audit
