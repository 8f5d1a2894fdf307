#include "audit/material.h"

#include <algorithm>

#include "audit/number.h"

namespace fovea::audit {

int64_t largest(const std::vector<double>& values) {
  return values.empty() ? -1 : std::max_element(values.begin(), values.end()) - values.begin();
}

Answers answers_of(Subject& subject, const Material& material) {
  Answers out;
  out.readings = subject.read(material.texts);
  for (const Reading& reading : out.readings) out.answer.push_back(largest(reading.logits));
  return out;
}

std::vector<double> right_of(const Material& material, const Answers& answers) {
  std::vector<double> right;
  for (size_t i = 0; i < material.texts.size(); ++i) {
    right.push_back(material.truth[i] < 0 ? kNone : material.truth[i] == answers.answer[i] ? 1 : 0);
  }
  return right;
}

}  // namespace fovea::audit
