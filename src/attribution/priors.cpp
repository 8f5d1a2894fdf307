#include "attribution/priors.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace fovea::attribution {
namespace {

double times_seen(const data::Vocabulary& vocabulary, int32_t id) {
  return static_cast<double>(std::max<int64_t>(vocabulary.count(std::max(id, data::Vocabulary::kUnknown)), 1));
}

}  // namespace

std::vector<double> random_scores(const Text& text, uint64_t seed) {
  uint64_t words = 0;
  for (const int32_t id : text.ids)
    words = mix64(words ^ static_cast<uint64_t>(std::max(id, data::Vocabulary::kUnknown)));
  const uint64_t base = stream_base({seed, Purpose::kRandomScores, words});
  std::vector<double> scores;
  for (size_t i = 0; i < text.ids.size(); ++i) scores.push_back(uniform(base, i));
  return scores;
}

std::vector<double> position_scores(const Text& text) {
  const auto count = static_cast<double>(text.size());
  std::vector<double> scores;
  for (size_t i = 0; i < text.ids.size(); ++i) scores.push_back(1 - static_cast<double>(i) / count);
  return scores;
}

FrequencyPrior::FrequencyPrior(const data::Vocabulary& vocabulary) : vocabulary_(vocabulary) {
  for (int64_t id = 0; id < vocabulary.size(); ++id) total_ += times_seen(vocabulary, static_cast<int32_t>(id));
}

std::vector<double> FrequencyPrior::scores(const Text& text) const {
  std::vector<double> scores;
  for (const int32_t id : text.ids) scores.push_back(-std::log(times_seen(vocabulary_, id) / total_));
  return scores;
}

}  // namespace fovea::attribution
