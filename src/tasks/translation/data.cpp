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

// The splitting of labelled texts, of which all have one label.
std::vector<data::Part> split_pairs(const std::vector<data::Pair>& pairs, const DataFiles& files) {
  data::Table table;
  for (const data::Pair& pair : pairs) table.rows.push_back({.text = pair.source, .label = ""});
  DataFiles cut = files;
  if (!files.test_paths.empty()) cut.split.train += std::exchange(cut.split.test, 0);
  return parts_of(table, cut);
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

void EncodedPairs::add(std::span<const int32_t> of_source, std::span<const int32_t> of_target) {
  source.insert(source.end(), of_source.begin(), of_source.end());
  target.insert(target.end(), of_target.begin(), of_target.end());
  source_starts.push_back(std::ssize(source));
  target_starts.push_back(std::ssize(target));
}

std::span<const int32_t> EncodedPairs::part(const std::vector<int32_t>& ids, const std::vector<int64_t>& starts,
                                            int64_t pair) {
  const auto first = static_cast<size_t>(starts[static_cast<size_t>(pair)]);
  return std::span(ids).subspan(first, static_cast<size_t>(starts[static_cast<size_t>(pair) + 1]) - first);
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

TranslationData::TranslationData(const TranslationDataOptions& options, const Vocabularies* known) {
  LinesOfLinks links;
  if (!options.links.empty()) links = read_line_links(options.links, 0);
  const std::vector<data::Pair> train = read(options, links);
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
std::vector<data::Pair> TranslationData::read(const TranslationDataOptions& options, const LinesOfLinks& links) {
  data::PairOptions clean = options.pairs;
  clean.clean = true;
  data::Pairs pairs = data::read_pairs(options.paths, clean);
  left_out_ = pairs.left_out;
  data::ReadReport report;
  add_report(report, pairs.report, "");
  std::vector<data::Pair> train;
  if (options.valid_paths.empty()) {
    const std::vector<data::Part> parts = split_pairs(pairs.pairs, options);
    for (size_t i = 0; i < parts.size(); ++i) {
      auto& of = parts[i] == data::Part::kTrain ? train : parts[i] == data::Part::kValid ? valid_ : test_;
      of.push_back(std::move(pairs.pairs[i]));
    }
  } else {
    train = std::move(pairs.pairs);
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
    std::move(valid_.begin(), valid_.end(), std::back_inserter(train));
    valid_.clear();
  } else if (valid_.empty()) {
    throw UserError(ExitCode::kBadData,
                    options.paths.front() + ": " + counted(std::ssize(train), "pair leaves", "pairs leave") +
                        " none for validation",
                    "Give more pairs, another --split, or files of their own with --valid.");
  }
  return train;
}

void TranslationData::learn_subwords(const std::vector<data::Pair>& pairs, const TranslationDataOptions& options) {
  std::vector<std::string_view> sources, targets;
  for (const data::Pair& pair : pairs) {
    sources.push_back(pair.source);
    targets.push_back(pair.target);
  }
  const int64_t size = options.vocabulary > 0 ? options.vocabulary : usual_vocabulary(std::ssize(pairs));
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

void TranslationData::encode(const std::vector<data::Pair>& pairs, const TranslationDataOptions& options,
                             const LinesOfLinks& links) {
  const auto add = [&](const data::Pair& pair, bool may_be_cut, EncodedPairs& to) {
    const auto source = vocabularies_.source.cut(pair.source), target = vocabularies_.target.cut(pair.target);
    const int64_t longer = std::max(std::ssize(source), std::ssize(target));
    if (longer > options.max_length && !may_be_cut) {
      ++too_long_;
      return;
    }
    longest_ = std::max(longest_, std::min(longer, options.max_length));
    to.add(source_ids(source, options.max_length), target_ids(target, options.max_length));
    if (!links.path.empty() && !may_be_cut) links_.add(pair, source, target, links.of(pair));
  };
  for (const data::Pair& pair : pairs) add(pair, false, train_);
  for (const data::Pair& pair : valid_) add(pair, true, encoded_valid_);
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
  const auto tokens = static_cast<double>(std::ssize(train_.target)), n = static_cast<double>(train_.size());
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
  json["source_tokens"] = std::ssize(train_.source);
  json["target_tokens"] = std::ssize(train_.target);
  return json;
}

std::unique_ptr<Inputs> TranslationData::inputs_of(const std::vector<data::Pair>& pairs) {
  auto inputs = std::make_unique<PairInputs>();
  inputs->pairs = pairs;
  return inputs;
}

}  // namespace fovea::tasks
