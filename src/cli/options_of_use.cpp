// The options of verbs that use a model.
#include <array>
#include <utility>

#include "cli/option_parts.h"

namespace fovea::cli {
namespace {

using options::List;
using options::Part;

constexpr std::array<std::pair<tasks::Aligned, const char*>, 3> kAligned = {
    {{tasks::Aligned::kNone, "none"}, {tasks::Aligned::kHard, "hard"}, {tasks::Aligned::kSoft, "soft"}}};
constexpr std::array<std::pair<tasks::Aligned, const char*>, 2> kLinked = {
    {{tasks::Aligned::kHard, "hard"}, {tasks::Aligned::kSoft, "soft"}}};
using Tokenizer = std::optional<metrics::Tokenizer>;
const std::array<std::pair<Tokenizer, const char*>, 5> kTokenizers = {
    {{std::nullopt, "auto"},
     {metrics::Tokenizer::k13a, metrics::tokenizer_name(metrics::Tokenizer::k13a)},
     {metrics::Tokenizer::kZh, metrics::tokenizer_name(metrics::Tokenizer::kZh)},
     {metrics::Tokenizer::kChar, metrics::tokenizer_name(metrics::Tokenizer::kChar)},
     {metrics::Tokenizer::kNone, metrics::tokenizer_name(metrics::Tokenizer::kNone)}}};
using metrics::Symmetrisation, metrics::symmetrisation_name;
const std::array<std::pair<Symmetrisation, const char*>, 4> kSymmetrised = {
    {{Symmetrisation::kGrowDiagFinal, symmetrisation_name(Symmetrisation::kGrowDiagFinal)},
     {Symmetrisation::kGrowDiagFinalAnd, symmetrisation_name(Symmetrisation::kGrowDiagFinalAnd)},
     {Symmetrisation::kIntersection, symmetrisation_name(Symmetrisation::kIntersection)},
     {Symmetrisation::kUnion, symmetrisation_name(Symmetrisation::kUnion)}}};

}  // namespace

void visit(TestCommand& command, options::Visitor& visitor) {
  visit_model(command.model, visitor, true);
  visitor.list({.name = "DATA",
                .says = "Files of labelled texts, or the two of sentence pairs",
                .part = Part::kArgument,
                .required = true},
               command.paths);
  visitor.flag({.name = "fasttext",
                .says = "Print N, P@1 and R@1 as fastText does",
                .part = Part::kAnswers,
                .more = "print `N`, `P@1` and `R@1` as fastText does"},
               command.fasttext);
  visit_abstain(command.abstain, visitor,
                "below this probability no label is given: tells which share of the texts got one, and how many of "
                "these are right. The other scores count every text");
  visitor.list(
      {.name = "require",
       .says = "Exit with 1 unless it holds: accuracy>=0.8, macro_f1, micro_f1, loss<=…; of translators bleu>=30, …",
       .part = Part::kAnswers,
       .shown = "CONDITION",
       .more = "exit with 1 unless it holds, as in `accuracy>=0.8`; may be repeated. Metrics: accuracy, "
               "macro_f1, micro_f1, loss, of translators bleu, bleu_lowercase, chrf and ter, out of 100, and "
               "loss; also `<=`"},
      command.require, List::kOneEach);
  visitor.word({.name = "tokenizer",
                .says = "Of translators: the words of BLEU, as sacreBLEU cuts them; auto: by the language",
                .part = Part::kAnswers,
                .row = 50,
                .more = "of translators: the words of BLEU, as sacreBLEU cuts them: 13a, zh, char, or none for texts "
                        "that are cut already; the signature has it. auto: zh and char where the translations are "
                        "`zh` and `ja`, else 13a"},
               command.tokenizer, kTokenizers);
  visit(command.decoding, visitor);
  visit_for_use(command.table, visitor);
  visit(command.common, visitor);
}

void visit(PredictCommand& command, options::Visitor& visitor) {
  visit_model(command.model, visitor, true);
  visitor.text({.name = "INPUT",
                .says = "A text, a file of one text per line, or - for standard input",
                .part = Part::kArgument},
               command.input);
  visitor.whole({.name = "top",
                 .says = "Labels shown per text",
                 .part = Part::kAnswers,
                 .more = "so many of the most probable labels",
                 .idle = options::idle_if(command.explain, "--explain shows one label for each text")},
                command.top, kLabelsShown);
  visit_abstain(command.abstain, visitor,
                "below this probability no label is given: the line has an empty label, a tab and the probability "
                "(with `--fasttext` the line is empty, in JSON `label` is null)");
  visitor.flag({.name = "fasttext",
                .says = "Print __label__x p as fastText does",
                .part = Part::kAnswers,
                .more = "`__label__x p` as fastText prints it"},
               command.fasttext);
  visitor.flag({.name = "explain",
                .says = "Shade the words by what they add, or their weights",
                .part = Part::kAnswers,
                .more = "label, probability and the text, its words shaded by what each adds where `explain` shows "
                        "that first, else by their weights"},
               command.explain);
  visitor.word({.name = "alignment",
                .says = "Of translations: none; hard or soft: with links to the source behind each",
                .part = Part::kAnswers,
                .row = 50,
                .idle = options::idle_if(command.common.json, "--json has the links of every answer")},
               command.alignment, kAligned);
  visit(command.decoding, visitor);
  visit_for_use(command.table, visitor);
  visit(command.common, visitor, /*json_file=*/false);
}

void visit(ExplainCommand& command, options::Visitor& visitor) {
  visit_model(command.model, visitor, true);
  visitor.list({.name = "INPUT",
                .says = "A file of texts (labelled or not), the two files of sentence pairs, or one text",
                .part = Part::kArgument},
               command.inputs);
  visitor.text({.name = "text",
                .says = "One text",
                .part = Part::kAnswers,
                .shown = "TEXT",
                .more = "one text, whatever it looks like"},
               command.text);
  visitor.flag({.name = "steps",
                .says = "The mechanism as a lesson: scores, weights, contributions, logits",
                .part = Part::kAnswers,
                .more = "the mechanism of one text as a lesson: for each word (with `hierarchical`, each sentence) its "
                        "score, weight and contribution; the context; the logits, which add up to the printed answer. "
                        "Of a translator: each step with what it wrote, and of one word scores, weights, context and "
                        "the most probable next subwords"},
               command.steps);
  visitor.whole(
      {.name = "word",
       .says = "Of a translation's lesson: its word that the lesson is of, from 0; by default the least probable",
       .part = Part::kAnswers,
       .usual = "the least probable",
       .idle = options::idle_if(!command.steps, "it is for --steps")},
      command.word, options::kCount);
  visitor.list({.name = "method",
                .says = "What words count for by several methods side by side: attention, gradient, ig, loo, …",
                .part = Part::kAnswers,
                .shown = "LIST",
                .more = "what the words count for by several methods side by side, one picture each: attention, "
                        "contribution, gradient, gradient-input, attention-gradient, weight-gradient, ig, loo, "
                        "loo-distance, random, "
                        "position, frequency. [attributions.md](attributions.md) says what they mean"},
               command.methods, List::kCommas);
  visitor.text({.name = "label",
                .says = "Ask the methods about this label, not about the one that is answered",
                .part = Part::kAnswers,
                .shown = "LABEL",
                .more = "what speaks for and against this label, instead of the one that is answered, by --method; "
                        "without it by contribution",
                .idle = options::idle_if(command.steps, "--steps tells of the answer that is given")},
               command.label);
  visit_page(command.html, visitor, Part::kAnswers, "Write a page to this file",
             "write a page: texts with their words shaded, right and wrong told apart, filtered and sorted. One file, "
             "nothing is loaded from anywhere");
  visitor.whole({.name = "limit",
                 .says = "Texts shown, from the beginning; 0: 200 on a page, 20 in the terminal",
                 .part = Part::kAnswers},
                command.limit, options::kCount);
  const bool json = command.common.json || !command.common.json_out.empty();
  visitor.whole(
      {.name = "top",
       .says = "Labels per text in the JSON",
       .part = Part::kAnswers,
       .more = "labels per text in the JSON; where a text may have several, all",
       .idle = options::idle_if(!json, "it is for the labels in the JSON, and neither --json nor --json-out is given")},
      command.top, kLabelsShown);
  visit_for_use(command.table, visitor);
  visit(command.common, visitor);
}

void visit(AlignCommand& command, options::Visitor& visitor) {
  visit_model(command.model, visitor, false);
  visitor.list({.name = "DATA",
                .says = "Sentence pairs: two files whose lines belong together, or one table",
                .part = Part::kArgument},
               command.paths);
  visitor.word({.name = "alignment",
                .says = "hard: links between words, 0-0 1-2; soft: with their weights",
                .part = Part::kAnswers,
                .idle = options::idle_if(command.common.json || !command.back.empty(),
                                         "links of two models are hard, and --json has both")},
               command.alignment, kLinked);
  visitor.text({.name = "back",
                .says = "A model of the other direction: links of both are brought together",
                .part = Part::kAnswers,
                .shown = "MODEL"},
               command.back);
  visitor.word({.name = "symmetrise",
                .says = "How: grow-diag-final, grow-diag-final-and, intersection or union",
                .part = Part::kAnswers,
                .idle = options::idle_if(command.back.empty(), "there is one model (--back MODEL names another)")},
               command.symmetrised, kSymmetrised);
  visitor.list({.name = "score",
                .says = "Score links against those of people and use no model: --score GOLD OUT",
                .part = Part::kAnswers,
                .shown = "FILE..."},
               command.score);
  visitor.whole({.name = "gold-base",
                 .says = "The number of a sentence's first word in GOLD",
                 .part = Part::kAnswers,
                 .idle = options::idle_if(command.score.empty(), "it is for --score")},
                command.gold_base, {0, 1});
  visit(command.common, visitor, /*json_file=*/false);
}

void visit(InfoCommand& command, options::Visitor& visitor) {
  visit_model(command.model, visitor, false);
  visit(command.common, visitor);
}

}  // namespace fovea::cli
