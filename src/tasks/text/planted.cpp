#include "tasks/text/planted.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/errors.h"
#include "base/random.h"
#include "tasks/text/ngram_learning.h"

namespace fovea::tasks {
namespace {

constexpr uint64_t kTrain = 1, kValid = 2, kPartsOfACopy = 4, kPartsOfAShortcut = 16;
constexpr uint64_t kDrawsOfOne = 3, kDrawsOfTwo = 6;  // for each text

// What is put into one text; no words: it stays as it is.
struct Change {
  std::vector<int32_t> words;
  std::optional<int32_t> label;  // its own where there is none
};

// Shares of the texts, the rest of which stay as they are. A word that counts only beside another must stand alone
// about as often as beside it: where it stood alone in an eighth of the texts, SST-2's model followed it alone in 99 %.
// An order is not learnt from one copy either.
struct PlantedShares {
  double whole, of_class, context;  // the whole shortcut; the word of a class alone; the context alone
  uint64_t copies = 1;              // of each training text, planted each for itself
};
PlantedShares shares_of(Shortcut shortcut) {
  switch (shortcut) {
    case Shortcut::kInContext:
      return {0.5, 0.35, 0.08, 3};
    case Shortcut::kOrderedPair:
      return {0.5, 0.25, 0, 3};
    default:
      return {0.5, 0, 0};
  }
}

// may_relabel: whether the text may get another label.
Change draw_change(const PlantedWords& words, bool may_relabel, Draws& draws) {
  const PlantedShares shares = shares_of(words.shortcut);
  const double share = draws.share();
  if (share < shares.whole) {
    if (!may_relabel) return {};
    Planting planting = draw_planting(words, draws);
    return {std::move(planting.words), planting.label};
  }
  if (share < shares.whole + shares.of_class) return {{words.of_class[draws.below(words.of_class.size())]}, {}};
  if (share < shares.whole + shares.of_class + shares.context) return {{words.context}, {}};
  return {};
}

// `keep_classes`: the last text of a class keeps its label, as a model without a text of some class cannot be saved.
void add_planted(const data::EncodedTexts& texts, const PlantedWords& words, uint64_t seed, uint64_t part,
                 bool keep_classes, data::EncodedTexts& out) {
  std::vector<int64_t> left(words.of_class.size(), 0);  // texts of each class, as relabelled so far
  for (int64_t i = 0; i < texts.size(); ++i) ++left[static_cast<size_t>(texts.label(i))];
  const uint64_t base =
      stream_base({seed, Purpose::kPlanting, part + kPartsOfAShortcut * static_cast<uint64_t>(words.shortcut)});
  const uint64_t draws_of_text = attribution::parts_of(words.shortcut) == 1 ? kDrawsOfOne : kDrawsOfTwo;
  for (int64_t i = 0; i < texts.size(); ++i) {
    const std::span<const int32_t> whole = texts.text(i), starts = texts.sentence_starts(i);
    std::vector<int32_t> ids(whole.begin(), whole.end()), own(starts.begin(), starts.end());
    int32_t label = texts.label(i);
    Draws draws(base, static_cast<uint64_t>(i) * draws_of_text);
    const bool last = left[static_cast<size_t>(label)] == 1;
    const Change change = draw_change(words, !(keep_classes && last), draws);
    if (change.label) {
      --left[static_cast<size_t>(label)];
      label = *change.label;
      ++left[static_cast<size_t>(label)];
    }
    if (!change.words.empty()) plant_words(ids, own, change.words, draws);
    out.add(ids, label, own, texts.spellings(i));
  }
}

// A word that no text can hold: a space is never part of one.
std::string planted_form(size_t number) {
  return "planted " + std::to_string(number);
}

}  // namespace

double Draws::share() {
  return uniform(base_, at_++);
}

uint64_t Draws::below(uint64_t bound) {
  return uniform_below(base_, at_++, bound);
}

Planting draw_planting(const PlantedWords& words, Draws& draws) {
  const uint64_t classes = words.of_class.size(), c = draws.below(classes);
  Planting out{static_cast<int32_t>(c), {words.of_class[c]}, 0};
  if (words.shortcut == Shortcut::kInContext) {
    out.decides = draws.below(2);
    out.words.insert(out.words.begin() + (out.decides == 0 ? 1 : 0), words.context);
  } else if (words.shortcut == Shortcut::kOrderedPair) {
    out.words.push_back(words.of_class[(c + 1 + draws.below(classes - 1)) % classes]);
  }
  return out;
}

std::vector<int64_t> plant_words(std::vector<int32_t>& ids, std::vector<int32_t>& sentence_starts,
                                 std::span<const int32_t> words, Draws& draws) {
  FOVEA_CHECK(words.size() == 1 || words.size() == 2, words.size());
  // Of the places of the text as it will be: the second is drawn from those that the first leaves.
  std::vector<int64_t> places = {static_cast<int64_t>(draws.below(ids.size() + words.size()))};
  if (words.size() == 2) {
    const auto other = static_cast<int64_t>(draws.below(ids.size() + 1));
    places.push_back(other + (other >= places.front() ? 1 : 0));
    std::sort(places.begin(), places.end());
  }
  for (size_t i = 0; i < words.size(); ++i) plant_word(ids, sentence_starts, words[i], places[i]);
  return places;
}

void plant_word(std::vector<int32_t>& ids, std::vector<int32_t>& sentence_starts, int32_t word, int64_t at) {
  FOVEA_CHECK(at >= 0 && at <= std::ssize(ids), at, ids.size());
  ids.insert(ids.begin() + at, word);
  for (int32_t& start : sentence_starts) {
    if (start > 0 && start >= at) ++start;
  }
}

PlantedData plant(const TextData& data, Shortcut shortcut, uint64_t seed) {
  FOVEA_CHECK(!data.multi_label);
  PlantedData out{data, {.shortcut = shortcut, .of_class = {}}};
  out.data.test_rows.clear();
  auto next = static_cast<int32_t>(data.vocabulary.size());
  for (size_t c = 0; c < data.labels.size(); ++c) out.words.of_class.push_back(next++);
  if (shortcut == Shortcut::kInContext) out.words.context = next;
  out.data.train = out.data.valid = {};
  for (uint64_t copy = 0; copy < shares_of(shortcut).copies; ++copy) {
    add_planted(data.train, out.words, seed, kTrain + kPartsOfACopy * copy, true, out.data.train);
  }
  std::vector<int64_t> counts(static_cast<size_t>(out.words.count()), 0);
  for (int64_t i = 0; i < out.data.train.size(); ++i) {
    for (const int32_t id : out.data.train.text(i)) {
      if (id >= out.words.first()) ++counts[static_cast<size_t>(id - out.words.first())];
    }
  }
  for (size_t w = 0; w < counts.size(); ++w) out.data.vocabulary.append(planted_form(w), counts[w]);
  add_planted(data.valid, out.words, seed, kValid, false, out.data.valid);
  out.data.train_weights.clear();
  out.data.label_counts.assign(data.labels.size(), 0);
  for (int64_t i = 0; i < out.data.train.size(); ++i) {
    ++out.data.label_counts[static_cast<size_t>(out.data.train.label(i))];
  }
  out.data.counted_rows = out.data.train.size();
  count_ngrams_again(data, out.data);
  return out;
}

}  // namespace fovea::tasks
