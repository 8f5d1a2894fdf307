// Made-up short reviews, English and Chinese, in which the deciding words are known: sentiment words with negation
// ("not good"), contrast ("…, but …": what follows decides) and intensifiers. For `fovea demo` and for tests; no
// substitute for real texts, and every door that shows them says so.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::data {

struct MadeReview {
  std::string text;
  std::string label;  // "positive" or "negative"
  // Byte ranges [start, end) of the deciding words: the sentiment word and its negation in the clause that decides.
  std::vector<std::pair<int64_t, int64_t>> deciding;
};

enum class MadeKind {
  kReviews,  // short, a sentence or two
  kNeedle,   // long, of invented names but for one clause; English. Where to look is all there is to learn.
};

struct MadeOptions {
  int64_t count = 6000;
  double chinese_share = 0.3;
  uint64_t seed = 1;
  MadeKind kind = MadeKind::kReviews;
};

// `count` reviews, labels balanced to one, in a seeded order. The same options give the same bytes on every machine.
std::vector<MadeReview> make_reviews(const MadeOptions& options);

}  // namespace fovea::data
