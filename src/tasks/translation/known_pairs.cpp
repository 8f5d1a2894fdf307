#include "tasks/translation/known_pairs.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "base/errors.h"
#include "checkpoint/safetensors.h"
#include "data/vocab/split.h"
#include "metrics/sequence/words.h"

namespace fovea::tasks {
namespace {

constexpr size_t kWordsOfSide = 200;
constexpr int64_t kMostRead = 300'000;  // pairs from which they are learnt
constexpr int64_t kLeastTold = 3;       // words that tell the target's side, before anything is said
constexpr int64_t kMoreThan = 4;        // times as many as tell the source's
constexpr int64_t kLeastCount = 3;      // of a word in the training part
constexpr double kTimesAsMuch = 10;     // as frequent as on the other side
constexpr double kUnseenCount = 0.5;    // what a word that a side lacks counts for there

std::vector<uint64_t> rising(std::vector<uint64_t> identities) {
  std::sort(identities.begin(), identities.end());
  identities.erase(std::unique(identities.begin(), identities.end()), identities.end());
  return identities;
}

checkpoint::NamedArray array_of_identities(const std::string& name, const std::vector<uint64_t>& identities) {
  checkpoint::NamedArray array{name, checkpoint::ElementType::kInt64, {std::ssize(identities)}, {}};
  array.bytes.resize(identities.size() * sizeof(uint64_t));
  std::memcpy(array.bytes.data(), identities.data(), array.bytes.size());
  return array;
}

std::vector<uint64_t> identities_in(const checkpoint::ArrayFile& file, const char* name, const std::string& place) {
  const checkpoint::NamedArray* array = file.find(name);
  if (!array || array->type != checkpoint::ElementType::kInt64 || array->shape.size() != 1) {
    throw UserError(ExitCode::kBadData, place + ": " + name + " is missing or no list of whole numbers",
                    "Train the model again, or restore the folder.");
  }
  std::vector<uint64_t> identities(array->bytes.size() / sizeof(uint64_t));
  std::memcpy(identities.data(), array->bytes.data(), array->bytes.size());
  return identities;
}

// Signs and numbers tell nothing.
bool has_letter(const std::string& word) {
  return std::any_of(word.begin(), word.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || ('a' <= byte && byte <= 'z');
  });
}

std::vector<std::string> telling_words(std::string_view text) {
  std::vector<std::string> words = metrics::words_of(metrics::lower_case(text), metrics::Tokenizer::kZh);
  std::erase_if(words, [](const std::string& word) { return !has_letter(word); });
  return words;
}

using WordCounts = std::map<std::string, int64_t>;

std::vector<std::string> words_of_side(const WordCounts& own, const WordCounts& other, double own_total,
                                       double other_total) {
  std::vector<std::pair<int64_t, std::string>> telling;
  for (const auto& [word, count] : own) {
    const auto found = other.find(word);
    const double there = found == other.end() ? kUnseenCount : static_cast<double>(found->second);
    const bool tells = static_cast<double>(count) * other_total >= kTimesAsMuch * there * own_total;
    if (count >= kLeastCount && tells) telling.emplace_back(-count, word);
  }
  std::sort(telling.begin(), telling.end());
  std::vector<std::string> words;
  for (size_t i = 0; i < std::min(kWordsOfSide, telling.size()); ++i) words.push_back(telling[i].second);
  return words;
}

}  // namespace

void KnownSources::add(const KnownSources& others) {
  const auto join = [](std::vector<uint64_t>& own, const std::vector<uint64_t>& other) {
    std::vector<uint64_t> both;
    std::set_union(own.begin(), own.end(), other.begin(), other.end(), std::back_inserter(both));
    own = std::move(both);
  };
  join(train_, others.train_);
  join(valid_, others.valid_);
}

KnownSources::KnownSources(const data::PairTexts& train, const std::vector<data::Pair>& valid) {
  for (int64_t pair = 0; pair < train.size(); ++pair) train_.push_back(data::text_identity(train[pair].source));
  for (const data::Pair& pair : valid) valid_.push_back(data::text_identity(pair.source));
  train_ = rising(std::move(train_));
  valid_ = rising(std::move(valid_));
}

int KnownSources::seen(const std::string& source) const {
  const uint64_t identity = data::text_identity(source);
  if (std::binary_search(train_.begin(), train_.end(), identity)) return 1;
  return std::binary_search(valid_.begin(), valid_.end(), identity) ? -1 : 0;
}

std::string KnownSources::serialize() const {
  checkpoint::ArrayFile file;
  file.arrays = {array_of_identities("train", train_), array_of_identities("valid", valid_)};
  return checkpoint::serialize_arrays(file);
}

KnownSources KnownSources::parse(std::string_view bytes, const std::string& place) {
  const checkpoint::ArrayFile file = checkpoint::parse_arrays(bytes, place);
  KnownSources known;
  known.train_ = identities_in(file, "train", place);
  known.valid_ = identities_in(file, "valid", place);
  return known;
}

SideWords SideWords::of_json(const Json& json) {
  const Json none = Json::array();
  return {json.value("source", none).get<std::vector<std::string>>(),
          json.value("target", none).get<std::vector<std::string>>()};
}

SideWords learn_side_words(const data::PairTexts& pairs) {
  WordCounts source, target;
  double sources = 0, targets = 0;
  const int64_t every = (pairs.size() + kMostRead - 1) / kMostRead;
  for (int64_t pair = 0; pair < pairs.size(); pair += every) {
    for (const std::string& word : telling_words(pairs[pair].source)) ++source[word], ++sources;
    for (const std::string& word : telling_words(pairs[pair].target)) ++target[word], ++targets;
  }
  return {words_of_side(source, target, sources, targets), words_of_side(target, source, targets, sources)};
}

bool looks_like_target(const SideWords& words, std::span<const data::Pair> pairs) {
  const std::set<std::string> source(words.source.begin(), words.source.end()),
      target(words.target.begin(), words.target.end());
  int64_t of_source = 0, of_target = 0;
  for (const data::Pair& pair : pairs) {
    for (const std::string& word : telling_words(pair.source)) {
      of_source += source.contains(word) ? 1 : 0;
      of_target += target.contains(word) ? 1 : 0;
    }
  }
  return of_target >= kLeastTold && of_target > kMoreThan * of_source;
}

}  // namespace fovea::tasks
