#include "data/synthetic/reviews.h"

#include <cmath>
#include <span>
#include <unordered_set>

#include "base/errors.h"
#include "base/random.h"
#include "data/synthetic/draft.h"

namespace fovea::data {
namespace {

// Shares at which a bag of words is lost often enough to need the order of words.
constexpr double kContrastShare = 0.35;
constexpr double kNegationShare = 0.35;
// A text that was made before is drawn anew, so often; then it may repeat.
constexpr int kMostAttempts = 20;

Draft make_one(MadeKind kind, bool positive, bool chinese, Draw* draw) {
  if (kind == MadeKind::kNeedle) return make_needle(positive, draw);
  const Plan plan{positive, draw->chance(kContrastShare), kNegationShare};
  return chinese ? make_chinese(plan, draw) : make_english(plan, draw);
}

}  // namespace

std::vector<MadeReview> make_reviews(const MadeOptions& options) {
  FOVEA_CHECK(options.count >= 0 && options.chinese_share >= 0 && options.chinese_share <= 1, options.count,
              options.chinese_share);
  const int64_t chinese = std::llround(static_cast<double>(options.count) * options.chinese_share);
  std::vector<MadeReview> reviews;
  reviews.reserve(static_cast<size_t>(options.count));
  std::unordered_set<std::string> seen;
  for (int64_t i = 0; i < options.count; ++i) {
    const bool positive = i % 2 == 0;
    Draw draw(options.seed, static_cast<uint64_t>(i));
    Draft draft = make_one(options.kind, positive, i < chinese, &draw);
    for (int attempt = 1; !seen.insert(draft.text()).second && attempt < kMostAttempts; ++attempt) {
      draft = make_one(options.kind, positive, i < chinese, &draw);
    }
    reviews.push_back({draft.text(), positive ? "positive" : "negative", draft.deciding()});
  }
  shuffle(std::span(reviews), {options.seed, Purpose::kMadeData, ~uint64_t{0}});
  return reviews;
}

}  // namespace fovea::data
