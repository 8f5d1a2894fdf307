#include "tasks/translation/data.h"

#include <algorithm>
#include <utility>

#include "base/errors.h"
#include "base/text.h"
#include "ops/aten.h"

namespace fovea::tasks {
namespace {

template <typename T>
at::Tensor as_tensor(const std::vector<T>& values) {
  return at::tensor(values, at::kLong);
}

constexpr int64_t kMostLearnt = 1'000'000;  // pairs from which subwords are learnt

// The splitting of labelled texts, of which all have one label.
std::vector<data::Part> split_pairs(const data::PairTexts& pairs, const DataFiles& files) {
  std::vector<uint64_t> identities;
  for (int64_t pair = 0; pair < pairs.size(); ++pair) identities.push_back(data::text_identity(pairs[pair].source));
  data::SplitOptions split = files.split;
  if (!files.test_paths.empty()) split.train += std::exchange(split.test, 0);
  return data::split_rows(identities, std::vector<std::string>(identities.size()), split).parts;
}

data::Pair copy_of(const data::PairView& pair) {
  return {std::string(pair.source), std::string(pair.target), pair.line};
}

// More pairs teach more subwords well. On 29,000 a vocabulary of 4,000 takes a fifth less time than one of 8,000.
int64_t usual_vocabulary(int64_t pairs) {
  if (pairs >= 2'000'000) return 16'000;
  return pairs >= 200'000 ? 8'000 : 4'000;
}

void add_report(data::ReadReport& all, const data::ReadReport& more, const std::string& role) {
  for (const std::string& path : more.paths) all.paths.push_back(role + path);
  all.sha256.insert(all.sha256.end(), more.sha256.begin(), more.sha256.end());
  all.rows += more.rows;
  all.bad_rows += more.bad_rows;
  all.bad_bytes += more.bad_bytes;
  all.bad_places.insert(all.bad_places.end(), more.bad_places.begin(), more.bad_places.end());
}

std::vector<int32_t> ids_of(std::span<const data::Subword> subwords, int64_t max_length) {
  std::vector<int32_t> ids;
  for (const data::Subword& subword : subwords) {
    if (std::ssize(ids) == max_length) break;
    ids.push_back(subword.id);
  }
  return ids;
}

}  // namespace

EncodedPairs::Side::Side(const SpillOptions& spill) : ids(spill), starts(spill) {
  starts.add(0);
}

std::span<const int32_t> EncodedPairs::Side::of(int64_t pair) const {
  const auto first = static_cast<size_t>(starts[pair]);
  return ids.all().subspan(first, static_cast<size_t>(starts[pair + 1]) - first);
}

void EncodedPairs::Side::add(std::span<const int32_t> sentence) {
  ids.add(sentence);
  starts.add(ids.size());
}

void EncodedPairs::add(std::span<const int32_t> source, std::span<const int32_t> target) {
  source_.add(source);
  target_.add(target);
}

void EncodedPairs::finish() {
  for (Side* side : {&source_, &target_}) {
    side->ids.finish();
    side->starts.finish();
  }
}

std::vector<int64_t> EncodedPairs::lengths() const {
  std::vector<int64_t> lengths;
  for (int64_t pair = 0; pair < size(); ++pair) {
    lengths.push_back(std::ssize(source_of(pair)) + std::ssize(target_of(pair)) + 1);
  }
  return lengths;
}

PairBatch make_pair_batch(const EncodedPairs& pairs, std::span<const int64_t> chosen) {
  std::vector<int64_t> source, read, answer, source_offsets = {0}, target_offsets = {0};
  for (const int64_t pair : chosen) {
    const auto of_source = pairs.source_of(pair), of_target = pairs.target_of(pair);
    source.insert(source.end(), of_source.begin(), of_source.end());
    read.push_back(data::SubwordModel::kBegin);
    read.insert(read.end(), of_target.begin(), of_target.end());
    answer.insert(answer.end(), of_target.begin(), of_target.end());
    answer.push_back(data::SubwordModel::kEnd);
    source_offsets.push_back(std::ssize(source));
    target_offsets.push_back(std::ssize(read));
  }
  return {as_tensor(source), as_tensor(source_offsets), as_tensor(read), as_tensor(answer), as_tensor(target_offsets)};
}

std::pair<at::Tensor, at::Tensor> ragged_ids(std::span<const std::vector<int32_t>> sentences) {
  std::vector<int64_t> ids, offsets = {0};
  for (const std::vector<int32_t>& sentence : sentences) {
    ids.insert(ids.end(), sentence.begin(), sentence.end());
    offsets.push_back(std::ssize(ids));
  }
  return {as_tensor(ids), as_tensor(offsets)};
}

std::vector<int32_t> source_ids(std::span<const data::Subword> subwords, int64_t max_length) {
  std::vector<int32_t> ids = ids_of(subwords, max_length);
  ids.push_back(data::SubwordModel::kEnd);
  return ids;
}

std::vector<int32_t> target_ids(std::span<const data::Subword> subwords, int64_t max_length) {
  return ids_of(subwords, max_length);
}

const PairInputs& as_pairs(const Inputs& inputs) {
  const auto* pairs = dynamic_cast<const PairInputs*>(&inputs);
  FOVEA_CHECK(pairs != nullptr, "inputs of another kind");
  return *pairs;
}

TranslationData::TranslationData(const TranslationDataOptions& options, const Vocabularies* known)
    : train_(options.spill) {
  LinesOfLinks links;
  if (!options.links.empty()) links = read_line_links(options.links, 0);
  const data::PairTexts train = read(options, links);
  if (known) {
    vocabularies_ = *known;
  } else {
    learn_subwords(train, options);
  }
  encode(train, options, links);
  known_sources_ = KnownSources(train, valid_);
  side_words_ = learn_side_words(train);
}

// Reads all files, keeps validation and test pairs, returns those that train.
data::PairTexts TranslationData::read(const TranslationDataOptions& options, const LinesOfLinks& links) {
  data::CleanPairs pairs = data::read_clean_pairs(options.paths, options.pairs, options.spill);
  left_out_ = pairs.left_out;
  data::ReadReport report;
  add_report(report, pairs.report, "");
  data::PairTexts train(options.spill);
  if (options.valid_paths.empty()) {
    const std::vector<data::Part> parts = split_pairs(pairs.texts, options);
    for (int64_t i = 0; i < pairs.texts.size(); ++i) {
      const data::Part part = parts[static_cast<size_t>(i)];
      if (part == data::Part::kTrain) {
        train.add(pairs.texts[i]);
      } else {
        (part == data::Part::kValid ? valid_ : test_).push_back(copy_of(pairs.texts[i]));
      }
    }
  } else {
    if (options.learn_valid) {
      for (int64_t i = 0; i < pairs.texts.size(); ++i) train.add(pairs.texts[i]);
    } else {
      train = std::move(pairs.texts);
    }
    came_in_parts();
    data::Pairs valid = data::read_pairs(options.valid_paths, options.pairs);
    add_report(report, valid.report, "valid: ");
    valid_ = std::move(valid.pairs);
  }
  if (!options.test_paths.empty()) {
    data::Pairs test = data::read_pairs(options.test_paths, options.pairs);
    add_report(report, test.report, "test: ");
    test_ = std::move(test.pairs);
  }
  if (!links.path.empty()) {
    report.paths.push_back("links: " + links.path);
    report.sha256.push_back(links.sha256);
  }
  if (!options.gold.empty()) {
    gold_ = read_line_gold(options.gold, options.gold_base);
    bool any = false;
    for (const data::Pair& pair : valid_) any |= gold_.gold_of(pair) != nullptr;  // refuses words that are not there
    if (!any) {
      throw UserError(ExitCode::kBadData, gold_.path + ": has no line for a pair of --valid",
                      "Line n of it belongs to line n of the files of --valid.");
    }
    report.paths.push_back("links of valid: " + gold_.path);
    report.sha256.push_back(gold_.sha256);
  }
  came_from(std::move(report));
  if (options.learn_valid) {
    for (const data::Pair& pair : valid_) train.add({pair.source, pair.target, pair.line});
    valid_.clear();
  } else if (valid_.empty()) {
    throw UserError(
        ExitCode::kBadData,
        options.paths.front() + ": " + counted(train.size(), "pair leaves", "pairs leave") + " none for validation",
        "Give more pairs, another --split, or files of their own with --valid.");
  }
  train.finish();
  return train;
}

void TranslationData::learn_subwords(const data::PairTexts& pairs, const TranslationDataOptions& options) {
  std::vector<std::string_view> sources, targets;
  const int64_t every = (pairs.size() + kMostLearnt - 1) / kMostLearnt;
  for (int64_t pair = 0; pair < pairs.size(); pair += every) {
    sources.push_back(pairs[pair].source);
    targets.push_back(pairs[pair].target);
  }
  const int64_t size = options.vocabulary > 0 ? options.vocabulary : usual_vocabulary(pairs.size());
  vocabularies_.joint = options.joint;
  if (options.joint) {
    sources.insert(sources.end(), targets.begin(), targets.end());
    vocabularies_.source = data::SubwordModel::learn(sources, options.subwords, size);
    vocabularies_.target = vocabularies_.source;
  } else {
    vocabularies_.source = data::SubwordModel::learn(sources, options.subwords, size);
    vocabularies_.target = data::SubwordModel::learn(targets, options.subwords, size);
  }
}

void TranslationData::encode(const data::PairTexts& pairs, const TranslationDataOptions& options,
                             const LinesOfLinks& links) {
  const auto add = [&](const data::PairView& pair, bool may_be_cut, EncodedPairs& to) {
    const auto source = vocabularies_.source.cut(pair.source), target = vocabularies_.target.cut(pair.target);
    const int64_t longer = std::max(std::ssize(source), std::ssize(target));
    if (longer > options.max_length && !may_be_cut) {
      ++too_long_;
      return;
    }
    longest_ = std::max(longest_, std::min(longer, options.max_length));
    to.add(source_ids(source, options.max_length), target_ids(target, options.max_length));
    if (links.path.empty() || may_be_cut) return;
    const data::Pair linked = copy_of(pair);
    links_.add(linked, source, target, links.of(linked));
  };
  for (int64_t pair = 0; pair < pairs.size(); ++pair) add(pairs[pair], false, train_);
  for (const data::Pair& pair : valid_) add({pair.source, pair.target, pair.line}, true, encoded_valid_);
  train_.finish();
  if (train_.size() > 0) return;
  throw UserError(ExitCode::kBadData,
                  options.paths.front() + ": every pair has more than " + std::to_string(options.max_length) +
                      " subwords on a side",
                  "Give shorter sentences, or a larger --max-length.");
}

int64_t TranslationData::rows(data::Part part) const {
  switch (part) {
    case data::Part::kTrain:
      return train_.size();
    case data::Part::kValid:
      return encoded_valid_.size();
    case data::Part::kTest:
      break;
  }
  return std::ssize(test_);
}

std::vector<Told> TranslationData::told(const std::string& split, uint64_t seed) const {
  std::vector<Told> told = FileData::told(split, seed);
  std::string& text = told.front().text;
  if (const std::string why = data::left_out_text(left_out_); !why.empty()) text += "\n" + why;
  if (too_long_ > 0) text += "\n" + counted(too_long_, "pair is", "pairs are") + " longer than --max-length, left out";
  const std::string sizes = vocabularies_.joint ? with_commas(vocabularies_.source.size()) + " for both languages"
                                                : with_commas(vocabularies_.source.size()) + " and " +
                                                      with_commas(vocabularies_.target.size());
  const auto tokens = static_cast<double>(train_.target_tokens()), n = static_cast<double>(train_.size());
  told.push_back({"subwords", sizes + " · " + fixed(tokens / n, 1) + " a translation, the longest sentence " +
                                  std::to_string(longest_)});
  return told;
}

Json TranslationData::summary(int64_t predicted_memory) const {
  Json json = FileData::summary(predicted_memory);
  Json reasons = Json::object();
  for (const data::LeftOut& one : left_out_) reasons[one.why] = one.pairs;
  json["left_out"] = reasons;
  json["too_long"] = too_long_;
  json["source_subwords"] = vocabularies_.source.size();
  json["target_subwords"] = vocabularies_.target.size();
  json["source_tokens"] = train_.source_tokens();
  json["target_tokens"] = train_.target_tokens();
  return json;
}

std::unique_ptr<Inputs> TranslationData::inputs_of(const std::vector<data::Pair>& pairs) {
  auto inputs = std::make_unique<PairInputs>();
  inputs->pairs = pairs;
  return inputs;
}

}  // namespace fovea::tasks
