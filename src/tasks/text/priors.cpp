#include "tasks/text/priors.h"

#include <algorithm>
#include <cmath>

namespace fovea::attribution {
namespace {

double times_seen(const data::Vocabulary& vocabulary, int32_t id) {
  return static_cast<double>(std::max<int64_t>(vocabulary.count(std::max(id, data::Vocabulary::kUnknown)), 1));
}

}  // namespace

std::span<const MethodFacts> text_methods() {
  static const std::vector<MethodFacts> all = [] {
    std::vector<MethodFacts> methods(std::begin(kMethods), std::end(kMethods));
    methods.push_back(kPositionPrior);
    methods.push_back(kFrequencyPrior);
    return methods;
  }();
  return all;
}

const MethodFacts* find_text_method(std::string_view name) {
  for (const MethodFacts& facts : text_methods()) {
    if (facts.name == name) return &facts;
  }
  return nullptr;
}

std::vector<double> position_scores(int64_t words) {
  std::vector<double> scores;
  for (int64_t i = 0; i < words; ++i) scores.push_back(1 - static_cast<double>(i) / static_cast<double>(words));
  return scores;
}

FrequencyPrior::FrequencyPrior(const data::Vocabulary& vocabulary) : vocabulary_(vocabulary) {
  for (int64_t id = 0; id < vocabulary.size(); ++id) total_ += times_seen(vocabulary, static_cast<int32_t>(id));
}

std::vector<double> FrequencyPrior::scores(std::span<const int32_t> ids) const {
  std::vector<double> scores;
  for (const int32_t id : ids) scores.push_back(-std::log(times_seen(vocabulary_, id) / total_));
  return scores;
}

}  // namespace fovea::attribution
