#include "audit/dependence.h"

#include <cmath>

#include "metrics/trust/distance.h"

namespace fovea::audit {

std::vector<double> dependence(Subject& subject, const Material& material, const Answers& answers) {
  std::vector<Text> masked;
  for (const Text& text : material.texts) {
    masked.push_back(text);
    masked.back().ids.assign(text.ids.size(), 0);
  }
  const auto logits = subject.logits(masked);
  std::vector<double> moves;
  for (size_t text = 0; text < masked.size(); ++text) {
    const double left = metrics::probabilities_of(logits[text])[static_cast<size_t>(answers.answer[text])];
    moves.push_back(std::abs(answers.probability(text) - left));
  }
  return moves;
}

}  // namespace fovea::audit
