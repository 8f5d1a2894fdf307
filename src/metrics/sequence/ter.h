// Translation edit rate (Snover, Dorr, Schwartz, Micciulla & Makhoul 2006): the words to change, leave out and put in
// and the phrases to move elsewhere until a translation is its reference, for each word of the reference. The fewest
// are too many ways to try, so moves are searched for greedily, as sacreBLEU's version of the program Tercom does it,
// with its limits: that is what makes scores comparable.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fovea::metrics {

struct TerCounts {
  int64_t edits = 0;           // moves among them
  double reference_words = 0;  // with several references, their mean

  std::array<double, 2> sums() const { return {static_cast<double>(edits), reference_words}; }
};

// Edits from the words of a translation to those of a reference; each of a hypothesis against nothing. The edit
// distance keeps within 25 words of the diagonal; what moves is at most 10 words, each at most 50 words from its place;
// at most 1000 moves are tried. O(moves tried · words · 50).
int64_t translation_edits(std::span<const std::string> translation, std::span<const std::string> reference);

// Counts of one sentence: the fewest edits to one of the references. At least one reference.
TerCounts ter_counts(std::span<const std::string> translation, std::span<const std::vector<std::string>> references);

// Above 1 where there is more to mend than words. 1 where the reference has no word and the translation has.
double ter(double edits, double reference_words);

}  // namespace fovea::metrics
