// What a translator remembers of the pairs that it was trained on: which sentences were among them, and which words
// tell their two sides apart.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "data/readers/clean_pairs.h"

namespace fovea::tasks {

// The sources of training and validation part, by data::text_identity(), rising.
class KnownSources {
 public:
  KnownSources() = default;
  KnownSources(const data::PairTexts& train, const std::vector<data::Pair>& valid);

  // Those of the model that a training went on from, too.
  void add(const KnownSources& others);

  // Of none nothing is known: a model from before they were kept.
  bool any() const { return !train_.empty(); }
  // +1: in the training part; -1: in the validation part; 0: in neither.
  int seen(const std::string& source) const;

  std::string serialize() const;  // safetensors: train, valid
  // Throws UserError (kBadData), beginning with `place`.
  static KnownSources parse(std::string_view bytes, const std::string& place);

 private:
  std::vector<uint64_t> train_, valid_;
};

// Words of each language by which a text can be told to be in the one or in the other: frequent on their side, and ten
// times as frequent there as on the other. In lower case; Chinese characters are words of their own.
struct SideWords {
  std::vector<std::string> source, target;

  Json to_json() const { return {{"source", source}, {"target", target}}; }
  static SideWords of_json(const Json& json);
};
SideWords learn_side_words(const data::PairTexts& pairs);  // some hundred thousand are read

// Whether texts that should be sources look like translations: at least three words of theirs tell the target's side,
// more than four times as many as tell the source's.
bool looks_like_target(const SideWords& words, std::span<const data::Pair> pairs);

}  // namespace fovea::tasks
