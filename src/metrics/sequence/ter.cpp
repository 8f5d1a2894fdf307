#include "metrics/sequence/ter.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "base/errors.h"

namespace fovea::metrics {
namespace {

constexpr int kLongestMove = 10, kFarthestMove = 50, kBeam = 25, kMostMoves = 1000;
constexpr int kUnreached = std::numeric_limits<int>::max() / 2;

using WordIds = std::vector<int>;

enum class Step : uint8_t { kNone, kMatch, kSubstitute, kLeaveOut, kPutIn };

// Which words of a translation stand for which of the reference, along the cheapest edits.
struct EditAlignment {
  std::vector<int> place;                          // of each word of the reference: the last word of the translation
                                                   // that is come to there, −1 before the first
  std::vector<bool> reference_wrong, words_wrong;  // not matched
};

// Edit distances of many translations to one reference, within a beam around the diagonal. All translations have the
// same number of words; a row that begins as the last one did is not made again.
class EditTable {
 public:
  EditTable(const WordIds& reference, size_t words)
      : reference_(reference), columns_(reference.size() + 1), cells_((words + 1) * columns_), words_(words, -1) {
    for (size_t j = 0; j < columns_; ++j) cells_[j] = {static_cast<int>(j), Step::kPutIn};
    ratio_ = words == 0 ? 1 : static_cast<double>(reference.size()) / static_cast<double>(words);
    // A row must overlap the one before, however much longer the reference is.
    beam_ = kBeam < ratio_ / 2 ? static_cast<int64_t>(std::ceil(ratio_ / 2 + kBeam)) : kBeam;
  }

  int distance(const WordIds& words) {
    const auto same = std::mismatch(words.begin(), words.end(), words_.begin()).first - words.begin();
    words_ = words;
    for (size_t i = static_cast<size_t>(same) + 1; i <= words.size(); ++i) fill_row(i);
    return cells_.back().cost;
  }

  EditAlignment alignment(const WordIds& words) {
    distance(words);
    EditAlignment found{std::vector<int>(reference_.size()), std::vector<bool>(reference_.size()),
                        std::vector<bool>(words.size())};
    for (size_t i = words.size(), j = reference_.size(); i > 0 || j > 0;) {
      const Step step = cells_[i * columns_ + j].step;
      FOVEA_CHECK(step != Step::kNone, i, j);
      if (step != Step::kLeaveOut) found.place[j - 1] = static_cast<int>(i) - 1;
      if (step != Step::kLeaveOut) found.reference_wrong[--j] = step != Step::kMatch;
      if (step != Step::kPutIn) found.words_wrong[--i] = step != Step::kMatch;
    }
    return found;
  }

 private:
  struct Cell {
    int cost = kUnreached;
    Step step = Step::kNone;
  };

  void fill_row(size_t i) {
    Cell* row = cells_.data() + i * columns_;
    const Cell* above = row - columns_;
    std::fill(row, row + columns_, Cell());
    const auto diagonal = static_cast<int64_t>(std::floor(static_cast<double>(i) * ratio_));
    const auto begin = static_cast<size_t>(std::max<int64_t>(0, diagonal - beam_));
    const size_t end = i == words_.size() ? columns_ : std::min(columns_, static_cast<size_t>(diagonal + beam_));
    for (size_t j = begin; j < end; ++j) {
      if (j == 0) {
        row[0] = {above[0].cost + 1, Step::kLeaveOut};
        continue;
      }
      const bool match = words_[i - 1] == reference_[j - 1];
      const Cell ways[] = {{above[j - 1].cost + !match, match ? Step::kMatch : Step::kSubstitute},
                           {above[j].cost + 1, Step::kLeaveOut},
                           {row[j - 1].cost + 1, Step::kPutIn}};
      for (const Cell& way : ways) {
        if (way.cost < row[j].cost) row[j] = way;  // of ways as cheap the first
      }
    }
  }

  const WordIds& reference_;
  size_t columns_;
  std::vector<Cell> cells_;  // [word of the translation + 1][word of the reference + 1]
  WordIds words_;            // of which the rows are
  double ratio_;
  int64_t beam_;
};

// `length` words from `start` on, to before `target`; where that lies within them, so many words further on.
WordIds moved(WordIds words, int start, int length, int target) {
  const auto at = [&](int place) { return words.begin() + std::min<int64_t>(place, std::ssize(words)); };
  if (target < start) {
    std::rotate(at(target), at(start), at(start + length));
  } else if (target > start + length) {
    std::rotate(at(start), at(start + length), at(target));
  } else {
    std::rotate(at(start), at(start + length), at(target + length));
  }
  return words;
}

struct Move {
  int gain = 0, length = 0, start = 0, target = 0;
  WordIds words;

  // The greater gain, the longer, the earlier, to the earlier place.
  bool better_than(const Move& other) const {
    return std::tuple(gain, length, -start, -target) >
           std::tuple(other.gain, other.length, -other.start, -other.target);
  }
};

class MoveSearch {
 public:
  MoveSearch(const WordIds& reference, size_t words) : reference_(reference), table_(reference, words) {}

  int edits(WordIds words) {
    int moves = 0;
    while (true) {
      Move best = best_move(words);
      if (tried_ >= kMostMoves || best.gain <= 0) break;
      ++moves;
      words = std::move(best.words);
    }
    return moves + table_.distance(words);
  }

 private:
  // Without words where there is none.
  Move best_move(const WordIds& words) {
    Move best;
    const int before = table_.distance(words);
    const EditAlignment alignment = table_.alignment(words);
    const int own = static_cast<int>(words.size()), wanted = static_cast<int>(reference_.size());
    for (int start = 0; start < own; ++start) {
      const int first = std::max(0, start - kFarthestMove), last = std::min(wanted - 1, start + kFarthestMove);
      for (int place = first; place <= last; ++place) {
        const int longest = std::min({kLongestMove, own - start, wanted - place});
        for (int length = 1; length <= longest; ++length) {
          if (words[start + length - 1] != reference_[place + length - 1]) break;
          if (!worth_trying(alignment, start, place, length)) continue;
          try_targets(words, alignment, {before, length, start, place}, &best);
          if (tried_ >= kMostMoves) return best;
        }
      }
    }
    return best;
  }

  // Only what is wrong where it stands, to where the reference is not matched, and not into itself.
  static bool worth_trying(const EditAlignment& alignment, int start, int place, int length) {
    const auto any = [length](const std::vector<bool>& wrong, int from) {
      return std::find(wrong.begin() + from, wrong.begin() + from + length, true) != wrong.begin() + from + length;
    };
    const int stands_for = alignment.place[place];
    return any(alignment.words_wrong, start) && any(alignment.reference_wrong, place) &&
           (stands_for < start || stands_for >= start + length);
  }

  struct Phrase {
    int cost_before, length, start, place;
  };

  // Behind each word that the reference's word before the phrase, or one of the phrase, is aligned with.
  void try_targets(const WordIds& words, const EditAlignment& alignment, const Phrase& phrase, Move* best) {
    int last_target = -1;
    for (int offset = -1; offset < phrase.length; ++offset) {
      const int before = phrase.place + offset;
      const int target = before < 0 ? 0 : alignment.place[before] + 1;
      if (target == last_target) continue;
      last_target = target;
      Move move{0, phrase.length, phrase.start, target, moved(words, phrase.start, phrase.length, target)};
      move.gain = phrase.cost_before - table_.distance(move.words);
      ++tried_;
      if (best->words.empty() || move.better_than(*best)) *best = std::move(move);
    }
  }

  const WordIds& reference_;
  EditTable table_;
  int tried_ = 0;
};

}  // namespace

int64_t translation_edits(std::span<const std::string> translation, std::span<const std::string> reference) {
  if (reference.empty()) return std::ssize(translation);
  std::unordered_map<std::string_view, int> ids;
  const auto numbered = [&](std::span<const std::string> words) {
    WordIds numbers;
    for (const std::string& word : words) {
      numbers.push_back(ids.try_emplace(word, static_cast<int>(ids.size())).first->second);
    }
    return numbers;
  };
  const WordIds own = numbered(translation), wanted = numbered(reference);
  return MoveSearch(wanted, own.size()).edits(own);
}

TerCounts ter_counts(std::span<const std::string> translation, std::span<const std::vector<std::string>> references) {
  FOVEA_CHECK(!references.empty());
  TerCounts counts{.edits = std::numeric_limits<int64_t>::max()};
  for (const std::vector<std::string>& reference : references) {
    counts.edits = std::min(counts.edits, translation_edits(translation, reference));
    counts.reference_words += static_cast<double>(reference.size());
  }
  counts.reference_words /= static_cast<double>(references.size());
  return counts;
}

double ter(double edits, double reference_words) {
  if (reference_words > 0) return edits / reference_words;
  return edits > 0 ? 1 : 0;
}

}  // namespace fovea::metrics
