#include "tasks/translation/trained.h"

#include <algorithm>

#include "base/errors.h"
#include "base/text.h"
#include "data/readers/utf8.h"
#include "metrics/sequence/bleu.h"
#include "tasks/plain_network.h"
#include "tasks/translation/kind.h"
#include "tasks/translation/lesson.h"
#include "tasks/translation/test.h"
#include "tasks/translation/unspaced.h"

namespace fovea::tasks {
namespace {

// Chinese and Japanese are scored by character: that is how their scores are published.
metrics::Tokenizer tokenizer_for(const std::string& language) {
  if (language == "zh") return metrics::Tokenizer::kZh;
  if (language == "ja") return metrics::Tokenizer::kChar;
  return metrics::Tokenizer::k13a;
}

// "the look of layer 3, head 1, at the step that chose the word".
std::string read_told(const TranslatorParts& parts) {
  std::string text = "the look";
  if (parts.model.transformer()) {
    const AttentionHead& from = parts.read.from;
    text += " of layer " + std::to_string(from.layer + 1) +
            (from.head == AttentionHead::kAllHeads ? ", the mean of its heads,"
                                                   : ", head " + std::to_string(from.head + 1) + ",");
  }
  return text +
         (parts.read.step == LookStep::kRead ? " at the step that reads the word" : " at the step that chose the word");
}

// With effective order, as scores of single sentences are.
double sentence_bleu(const std::string& translation, const std::string& reference, metrics::Tokenizer tokenizer) {
  return metrics::bleu(
      metrics::bleu_counts(metrics::words_of(translation, tokenizer), metrics::words_of(reference, tokenizer)), true);
}

}  // namespace

TrainedTranslator::TrainedTranslator(TranslatorParts parts, Translator network)
    : parts_(std::move(parts)), network_(std::move(network)) {
  for (const at::Tensor& parameter : network_->parameters()) parameter.set_requires_grad(false);
  network_->pack();
}

const TrainedTranslator& as_translator(const Model& model) {
  const auto* translator = dynamic_cast<const TrainedTranslator*>(&model);
  FOVEA_CHECK(translator != nullptr, "a model of another kind");
  return *translator;
}

const Kind& TrainedTranslator::kind() const {
  return translation_kind();
}

ModelFacts TrainedTranslator::facts() const {
  const int64_t source = parts_.vocabularies.source.size(), target = parts_.vocabularies.target.size();
  ModelFacts facts;
  facts.architecture = parts_.architecture;
  facts.parameters = parameters_of(*network_);
  facts.attention = attention_name(parts_.model.transformer() ? SourceLook::kScaledDot : parts_.model.attention);
  facts.why_no_weights = parts_.model.attends() ? "" : "this decoder does not look at the source";
  facts.knows = parts_.vocabularies.joint ? with_commas(source) + " subwords of both languages"
                                          : with_commas(source) + " and " + with_commas(target) + " subwords";
  if (!parts_.source_language.empty()) {
    facts.told.push_back({"languages", parts_.source_language + " to " + parts_.target_language});
  }
  if (parts_.model.attends()) facts.told.push_back({"links", read_told(parts_)});
  facts.own = {{"source_language", parts_.source_language},
               {"target_language", parts_.target_language},
               {"look_layer", parts_.read.from.layer},
               {"look_head", parts_.read.from.head},
               {"look_read", parts_.read.step == LookStep::kRead ? "read" : "chosen"},
               {"source_subwords", source},
               {"target_subwords", target}};
  return facts;
}

std::unique_ptr<Inputs> TrainedTranslator::read(const InputSource& source) const {
  data::PairOptions options = parts_.pairs;
  options.on_bad_row = source.table.on_bad_row;
  auto inputs = std::make_unique<PairInputs>();
  data::Pairs pairs;
  if (source.table.labels_required || source.paths.size() != 1) {
    pairs = data::read_pairs(source.paths, options);
  } else {
    pairs = data::read_pairs_or_sources(source.paths.front(), options);
    inputs->translated = pairs.translated;
  }
  inputs->pairs = std::move(pairs.pairs);
  inputs->report = std::move(pairs.report);
  inputs->doubted = wrong_side(inputs->pairs, source.paths.front());
  return inputs;
}

std::string TrainedTranslator::wrong_side(std::span<const data::Pair> pairs, const std::string& where) const {
  if (!looks_like_target(parts_.side_words, pairs)) return "";
  const auto in = [](const std::string& language) { return language.empty() ? "" : " (" + language + ")"; };
  return (where.empty() ? "" : where + ": ") + "this looks like what the model writes" + in(parts_.target_language) +
         ", not like what it translates" + in(parts_.source_language) +
         "; the other direction wants a model of its own";
}

// Of a stream the first line says it all, where it has words that tell.
LineForm TrainedTranslator::line_form(std::string_view beginning, const std::string& path) const {
  constexpr size_t kLooked = 20'000;  // bytes
  const std::vector<data::Pair> lines = {{std::string(beginning.substr(0, kLooked)), "", 1}};
  LineForm form;
  form.warned = wrong_side(lines, path);
  return form;
}

std::unique_ptr<Inputs> TrainedTranslator::take(std::span<const std::string> lines) const {
  auto inputs = std::make_unique<PairInputs>();
  inputs->translated = false;
  for (const std::string& line : lines) {
    inputs->pairs.push_back({data::repair_utf8(line, &inputs->report.bad_bytes), "", std::ssize(inputs->pairs) + 1});
  }
  inputs->doubted = wrong_side(inputs->pairs, "");
  return inputs;
}

void TrainedTranslator::require(const AnswerOptions& options) const {
  if (options.abstain > 0) {
    throw UserError(ExitCode::kUsage, "--abstain cannot apply: a translator answers with sentences",
                    "Leave --abstain out.");
  }
  if (parts_.model.attends()) return;
  if (options.aligned != Aligned::kNone) {
    throw options::CannotApply("alignment", "this decoder does not look at the source");
  }
  if (options.decoding.coverage_penalty > 0) {
    throw options::CannotApply("coverage-penalty", "this decoder does not look at the source");
  }
  if (options.decoding.unknown) {
    throw options::CannotApply("copy-unknown", "this decoder does not look at the source");
  }
}

metrics::Tokenizer TrainedTranslator::tokenizer(const AnswerOptions& options) const {
  return options.tokenizer.value_or(tokenizer_for(parts_.target_language));
}

std::vector<data::Subword> TrainedTranslator::cut(const std::string& source) const {
  std::vector<data::Subword> subwords = parts_.vocabularies.source.cut(source);
  if (std::ssize(subwords) > parts_.max_length) subwords.resize(static_cast<size_t>(parts_.max_length));
  return subwords;
}

TranslatedText TrainedTranslator::in_words(const std::string& source, const std::vector<data::Subword>& subwords,
                                           Translation made, bool copy_unknown) const {
  TranslatedText one;
  one.looks = parts_.model.attends();
  one.source = source_words(source, subwords);
  std::vector<std::string> instead(made.ids.size());
  for (size_t i = 0; copy_unknown && one.looks && i < made.ids.size(); ++i) {
    if (made.ids[i] != data::SubwordModel::kUnknown || subwords.empty() || one.source.words.empty()) continue;
    // The end of the source has no form to copy.
    const std::vector<float>& look = made.weights[i];
    const auto most = std::max_element(look.begin(), look.end() - 1) - look.begin();
    const data::Subword& copied = subwords[static_cast<size_t>(most)];
    const auto [start, end] = one.source.words[static_cast<size_t>(one.source.word_of[static_cast<size_t>(most)])];
    instead[i] = copied.id == data::SubwordModel::kUnknown ? source.substr(copied.start, copied.end - copied.start)
                                                           : source.substr(start, end - start);
  }
  one.text = parts_.vocabularies.target.text(made.ids, instead);
  one.target = target_words(parts_.vocabularies.target, made.ids, one.text);
  if (one.looks) one.alignment = align_words(one.source, one.target, made.weights, parts_.read.step);
  if (one.looks && (has_unspaced(source) || has_unspaced(one.text))) {
    std::vector<size_t> starts;
    for (size_t i = 0; i < made.ids.size(); ++i) {
      const std::span<const std::string> before(instead.data(), i);
      starts.push_back(parts_.vocabularies.target.text(std::span(made.ids).first(i), before).size());
    }
    cut_to_show(one, subwords, starts, made.weights);
  }
  one.made = std::move(made);
  return one;
}

void TrainedTranslator::cut_to_show(TranslatedText& text, const std::vector<data::Subword>& source,
                                    std::span<const size_t> target_starts,
                                    std::span<const std::vector<float>> looks) const {
  std::vector<size_t> source_starts;
  for (const data::Subword& subword : source) source_starts.push_back(subword.start);
  text.shown_source = cut_unspaced(text.source, source_starts);
  text.shown_target = cut_unspaced(text.target, target_starts);
  text.shown = align_words(text.shown_source, text.shown_target, looks, parts_.read.step);
}

TranslatedText TrainedTranslator::read_words(const data::Pair& pair, const std::vector<data::Subword>& subwords,
                                             Translation known) const {
  TranslatedText one;
  one.looks = parts_.model.attends();
  one.text = pair.target;
  one.source = source_words(pair.source, subwords);
  // Words behind the greatest length were not read, and have no look.
  std::vector<data::Subword> target = parts_.vocabularies.target.cut(pair.target);
  if (std::ssize(target) > parts_.max_length) target.resize(static_cast<size_t>(parts_.max_length));
  one.target = source_words(pair.target, target);
  if (one.looks) one.alignment = align_words(one.source, one.target, known.weights, parts_.read.step);
  if (one.looks && (has_unspaced(pair.source) || has_unspaced(pair.target))) {
    std::vector<size_t> starts;
    for (const data::Subword& subword : target) starts.push_back(subword.start);
    cut_to_show(one, subwords, starts, known.weights);
  }
  one.made = std::move(known);
  return one;
}

std::vector<std::unique_ptr<Answer>> TrainedTranslator::answer(const Inputs& given, int64_t first, int64_t count,
                                                               const AnswerOptions& options) const {
  const PairInputs& inputs = as_pairs(given);
  std::vector<std::vector<data::Subword>> subwords;
  std::vector<std::vector<int32_t>> sources;
  std::vector<uint64_t> numbers;
  for (int64_t input = first; input < first + count; ++input) {
    subwords.push_back(cut(inputs[input].source));
    sources.push_back(source_ids(subwords.back(), parts_.max_length));
    numbers.push_back(static_cast<uint64_t>(options.first_number + input));
  }
  std::vector<std::vector<Translation>> found;
  if (options.given) {
    std::vector<std::vector<int32_t>> targets;
    for (int64_t input = first; input < first + count; ++input) {
      targets.push_back(target_ids(parts_.vocabularies.target.cut(inputs[input].target), parts_.max_length));
    }
    for (Translation& known : read_translations(*network_.ptr(), sources, targets, parts_.read.from))
      found.push_back({std::move(known)});
  } else {
    found = translate(*network_.ptr(), sources, options.decoding, numbers, parts_.read.from);
  }
  std::vector<std::unique_ptr<Answer>> answers;
  for (size_t i = 0; i < found.size(); ++i) {
    const data::Pair& pair = inputs[first + static_cast<int64_t>(i)];
    TranslationAnswer::Of of;
    for (Translation& made : found[i]) {
      // Nothing is not a sentence: its translation is nothing too, and one line comes out for it.
      if (subwords[i].empty() && !options.given) made = Translation{{}, {}, {}, 0, /*complete=*/true};
      of.best.push_back(options.given ? read_words(pair, subwords[i], std::move(made))
                                      : in_words(pair.source, subwords[i], std::move(made), options.decoding.unknown));
      if (subwords[i].empty() && !options.given) break;
    }
    of.truth = options.truths && inputs.translated ? pair.target : "";
    if (!of.truth.empty() && !options.given)
      of.bleu = sentence_bleu(of.best.front().text, of.truth, tokenizer(options));
    of.line = options.truths ? pair.line : 0;
    of.number = static_cast<int64_t>(numbers[i]);
    of.several = options.decoding.best > 1;
    of.aligned = options.aligned;
    of.cut = std::ssize(subwords[i]) == parts_.max_length &&
             std::ssize(parts_.vocabularies.source.cut(pair.source)) > parts_.max_length;
    answers.push_back(std::make_unique<TranslationAnswer>(std::move(of)));
  }
  return answers;
}

std::unique_ptr<Explanation> TrainedTranslator::explain(const Inputs& inputs, int64_t input,
                                                        std::optional<int64_t> word) const {
  const std::string& source = as_pairs(inputs)[input].source;
  const std::vector<data::Subword> subwords = cut(source);
  const std::vector<int32_t> ids = source_ids(subwords, parts_.max_length);
  std::vector<std::vector<Translation>> found = translate(*network_.ptr(), {&ids, 1}, {}, {}, parts_.read.from);
  TranslatedText translation =
      in_words(source, subwords, subwords.empty() ? Translation() : std::move(found.front().front()), false);
  TranslationLesson lesson = make_lesson(*network_.ptr(), parts_.vocabularies, subwords, std::move(translation), word);
  lesson.read_later = parts_.read.step == LookStep::kRead;
  return std::make_unique<ExplainedTranslation>(std::move(lesson));
}

std::unique_ptr<TestResult> TrainedTranslator::test(const Inputs& given, const AnswerOptions& options) const {
  const PairInputs& inputs = as_pairs(given);
  std::vector<std::vector<int32_t>> sources, targets;
  for (const data::Pair& pair : inputs.pairs) {
    sources.push_back(source_ids(parts_.vocabularies.source.cut(pair.source), parts_.max_length));
    targets.push_back(target_ids(parts_.vocabularies.target.cut(pair.target), parts_.max_length));
  }
  const bool copies = options.decoding.unknown, covers = copies || options.decoding.coverage_penalty > 0;
  std::vector<std::vector<Translation>> found =
      translate(*network_.ptr(), sources, options.decoding, {}, covers ? Kept(parts_.read.from) : kNoWeights);
  const std::vector<Translation> known = read_translations(*network_.ptr(), sources, targets, kNoWeights);
  std::vector<TestedPair> tested;
  for (size_t i = 0; i < inputs.pairs.size(); ++i) {
    const data::Pair& pair = inputs.pairs[i];
    Translation& best = found[i].front();
    const bool complete = best.complete;
    std::string text;
    if (copies && sources[i].size() > 1) {
      text = in_words(pair.source, cut(pair.source), std::move(best), true).text;
    } else if (sources[i].size() > 1) {
      text = parts_.vocabularies.target.text(best.ids);
    }
    TestedPair one{pair.source, std::move(text), pair.target};
    one.line = pair.line;
    one.words = std::ssize(data::words_between_blanks(pair.source));
    one.nats = -known[i].score;
    one.subwords = std::ssize(known[i].log_probabilities);
    one.complete = complete;
    one.seen = parts_.known.seen(pair.source);
    tested.push_back(std::move(one));
  }
  return std::make_unique<TranslationTest>(std::move(tested), tokenizer(options), kind().nouns());
}

}  // namespace fovea::tasks
