// A made-up little language and its translations from English, with every link between their words known: for
// `fovea demo translation` and for tests. The language puts verbs last and adjectives behind their nouns, its
// adjectives agree with the noun in gender and number and its verbs with the subject, and what English says in two words
// ("does not") it says in one. No substitute for real texts, and every door that shows them says so.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace fovea::data {

struct MadePair {
  std::string source, target;                         // words between blanks, the mark at the end among them
  std::vector<std::pair<int64_t, int64_t>> sure;      // links of words, source and target, counted from 0
  std::vector<std::pair<int64_t, int64_t>> possible;  // beside them: of words that only help, such as "does"
};

// `count` pairs in a seeded order. The same arguments give the same bytes on every machine.
std::vector<MadePair> make_pairs(int64_t count, uint64_t seed);

}  // namespace fovea::data
