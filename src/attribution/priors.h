// Scores that know nothing of the model: what an attribution must be better than.
#pragma once

#include <cstdint>
#include <vector>

#include "attribution/subject.h"
#include "data/vocab/vocabulary.h"

namespace fovea::attribution {

// Uniform in [0, 1): a function of seed and the text's words, whatever other texts there are.
std::vector<double> random_scores(const Text& text, uint64_t seed);

// 1 − i/n.
std::vector<double> position_scores(const Text& text);

// −log(count / total), in nats: how often each word was seen in the training part; what was never counted, the unknown
// word before all, counts as seen once.
class FrequencyPrior {
 public:
  explicit FrequencyPrior(const data::Vocabulary& vocabulary);
  std::vector<double> scores(const Text& text) const;

 private:
  const data::Vocabulary& vocabulary_;
  double total_ = 0;
};

}  // namespace fovea::attribution
