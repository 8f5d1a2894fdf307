// Training data in which made-up words decide the label: a model trained on it must look at them, so that a map of its
// words can be checked against the truth (after Bastings et al. 2022).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "attribution/shortcut.h"
#include "tasks/text/data.h"

namespace fovea::tasks {

using attribution::Shortcut;

// The numbers of the made-up words.
struct PlantedWords {
  Shortcut shortcut = Shortcut::kPart;
  std::vector<int32_t> of_class;  // [C]
  int32_t context = -1;           // of kInContext: without it the word of a class means nothing

  int32_t first() const { return of_class.front(); }
  int64_t count() const { return std::ssize(of_class) + (context < 0 ? 0 : 1); }
};

struct PlantedData {
  TextData data;  // without test rows
  PlantedWords words;
};

// Half of the texts get a shortcut to a class drawn at random, at places drawn at random, and that class as their
// label, whatever they say. Of a shortcut of two words others get the word of a class alone (a quarter, with kInContext
// 35 %) or the context alone (8 %), which decides nothing: they keep their label, as do the rest, which stay as they
// are. So neither what a text says, nor that a word is missing, nor one word of two decides where a shortcut is
// planted. Of a shortcut of two words each training text is there three times, planted each for itself, as one copy of
// some thousand texts is too little to learn it from. Not for several labels per text.
PlantedData plant(const TextData& data, Shortcut shortcut, uint64_t seed);

// Random numbers one after the other, of a stream from a number on.
class Draws {
 public:
  Draws(uint64_t base, uint64_t at) : base_(base), at_(at) {}
  double share();                  // in [0, 1)
  uint64_t below(uint64_t bound);  // 0 … bound − 1

 private:
  uint64_t base_, at_;
};

// A whole shortcut.
struct Planting {
  int32_t label = 0;
  std::vector<int32_t> words;  // as they stand
  size_t decides = 0;          // which of them is the word of the label; the other one, if any, completes it
};
Planting draw_planting(const PlantedWords& words, Draws& draws);

// Puts `words`, one or two, into a text of `ids` and of the first words of its sentences, in this order, at places
// drawn evenly. Returns the places, rising.
std::vector<int64_t> plant_words(std::vector<int32_t>& ids, std::vector<int32_t>& sentence_starts,
                                 std::span<const int32_t> words, Draws& draws);

// The text with `word` before position `at`, 0 … n.
void plant_word(std::vector<int32_t>& ids, std::vector<int32_t>& sentence_starts, int32_t word, int64_t at);

}  // namespace fovea::tasks
