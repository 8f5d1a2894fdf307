#include "cli/word_scores.h"

#include <algorithm>

#include "attribution/text_attributor.h"
#include "base/errors.h"

namespace fovea::cli {
namespace {

constexpr uint64_t kSeed = 1;  // of random scores

int64_t class_of(const tasks::TextClassifierParts& parts, const std::string& label) {
  const auto found = std::find(parts.labels.begin(), parts.labels.end(), label);
  FOVEA_CHECK(found != parts.labels.end(), label);
  return found - parts.labels.begin();
}

}  // namespace

report::Attributed attribute(tasks::TextClassifier& classifier, const std::vector<std::string>& names,
                             const std::vector<tasks::Answer>& answers) {
  report::Attributed out;
  if (names.empty()) return out;
  attribution::TextSubject subject(classifier);
  attribution::TextAttributor attributor(subject);
  std::vector<attribution::Text> texts;
  std::vector<int64_t> towards;
  for (const tasks::Answer& answer : answers) {
    texts.push_back(subject.encode(answer.text));
    towards.push_back(class_of(classifier.parts(), answer.shown().label));
  }
  out.of_texts.resize(answers.size());
  for (const std::string& name : names) {
    out.methods.push_back(attribution::find_method(name)->method);
    std::vector<attribution::Attribution> all = attributor.attribute(out.methods.back(), texts, towards, kSeed);
    for (size_t t = 0; t < all.size(); ++t) out.of_texts[t].push_back(std::move(all[t]));
  }
  return out;
}

}  // namespace fovea::cli
