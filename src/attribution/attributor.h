// The methods by which every subject can be asked: what its attention gives, what leaving a part out costs, and chance.
#pragma once

#include <span>
#include <vector>

#include "attribution/methods.h"

namespace fovea::attribution {

class PlainAttributor : public Attributor {
 public:
  // `subject` must outlive this.
  explicit PlainAttributor(Subject& subject) : subject_(subject) {}

  // kAttention, kLeaveOneOut, kLeaveOneOutDistance and kRandom.
  bool offers(Method method) const override;
  std::vector<Attribution> attribute(Method method, std::span<const int64_t> towards, uint64_t seed) override;

 private:
  Subject& subject_;
};

// kLeaveOneOut or kLeaveOneOutDistance: n passes over n − 1 parts for each input, in batches. Of an input of one part
// nothing is left.
std::vector<Attribution> leave_one_out(Subject& subject, std::span<const int64_t> towards, Method method);

// Uniform in [0, 1) for each part of an input: a function of seed and content, whatever other inputs there are.
std::vector<double> random_scores(const Subject& subject, int64_t input, uint64_t seed);

}  // namespace fovea::attribution
