#include "tasks/text/data.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/errors.h"
#include "data/vocab/grown.h"
#include "tasks/text/ngram_learning.h"
#include "tasks/text/pieces.h"
#include "tasks/text/rows.h"

namespace fovea::tasks {
namespace {

constexpr size_t kMaxClasses = 10'000;

// Keeps the first `limit` tokens (0: all) and the sentences that begin among them; returns how many tokens were cut.
int64_t cut_to(int64_t limit, std::vector<data::Token>& tokens, std::vector<int32_t>& sentence_starts) {
  const auto length = static_cast<int64_t>(tokens.size());
  if (limit == 0 || length <= limit) return 0;
  tokens.resize(static_cast<size_t>(limit));
  while (!sentence_starts.empty() && sentence_starts.back() >= limit) sentence_starts.pop_back();
  return length - limit;
}

// Forms by number while the vocabulary is not known yet.
class Interner {
 public:
  int32_t number(const std::string& form) {
    const auto [entry, fresh] = numbers_.try_emplace(form, static_cast<int32_t>(forms_.size()));
    if (fresh) forms_.push_back(&entry->first);
    return entry->second;
  }
  const std::vector<const std::string*>& forms() const { return forms_; }

 private:
  std::unordered_map<std::string, int32_t> numbers_;
  std::vector<const std::string*> forms_;
};

class Loader {
 public:
  Loader(const TextDataOptions& options, const TextBase* base) : options_(options), base_(base) {}

  TextData load() {
    rows_ = read_text_rows(options_, base_, data_);
    count_labels();
    count_repeats();
    resolve_markup();
    tokenize();
    count_ngrams(options_.ngrams, base_, known_rows_, data_);
    return std::move(data_);
  }

 private:
  void count_labels() {
    std::map<std::string, ClassShare> shares;
    for (const TextRow& row : rows_) {
      for (const std::string& label : labels_of(row, data_.multi_label)) {
        ClassShare& share = shares[label];
        share.label = label;
        ++(row.part == data::Part::kTrain ? share.train : row.part == data::Part::kValid ? share.valid : share.test);
      }
    }
    std::map<std::string, int64_t> fresh;  // training rows of each label that no model has counted before
    int64_t fresh_rows = 0;
    for (const TextRow& row : rows_) {
      if (row.part != data::Part::kTrain || is_known(row.identity)) continue;
      ++fresh_rows;
      for (const std::string& label : labels_of(row, data_.multi_label)) ++fresh[label];
    }
    std::map<std::string, int64_t> known;  // rows of each label in the model that training starts from
    for (size_t c = 0; base_ && c < base_->labels.size(); ++c) {
      known[base_->labels[c]] = base_->label_counts[c];
      shares[base_->labels[c]].label = base_->labels[c];
    }
    data_.counted_rows = fresh_rows + (base_ ? base_->train_rows : 0);
    for (const auto& [label, share] : shares) {
      const auto before = known.find(label);
      if (share.train > 0 || before != known.end()) {
        data_.labels.push_back(label);
        // A new label has its rows from texts that the model knows, too: somebody has labelled them anew.
        data_.label_counts.push_back(before == known.end() ? share.train : before->second + fresh[label]);
        data_.counted_rows = std::max(data_.counted_rows, data_.label_counts.back());
        data_.summary.classes.push_back(share);
      } else if (share.valid > 0) {
        throw UserError(ExitCode::kBadData, "--valid: label '" + label + "' does not occur in the training rows",
                        "Leave its rows out of the validation file, or add such rows to the training data.");
      }
    }
    warn_of_header(shares);
    const size_t classes = data_.labels.size();
    if (classes < 2) {
      throw UserError(ExitCode::kBadData,
                      options_.paths.front() +
                          (data_.multi_label ? ": there is no label but '" : ": every row has the label '") +
                          (classes ? data_.labels[0] : "") + "'",
                      "A classifier needs at least two labels. Is the label in another column? See --label-column.");
    }
    if (classes > kMaxClasses) {
      throw UserError(
          ExitCode::kBadData,
          options_.paths.front() + ": " + std::to_string(classes) + " different labels; at most 10,000 are supported",
          "Is the label in another column? See --label-column.");
    }
  }

  // A header that was not known as one is a row whose label occurs nowhere else, among labels that all occur often.
  void warn_of_header(const std::map<std::string, ClassShare>& shares) {
    constexpr int64_t kOften = 10;
    const data::Row& first = rows_.front().row;
    if (data_.multi_label || data_.layout.header || data_.layout.label_column < 0 ||
        data_.layout.format == data::Format::kJsonl)
      return;
    for (const auto& [label, share] : shares) {
      const int64_t rows = share.train + share.valid + share.test;
      if (label == first.label ? rows != 1 : rows < kOften) return;
    }
    data_.warnings.push_back(options_.paths.front() + ":" + std::to_string(first.line) + ": the label '" + first.label +
                             "' occurs in the first row only; if that row names the columns, say --header yes");
  }

  void count_repeats() {
    std::unordered_set<uint64_t> seen[3];
    std::unordered_map<uint64_t, const std::string*> label_of;
    std::unordered_set<uint64_t> conflicting;
    DataSummary& summary = data_.summary;
    for (const TextRow& row : rows_) {
      if (!seen[static_cast<size_t>(row.part)].insert(row.identity).second) ++summary.repeated_texts;
      const auto [entry, fresh] = label_of.try_emplace(row.identity, &row.row.label);
      if (!fresh && *entry->second != row.row.label) conflicting.insert(row.identity);
    }
    summary.conflicting_texts = static_cast<int64_t>(conflicting.size());
    for (const TextRow& row : rows_) {
      if (row.part != data::Part::kTrain && seen[0].count(row.identity)) ++summary.repeated_across_parts;
    }
    count_known(seen[0]);
    data_.train_identities.assign(seen[0].begin(), seen[0].end());
    data_.valid_identities.assign(seen[1].begin(), seen[1].end());
    std::sort(data_.train_identities.begin(), data_.train_identities.end());
    std::sort(data_.valid_identities.begin(), data_.valid_identities.end());
  }

  bool is_known(uint64_t identity) const {
    return base_ && std::binary_search(base_->train_identities.begin(), base_->train_identities.end(), identity);
  }

  // A model that was trained on a text before is no judge of it now. `seen` gets its texts too: they were trained on.
  void count_known(std::unordered_set<uint64_t>& seen) {
    if (!base_) return;
    int64_t held_out = 0;
    for (const TextRow& row : rows_) held_out += row.part != data::Part::kTrain && is_known(row.identity);
    if (held_out > 0) {
      data_.warnings.push_back(std::to_string(held_out) + " rows of validation and test are texts that " + base_->path +
                               " was trained on: scores on them are too good");
    }
    seen.insert(base_->train_identities.begin(), base_->train_identities.end());
  }

  void resolve_markup() {
    int64_t tagged = 0;
    for (const TextRow& row : rows_) tagged += row.part == data::Part::kTrain && data::has_markup(row.row.text);
    DataSummary& summary = data_.summary;
    summary.markup_share = static_cast<double>(tagged) / static_cast<double>(std::max<int64_t>(summary.train, 1));
    data_.text = options_.text;
    summary.markup_automatic = options_.text.markup == data::Markup::kAuto;
    if (summary.markup_automatic) {
      data_.text.markup = summary.markup_share > data::kMarkupShare ? data::Markup::kStrip : data::Markup::kKeep;
    }
    summary.markup_stripped = data_.text.markup == data::Markup::kStrip;
  }

  void tokenize() {
    data_.pieces = base_ ? base_->pieces : pieces_of(rows_, data_.text, data_.warnings);
    data_.summary.pieces = data_.pieces ? data_.pieces.size() : 0;
    data::Segmenter segmenter(data_.text, data_.pieces);
    Interner interner;
    std::vector<std::vector<int32_t>> numbers, sentences;  // per row of training or validation, cut
    std::vector<int64_t> lengths;
    DataSummary& summary = data_.summary;
    for (TextRow& row : rows_) {
      std::vector<int32_t> starts;
      std::vector<data::Token> tokens = segmenter.segment(row.row.text, &starts);
      lengths.push_back(static_cast<int64_t>(tokens.size()));
      const int64_t cut = cut_to(data_.text.max_tokens, tokens, starts);
      summary.cut_texts += cut > 0;
      summary.cut_tokens += cut;
      std::vector<int32_t> text;
      if (row.part != data::Part::kTest) {
        text.reserve(tokens.size());
        for (const data::Token& token : tokens) text.push_back(interner.number(token.form));
        if (row.part != data::Part::kValid || !options_.keep_valid) row.row.text = std::string();
      } else {
        starts = {};
      }
      numbers.push_back(std::move(text));
      sentences.push_back(std::move(starts));
    }
    describe_lengths(lengths);
    number_words(interner, numbers, sentences);
  }

  void describe_lengths(std::vector<int64_t> lengths) {
    std::sort(lengths.begin(), lengths.end());
    DataSummary& summary = data_.summary;
    summary.length_median = lengths[lengths.size() / 2];
    summary.length_p95 = lengths[std::min(lengths.size() - 1, lengths.size() * 95 / 100)];
    summary.length_max = lengths.back();
    summary.max_tokens = data_.text.max_tokens;
  }

  void number_words(const Interner& interner, const std::vector<std::vector<int32_t>>& numbers,
                    const std::vector<std::vector<int32_t>>& sentences) {
    std::vector<int64_t> counts(interner.forms().size(), 0);
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (rows_[i].part != data::Part::kTrain || is_known(rows_[i].identity)) continue;
      for (const int32_t number : numbers[i]) ++counts[static_cast<size_t>(number)];
    }
    data::VocabularyBuilder builder;
    for (size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] > 0) builder.add(*interner.forms()[i], counts[i]);
    }
    read_vectors(interner, counts, builder);
    data_.vocabulary = builder.build(options_.vocabulary);
    if (base_) data_.vocabulary = data::grown_vocabulary(base_->vocabulary, data_.vocabulary);
    DataSummary& summary = data_.summary;
    summary.vocabulary = data_.vocabulary.size() - 1;
    summary.min_count = options_.vocabulary.min_count;
    summary.vocabulary_full = options_.vocabulary.max_size > 0 && summary.vocabulary == options_.vocabulary.max_size;

    std::vector<int32_t> ids(counts.size());
    if (needs_spellings(options_.ngrams, data_.multi_label, std::ssize(data_.labels))) {
      data_.spellings = std::make_shared<data::Spellings>();
    }
    for (size_t i = 0; i < ids.size(); ++i) {
      ids[i] = data::number_of(*interner.forms()[i], data_.vocabulary, data_.spellings.get());
    }
    std::map<std::string, int32_t> label_ids;
    for (size_t c = 0; c < data_.labels.size(); ++c) label_ids[data_.labels[c]] = static_cast<int32_t>(c);
    int64_t unknown[2] = {0, 0}, total[2] = {0, 0};
    std::vector<int32_t> text;
    for (size_t i = 0; i < rows_.size(); ++i) {
      const data::Part part = rows_[i].part;
      if (part == data::Part::kTest) {
        data_.test_rows.push_back(std::move(rows_[i].row));
        continue;
      }
      text.clear();
      for (const int32_t number : numbers[i]) text.push_back(ids[static_cast<size_t>(number)]);
      const size_t which = part == data::Part::kTrain ? 0 : 1;
      total[which] += static_cast<int64_t>(text.size());
      unknown[which] += std::count_if(text.begin(), text.end(), data::Vocabulary::is_unknown);
      const int32_t label = data_.multi_label ? 0 : label_ids.at(rows_[i].row.label);
      (which == 0 ? data_.train : data_.valid).add(text, label, sentences[i], data_.spellings);
      if (which == 0) known_rows_.push_back(is_known(rows_[i].identity));
      if (data_.multi_label) {
        std::vector<int32_t> classes;
        for (const std::string& label : rows_[i].row.labels) classes.push_back(label_ids.at(label));
        (which == 0 ? data_.train_labels : data_.valid_labels).push_back(std::move(classes));
      }
      if (which == 0 && data_.layout.weight_column >= 0) data_.train_weights.push_back(rows_[i].row.weight);
      if (which == 1 && options_.keep_valid) data_.valid_rows.push_back(std::move(rows_[i].row));
    }
    summary.train_tokens = total[0];
    summary.oov_train = static_cast<double>(unknown[0]) / static_cast<double>(std::max<int64_t>(total[0], 1));
    summary.oov_valid = static_cast<double>(unknown[1]) / static_cast<double>(std::max<int64_t>(total[1], 1));
  }

  // A word with a vector is known however seldom training has it.
  void read_vectors(const Interner& interner, const std::vector<int64_t>& counts, data::VocabularyBuilder& builder) {
    if (options_.vectors.path.empty()) return;
    std::vector<const std::string*> forms;
    for (size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] > 0) forms.push_back(interner.forms()[i]);
    }
    data_.vectors = data::read_pretrained(options_.vectors, forms, data_.text.case_fold);
    data_.freeze_vectors = options_.vectors.frozen;
    for (const std::string& word : data_.vectors.words) builder.keep(word);
    data_.paths.push_back("vectors: " + options_.vectors.path);
    data_.sha256.push_back(data_.vectors.file.sha256);

    DataSummary& summary = data_.summary;
    int64_t found = 0, tokens = 0, found_tokens = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
      const bool has = counts[i] > 0 && data_.vectors.find(*interner.forms()[i]);
      found += has;
      found_tokens += has ? counts[i] : 0;
      tokens += counts[i];
    }
    summary.vectors = options_.vectors.path;
    summary.vectors_kind = data_.vectors.file.kind;
    summary.vectors_rows = data_.vectors.file.words;
    summary.vectors_size = data_.vectors.file.size;
    summary.vectors_found = found;
    summary.vectors_folded = data_.vectors.folded;
    summary.vectors_extra = static_cast<int64_t>(data_.vectors.words.size()) - found;
    summary.vectors_words_share = static_cast<double>(found) / static_cast<double>(std::max<size_t>(forms.size(), 1));
    summary.vectors_tokens_share =
        static_cast<double>(found_tokens) / static_cast<double>(std::max<int64_t>(tokens, 1));
    summary.vectors_frozen = options_.vectors.frozen;
  }

  const TextDataOptions& options_;
  const TextBase* base_;
  std::vector<TextRow> rows_;
  std::vector<bool> known_rows_;  // of `train`: their n-grams are among those of the base
  TextData data_;
};

}  // namespace

TextData load_text_data(const TextDataOptions& options, const TextBase* base) {
  return Loader(options, base).load();
}

EncodedText encode_text(data::Segmenter& segmenter, const data::Vocabulary& vocabulary, const data::TextOptions& text,
                        const std::string& value, data::Spellings* spellings) {
  EncodedText encoded;
  encoded.tokens = segmenter.segment(value, &encoded.sentence_starts);
  encoded.cut = cut_to(text.max_tokens, encoded.tokens, encoded.sentence_starts);
  encoded.ids.reserve(encoded.tokens.size());
  for (const data::Token& token : encoded.tokens) {
    encoded.ids.push_back(data::number_of(token.form, vocabulary, spellings));
  }
  return encoded;
}

}  // namespace fovea::tasks
