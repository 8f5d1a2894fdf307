// Long texts in which one clause decides. The other sentences are of invented names, thousands of them: each is met a
// few times with a label by chance, and an average over all words learns those chances by heart, while attention may
// learn to look past them.
#include <array>

#include "data/synthetic/draft.h"

namespace fovea::data {
namespace {

constexpr std::array<const char*, 20> kSyllables = {"ba", "de", "fi", "go", "hu", "ja", "ke", "li",  "mo",  "nu",
                                                    "pa", "re", "si", "to", "vu", "wa", "ze", "chi", "sho", "thu"};
// '*' stands for a name.
constexpr std::array<const char*, 8> kJourneys = {
    "we passed through *, * and *",       "from * we went on to * by way of *", "* lies between * and *",
    "the road from * to * crosses the *", "in * we met * and * from *",         "the bus to * calls at *, * and *",
    "after * came *, and after * came *", "* and * share a bridge over the *"};
constexpr size_t kFewest = 8, kMore = 13;  // such sentences: 8 to 20, some 70 to 170 words

std::string name(Draw* draw) {
  std::string made;
  for (int syllable = 0; syllable < 3; ++syllable) {
    made += draw->pick(std::span<const char* const>(kSyllables));
  }
  made.front() = static_cast<char>(made.front() - ('a' - 'A'));
  return made;
}

std::string journey(Draw* draw) {
  std::string sentence;
  for (const char c : std::string_view(draw->pick(std::span<const char* const>(kJourneys)))) {
    if (c == '*') {
      sentence += name(draw);
    } else {
      sentence += c;
    }
  }
  return sentence;
}

}  // namespace

Draft make_needle(bool positive, Draw* draw) {
  const size_t sentences = kFewest + draw->below(kMore), place = draw->below(sentences + 1);
  Draft draft;
  for (size_t sentence = 0; sentence <= sentences; ++sentence) {
    const bool decides = sentence == place;
    draft.begin_sentence(decides ? english_clause(positive, draw) : journey(draw), decides);
    draft.add(".");
  }
  return draft;
}

}  // namespace fovea::data
