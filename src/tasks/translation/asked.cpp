// A trained translator as an audit asks it: one decision of each pair, and what other methods say of the words of an
// answer.
#include <algorithm>

#include "base/errors.h"
#include "base/random.h"
#include "tasks/translation/subject.h"
#include "tasks/translation/trained.h"

namespace fovea::tasks {
namespace {

// Pairs of each of which one decision is asked.
class DecidedPairs final : public PairInputs {
 public:
  DecidedPairs(PairInputs pairs, uint64_t seed, LookStep shown)
      : PairInputs(std::move(pairs)), seed_(seed), shown_(shown) {}

  std::string asked() const override {
    return "Of each sentence one decision is asked, drawn with the seed: which subword comes next where the "
           "translation of the file stands up to there, the end being one. Sentences count alike, and every interval "
           "is over them. What an answer moves is told by its ten most probable subwords and all others together." +
           std::string(shown_ == LookStep::kChosen
                           ? ""
                           : " The look audited is that of the step that chooses the subword; the matrix of fovea "
                             "explain shows that of the next step, which reads it.");
  }
  // Of `steps` that the translation has.
  int64_t step(int64_t input, int64_t steps) const {
    const RandomKey key{seed_, Purpose::kAuditSample, (uint64_t{1} << 44) + static_cast<uint64_t>(input)};
    return static_cast<int64_t>(uniform_below(stream_base(key), 0, static_cast<uint64_t>(steps)));
  }

 private:
  uint64_t seed_;
  LookStep shown_;
};

const DecidedPairs& as_decided(const Inputs& inputs) {
  const auto* decided = dynamic_cast<const DecidedPairs*>(&inputs);
  FOVEA_CHECK(decided != nullptr, "pairs without a decision");
  return *decided;
}

// The word of each part: those of which a subword is read.
std::vector<int64_t> words_of_parts(const CutWords& source) {
  std::vector<int64_t> words;
  for (const int64_t word : source.word_of) {
    if (word < 0) continue;
    if (words.empty() || words.back() != word) words.push_back(word);
  }
  return words;
}

// The words of a source of which a subword is read, and which of them each subword is of.
CutWords words_read(const std::string& source, std::span<const data::Subword> subwords) {
  CutWords cut = source_words(source, subwords);
  if (cut.words.empty()) cut.word_of.clear();  // of blanks alone nothing is a word
  std::vector<std::pair<size_t, size_t>> words;
  int64_t last = -1;
  for (int64_t& word : cut.word_of) {
    if (word != last) words.push_back(cut.words[static_cast<size_t>(word)]);
    last = word;
    word = std::ssize(words) - 1;
  }
  cut.words = std::move(words);
  return cut;
}

}  // namespace

std::vector<int32_t> TrainedTranslator::reference(const data::Pair& pair) const {
  std::vector<int32_t> ids = target_ids(parts_.vocabularies.target.cut(pair.target), parts_.max_length);
  ids.push_back(data::SubwordModel::kEnd);
  return ids;
}

std::unique_ptr<Inputs> TrainedTranslator::decisions(std::unique_ptr<Inputs> inputs, uint64_t seed) const {
  auto& pairs = dynamic_cast<PairInputs&>(*inputs);
  if (!pairs.translated) {
    throw UserError(ExitCode::kBadData, "these sentences have no translations",
                    "An audit asks which subword comes next in a right translation: give the file of these as well.");
  }
  return std::make_unique<DecidedPairs>(std::move(pairs), seed, parts_.read.step);
}

int64_t TrainedTranslator::parts(const Inputs& inputs, int64_t input) const {
  const std::string& source = as_pairs(inputs)[input].source;
  return std::ssize(words_read(source, cut(source)).words);
}

Spelled TrainedTranslator::spelled(const Inputs& inputs, int64_t input) const {
  const DecidedPairs& pairs = as_decided(inputs);
  const data::Pair& pair = pairs[input];
  Spelled spelled;
  spelled.text = pair.source;
  for (const auto& [start, end] : words_read(pair.source, cut(pair.source)).words) {
    spelled.parts.emplace_back(static_cast<int64_t>(start), static_cast<int64_t>(end));
  }
  const std::vector<int32_t> right = reference(pair);
  const auto step = static_cast<size_t>(pairs.step(input, std::ssize(right)));
  const data::SubwordModel& target = parts_.vocabularies.target;
  spelled.truth = attribution::subword_name(target, right[step]);
  const std::string before = target.text(std::span(right).first(step));
  spelled.decision = step == 0 ? "To begin with," : "Behind “" + before + "”";
  return spelled;
}

Decision TrainedTranslator::decision_of(const std::string& source, const std::vector<data::Subword>& subwords) const {
  std::vector<int64_t> word_of = words_read(source, subwords).word_of;
  const std::span<const data::Subword> read = word_of.empty() ? std::span<const data::Subword>() : std::span(subwords);
  return {.source = source_ids(read, parts_.max_length), .word_of = std::move(word_of)};
}

Asked TrainedTranslator::ask(const Inputs& inputs, std::span<const int64_t> chosen) const {
  const DecidedPairs& pairs = as_decided(inputs);
  std::vector<Decision> decisions;
  std::vector<int32_t> right;
  for (const int64_t input : chosen) {
    const data::Pair& pair = pairs[input];
    const std::vector<data::Subword> subwords = cut(pair.source);
    const std::vector<int32_t> whole = reference(pair);
    const int64_t step = pairs.step(input, std::ssize(whole));
    Decision& decision = decisions.emplace_back(decision_of(pair.source, subwords));
    decision.before.assign(whole.begin(), whole.begin() + step);
    decision.steps = std::ssize(whole);
    right.push_back(whole[static_cast<size_t>(step)]);
  }
  struct Both {
    explicit Both(attribution::TranslationSubject of) : subject(std::move(of)), attributor(subject) {}
    attribution::TranslationSubject subject;
    attribution::TranslationAttributor attributor;
  };
  const auto both = std::make_shared<Both>(attribution::TranslationSubject(*network_.ptr(), parts_.vocabularies.target,
                                                                           parts_.read.from, std::move(decisions)));
  Asked asked{.subject = {both, &both->subject}, .attributor = {both, &both->attributor}};
  for (size_t i = 0; i < right.size(); ++i) {
    asked.truth.push_back(both->subject.class_of(static_cast<int64_t>(i), right[i]));
  }
  return asked;
}

// The columns of a picture that each word of the source is shown by: itself, or pieces where a side writes no blanks.
std::vector<std::vector<size_t>> columns_of_words(const CutWords& source, const CutWords& shown) {
  std::vector<std::vector<size_t>> columns(source.words.size());
  for (size_t column = 0; column < shown.words.size(); ++column) {
    for (size_t word = 0; word < source.words.size(); ++word) {
      const auto [start, end] = source.words[word];
      if (start <= shown.words[column].first && shown.words[column].first < end) columns[word].push_back(column);
    }
  }
  return columns;
}

// A row for each word that the picture of an answer shows: the mean over its subwords of what the method says of the
// words of the source when each of them is asked about. The end of the source gets nothing.
std::vector<attribution::Attribution> TrainedTranslator::pictured_by(const attribution::MethodFacts& method,
                                                                     const Inputs&,
                                                                     std::span<const std::unique_ptr<Answer>> answers,
                                                                     uint64_t seed) const {
  std::vector<attribution::Attribution> all;
  for (const std::unique_ptr<Answer>& answer : answers) {
    const TranslatedText& text = dynamic_cast<const TranslationAnswer&>(*answer).first();
    const std::vector<data::Subword> subwords = cut(text.source.text);
    std::vector<Decision> decisions;
    const bool finer = !text.shown_target.words.empty() || !text.shown_source.words.empty();
    const CutWords &shown_source = finer ? text.shown_source : text.source,
                   &shown_target = finer ? text.shown_target : text.target;
    std::vector<int64_t> towards, target;  // the word of the answer that each decision is of
    for (size_t step = 0; step < text.made.ids.size(); ++step) {
      if (shown_target.word_of[step] < 0) continue;
      Decision& decision = decisions.emplace_back(decision_of(text.source.text, subwords));
      decision.before.assign(text.made.ids.begin(), text.made.ids.begin() + static_cast<int64_t>(step));
      decision.steps = std::ssize(text.made.ids) + 1;
      decision.asked = text.made.ids[step];
      target.push_back(shown_target.word_of[step]);
    }
    attribution::Attribution& made = all.emplace_back();
    const size_t width = shown_source.words.size() + 1;
    made.scores.assign(shown_target.words.size() * width, 0.0);
    if (decisions.empty() || decisions.front().words() == 0) continue;
    attribution::TranslationSubject subject(*network_.ptr(), parts_.vocabularies.target, parts_.read.from, decisions);
    for (size_t d = 0; d < decisions.size(); ++d) {
      towards.push_back(subject.class_of(static_cast<int64_t>(d), decisions[d].asked));
    }
    const auto said = attribution::TranslationAttributor(subject).scores(method, towards, seed);
    std::vector<double> of_target(shown_target.words.size(), 0);
    for (const int64_t word : target) ++of_target[static_cast<size_t>(word)];
    // Words of which nothing is read have no part.
    const std::vector<int64_t> read = words_of_parts(text.source);
    const std::vector<std::vector<size_t>> columns = columns_of_words(text.source, shown_source);
    for (size_t d = 0; d < decisions.size(); ++d) {
      const auto row = static_cast<size_t>(target[d]);
      for (size_t part = 0; part < read.size(); ++part) {
        const std::vector<size_t>& of_part = columns[static_cast<size_t>(read[part])];
        const double each = said[d].scores[part] / of_target[row] / static_cast<double>(of_part.size());
        for (const size_t column : of_part) made.scores[row * width + column] += each;
      }
      made.steps = std::max(made.steps, said[d].steps);
      made.gap = std::max(made.gap, said[d].gap);
    }
  }
  return all;
}

std::vector<attribution::MethodFacts> TrainedTranslator::methods() const {
  std::vector<attribution::MethodFacts> methods;
  for (const attribution::MethodFacts& facts : attribution::kMethods) {
    using attribution::Method;
    const bool of_weights = facts.method == Method::kAttention || facts.method == Method::kAttentionGradient ||
                            facts.method == Method::kWeightGradient;
    if (facts.method != Method::kContribution && (parts_.model.attends() || !of_weights)) methods.push_back(facts);
  }
  methods.push_back(attribution::kDiagonalPrior);
  methods.push_back(attribution::kVocabularyPrior);
  return methods;
}

}  // namespace fovea::tasks
