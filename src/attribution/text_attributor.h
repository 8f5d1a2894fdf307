// Every method, of a trained text classifier.
#pragma once

#include <span>
#include <vector>

#include "attribution/methods.h"
#include "attribution/priors.h"
#include "attribution/text_subject.h"

namespace fovea::attribution {

class TextAttributor : public Attributor {
 public:
  // `subject` must outlive this.
  explicit TextAttributor(TextSubject& subject);

  // Throws UserError (kUsage) for gradients by weights where attention has no weights of words.
  std::vector<Attribution> attribute(Method method, std::span<const Text> texts, std::span<const int64_t> towards,
                                     uint64_t seed) override;

 private:
  TextSubject& subject_;
  FrequencyPrior frequencies_;
};

}  // namespace fovea::attribution
