#include "data/synthetic/sentences.h"

#include <algorithm>
#include <string_view>

#include "data/synthetic/draft.h"

namespace fovea::data {
namespace {

struct Noun {
  std::string_view one, many;  // in English
  std::string_view stem;       // in the made-up language
  bool soft;                   // its gender there
};
struct Word {
  std::string_view english, stem;
};

constexpr Noun kNouns[] = {
    {"dog", "dogs", "karu", false},        {"cat", "cats", "mili", true},
    {"bird", "birds", "pelo", false},      {"child", "children", "tona", true},
    {"man", "men", "dorek", false},        {"woman", "women", "salia", true},
    {"teacher", "teachers", "vogi", true}, {"farmer", "farmers", "brun", false},
    {"king", "kings", "olmar", false},     {"singer", "singers", "lirea", true},
    {"house", "houses", "taku", false},    {"river", "rivers", "ishe", true},
    {"tree", "trees", "gwan", false},      {"book", "books", "fedi", true},
    {"ship", "ships", "hurat", false},     {"horse", "horses", "zemu", false},
    {"flower", "flowers", "ania", true},   {"stone", "stones", "krot", false},
    {"letter", "letters", "pimi", true},   {"road", "roads", "yado", false},
    {"boat", "boats", "nessa", true},      {"field", "fields", "obru", false},
    {"lamp", "lamps", "luci", true},       {"mountain", "mountains", "barro", false},
};
constexpr Word kAdjectives[] = {{"small", "tin"},  {"big", "gor"},    {"old", "vesh"},   {"young", "nim"},
                                {"red", "rast"},   {"green", "elv"},  {"white", "alb"},  {"quiet", "sum"},
                                {"happy", "fell"}, {"hungry", "ukk"}, {"clever", "inz"}, {"tired", "mord"}};
// The third person of one, and of many.
struct Verb {
  std::string_view one, many, stem;
};
constexpr Verb kVerbs[] = {{"sees", "see", "vid"},         {"finds", "find", "trop"}, {"follows", "follow", "sekk"},
                           {"likes", "like", "amur"},      {"hears", "hear", "ork"},  {"paints", "paint", "pint"},
                           {"carries", "carry", "bal"},    {"knows", "know", "geno"}, {"watches", "watch", "spek"},
                           {"forgets", "forget", "obliv"}, {"draws", "draw", "skri"}, {"greets", "greet", "halo"}};
constexpr Word kPlaces[] = {{"near", "apu"}, {"behind", "retu"}, {"under", "subu"}, {"above", "surru"}};
constexpr Word kTimes[] = {{"today", "hodi"}, {"often", "saepe"}, {"now", "nunk"}};
constexpr std::string_view kNot = "ne";

// The ending of what goes with a noun.
std::string ending(bool soft, bool many) {
  return std::string(soft ? "a" : "o") + (many ? "s" : "");
}

// Two sentences under construction, the target in pieces that are put in order at the end.
class Writer {
 public:
  int64_t english(std::string_view word) {
    source_.emplace_back(word);
    return std::ssize(source_) - 1;
  }
  // One word of the target, with the words of the source that it says.
  struct Piece {
    std::string word;
    std::vector<int64_t> sure, possible;
  };
  using Phrase = std::vector<Piece>;

  MadePair done(const std::vector<Phrase>& phrases) const {
    MadePair pair;
    for (const std::string& word : source_) pair.source += (pair.source.empty() ? "" : " ") + word;
    int64_t number = 0;
    for (const Phrase& phrase : phrases) {
      for (const Piece& piece : phrase) {
        pair.target += (pair.target.empty() ? "" : " ") + piece.word;
        for (const int64_t source : piece.sure) pair.sure.emplace_back(source, number);
        for (const int64_t source : piece.possible) pair.possible.emplace_back(source, number);
        ++number;
      }
    }
    std::sort(pair.sure.begin(), pair.sure.end());
    std::sort(pair.possible.begin(), pair.possible.end());
    return pair;
  }

 private:
  std::vector<std::string> source_;
};

// "the small dogs" → "lo karus tinos"
Writer::Phrase noun_phrase(Writer& writer, Draw& draw, bool many, double adjective) {
  const Noun& noun = draw.pick(std::span<const Noun>(kNouns));
  const bool definite = many || draw.chance(0.6);
  const int64_t determiner = writer.english(definite ? "the" : "a");
  Writer::Phrase phrase = {{definite ? "lo" : "un", {determiner}, {}}};
  Writer::Phrase behind;
  if (draw.chance(adjective)) {
    const Word& word = draw.pick(std::span<const Word>(kAdjectives));
    behind.push_back({std::string(word.stem) + ending(noun.soft, many), {writer.english(word.english)}, {}});
  }
  const int64_t head = writer.english(many ? noun.many : noun.one);
  phrase.push_back({std::string(noun.stem) + (many ? "s" : ""), {head}, {}});
  phrase.insert(phrase.end(), behind.begin(), behind.end());
  return phrase;
}

MadePair make_pair(Draw& draw) {
  Writer writer;
  Writer::Phrase time;
  if (draw.chance(0.3)) {
    const Word& word = draw.pick(std::span<const Word>(kTimes));
    time.push_back({std::string(word.stem), {writer.english(word.english)}, {}});
  }
  const bool many = draw.chance(0.4), denied = draw.chance(0.25);
  const Writer::Phrase subject = noun_phrase(writer, draw, many, 0.5);
  const Verb& verb = draw.pick(std::span<const Verb>(kVerbs));
  Writer::Phrase verbs;
  if (denied) {
    const int64_t helps = writer.english(many ? "do" : "does");
    verbs.push_back({std::string(kNot), {writer.english("not")}, {helps}});
  }
  const int64_t said = writer.english(denied || many ? verb.many : verb.one);
  verbs.push_back({std::string(verb.stem) + (many ? "en" : "et"), {said}, {}});
  const Writer::Phrase object = noun_phrase(writer, draw, draw.chance(0.4), 0.4);
  Writer::Phrase place;
  if (draw.chance(0.4)) {
    const Word& word = draw.pick(std::span<const Word>(kPlaces));
    const int64_t preposition = writer.english(word.english);
    place = noun_phrase(writer, draw, false, 0.2);
    place.push_back({std::string(word.stem), {preposition}, {}});
  }
  // A mark that were always the same would be written without looking.
  const char* mark = draw.chance(0.3) ? "!" : ".";
  const Writer::Phrase stop = {{mark, {writer.english(mark)}, {}}};
  // Where it happens stands first, the verb last, and when stands before the verb.
  return writer.done({place, subject, object, time, verbs, stop});
}

}  // namespace

std::vector<MadePair> make_pairs(int64_t count, uint64_t seed) {
  std::vector<MadePair> pairs;
  for (int64_t i = 0; i < count; ++i) {
    Draw draw(seed, static_cast<uint64_t>(i));
    pairs.push_back(make_pair(draw));
  }
  return pairs;
}

}  // namespace fovea::data
