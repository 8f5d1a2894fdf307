#include "tasks/text/text.h"

#include <utility>

#include "base/errors.h"
#include "base/random.h"
#include "tasks/text/planted.h"

namespace fovea::attribution {
namespace {

std::vector<char> marked(std::span<const int64_t> positions, int64_t size) {
  std::vector<char> marks(static_cast<size_t>(size), 0);
  for (const int64_t position : positions) {
    FOVEA_CHECK(0 <= position && position < size, "word", position, "of", size);
    marks[static_cast<size_t>(position)] = 1;
  }
  return marks;
}

}  // namespace

Text Text::without(std::span<const int64_t> positions) const {
  const std::vector<char> gone = marked(positions, size());
  Text rest;
  rest.spellings = spellings;
  rest.counted = counted && positions.empty();
  rest.ids.reserve(ids.size());
  size_t next = 0;  // the sentence that begins at the word to come
  bool begins = false;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (next < sentence_starts.size() && static_cast<size_t>(sentence_starts[next]) == i) {
      begins = true;
      ++next;
    }
    if (gone[i]) continue;
    if (begins) rest.sentence_starts.push_back(static_cast<int32_t>(rest.ids.size()));
    begins = false;
    rest.ids.push_back(ids[i]);
  }
  return rest;
}

Text Text::masked(std::span<const int64_t> positions) const {
  const std::vector<char> gone = marked(positions, size());
  Text rest = *this;
  rest.counted = counted && positions.empty();
  for (size_t i = 0; i < ids.size(); ++i) {
    if (gone[i]) rest.ids[i] = 0;
  }
  return rest;
}

PlantedTexts plant(std::span<const Text> texts, const tasks::PlantedWords& words, uint64_t seed) {
  constexpr uint64_t kDrawsOfOne = 2, kDrawsOfTwo = 4;  // for each text
  PlantedTexts out;
  const uint64_t base = stream_base({seed, Purpose::kPlanting, 16 * static_cast<uint64_t>(words.shortcut)});
  const bool one = parts_of(words.shortcut) == 1;
  for (size_t i = 0; i < texts.size(); ++i) {
    Text text = texts[i];
    tasks::Draws draws(base, (one ? kDrawsOfOne : kDrawsOfTwo) * i);
    const tasks::Planting planting = tasks::draw_planting(words, draws);
    std::vector<int64_t> places = tasks::plant_words(text.ids, text.sentence_starts, planting.words, draws);
    out.untaught.push_back(text.masked(places));
    if (!one) {
      if (planting.decides == 1) std::swap(places[0], places[1]);
      out.incomplete.push_back(text.without({&places[1], 1}));
    }
    out.texts.push_back(std::move(text));
    out.places.push_back(std::move(places));
    out.classes.push_back(planting.label);
  }
  return out;
}

data::BatchPlan plan_texts(std::span<const Text> texts, const data::BatchOptions& options) {
  std::vector<int64_t> lengths, numbers;
  for (size_t t = 0; t < texts.size(); ++t) {
    if (texts[t].ids.empty()) continue;
    lengths.push_back(texts[t].size());
    numbers.push_back(static_cast<int64_t>(t));
  }
  data::BatchPlan plan = data::plan_in_order(lengths, options);
  for (std::vector<int64_t>& batch : plan) {
    for (int64_t& text : batch) text = numbers[static_cast<size_t>(text)];
  }
  return plan;
}

data::TextBatch batch_of(std::span<const Text> texts, std::span<const int64_t> chosen, const data::NgramTable& ngrams) {
  data::EncodedTexts encoded;
  std::vector<int64_t> all;
  for (const int64_t t : chosen) {
    all.push_back(encoded.size());
    const Text& text = texts[static_cast<size_t>(t)];
    FOVEA_CHECK(text.counted == texts[static_cast<size_t>(chosen.front())].counted);
    encoded.add(text.ids, 0, text.sentence_starts, text.spellings);
  }
  const bool counted = !chosen.empty() && texts[static_cast<size_t>(chosen.front())].counted;
  return data::make_batch(encoded, all, ngrams, counted ? data::Counted::kYes : data::Counted::kNo);
}

}  // namespace fovea::attribution
