// A made-up review under construction: a text whose deciding words are marked, and the random draws that shape it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"

namespace fovea::data {

// The draws of one review: a stream of its own, read in order. An expression holds one draw at most, for the order in
// which two would be made is the compiler's choice.
class Draw {
 public:
  Draw(uint64_t seed, uint64_t review) : base_(stream_base({seed, Purpose::kMadeData, review})) {}

  size_t below(size_t n) { return uniform_below(base_, position_++, n); }
  bool chance(double probability) { return uniform(base_, position_++) < probability; }
  template <typename T>
  const T& pick(std::span<const T> values) {
    return values[below(values.size())];
  }

 private:
  uint64_t base_, position_ = 0;
};

// What a review shall be.
struct Plan {
  bool positive = true;
  bool contrast = false;  // a clause of the opposite opinion stands before the one that decides
  double negation = 0;    // the probability that a clause says its opinion by negating the opposite one
};

// Text in which square brackets mark the words that carry an opinion: "the plot is [not] very [clever]".
using Marked = std::string;

class Draft {
 public:
  // Appends `marked` without its brackets; the bracketed words are noted when this clause decides.
  void add(std::string_view marked, bool decides = false) {
    int64_t start = 0;
    for (const char c : marked) {
      if (c == '[') {
        start = static_cast<int64_t>(text_.size());
      } else if (c == ']') {
        if (decides) deciding_.emplace_back(start, static_cast<int64_t>(text_.size()));
      } else {
        text_ += c;
      }
    }
  }

  // Appends `marked` as the beginning of a sentence: its first letter, if it is ASCII, as a capital.
  void begin_sentence(std::string_view marked, bool decides = false) {
    if (!text_.empty() && static_cast<unsigned char>(text_.back()) < 0x80) text_ += ' ';
    const size_t first = text_.size();
    add(marked, decides);
    if (first < text_.size() && text_[first] >= 'a' && text_[first] <= 'z') {
      text_[first] = static_cast<char>(text_[first] - ('a' - 'A'));
    }
  }

  const std::string& text() const { return text_; }
  const std::vector<std::pair<int64_t, int64_t>>& deciding() const { return deciding_; }

 private:
  std::string text_;
  std::vector<std::pair<int64_t, int64_t>> deciding_;
};

Draft make_english(const Plan& plan, Draw* draw);
Marked english_clause(bool positive, Draw* draw);  // an opinion by itself, never negated
// Many sentences of invented names, and somewhere among them the one clause that decides.
Draft make_needle(bool positive, Draw* draw);
Draft make_chinese(const Plan& plan, Draw* draw);

}  // namespace fovea::data
