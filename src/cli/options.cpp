#include "cli/options.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cli/quantities.h"
#include "flows/variants.h"

namespace fovea::cli {
namespace {

using options::kNotSaved;
using options::List;
using options::Part;

const std::array<std::pair<audit::Depth, std::string_view>, 3> kDepths = {
    {{audit::Depth::kQuick, audit::depth_name(audit::Depth::kQuick)},
     {audit::Depth::kStandard, audit::depth_name(audit::Depth::kStandard)},
     {audit::Depth::kDeep, audit::depth_name(audit::Depth::kDeep)}}};
const std::array<std::pair<std::optional<audit::Depth>, std::string_view>, 3> kAudits = {
    {{std::nullopt, "none"},
     {audit::Depth::kQuick, audit::depth_name(audit::Depth::kQuick)},
     {audit::Depth::kStandard, audit::depth_name(audit::Depth::kStandard)}}};
const std::array<std::pair<std::optional<audit::Grade>, std::string_view>, 4> kRequired = {
    {{std::nullopt, ""},
     {audit::Grade::kDecorative, audit::grade_name(audit::Grade::kDecorative)},
     {audit::Grade::kInformative, audit::grade_name(audit::Grade::kInformative)},
     {audit::Grade::kFaithful, audit::grade_name(audit::Grade::kFaithful)}}};

const std::array<std::pair<study::Goal, std::string_view>, 2> kGoals = {
    {{study::Goal::kAccuracy, "accuracy"}, {study::Goal::kTrust, "trust"}}};

constexpr options::Range kLabels = {1, 10000};

void visit(CommonOptions& common, options::Visitor& visitor, bool json_file = true) {
  constexpr int kRow = 100;  // below what a verb has of its own
  visitor.flag({.name = "json",
                .says = "One JSON object on standard output (predict: one a line)",
                .part = Part::kMachine,
                .row = kRow,
                .more = "one object on standard output; `predict`: one a line",
                .key = kNotSaved,
                .per_run = true},
               common.json);
  if (json_file) {
    visitor.text({.name = "json-out",
                  .says = "Write the JSON to this file as well",
                  .part = Part::kMachine,
                  .row = kRow,
                  .shown = "FILE",
                  .more = "write the JSON to this file as well; not for `predict`",
                  .key = kNotSaved,
                  .per_run = true},
                 common.json_out);
  }
  visitor.flag({.name = "quiet",
                .says = "Only warnings and errors on standard error",
                .part = Part::kMachine,
                .row = kRow,
                .key = kNotSaved,
                .letter = 'q',
                .per_run = true},
               common.quiet);
  visitor.flag({.name = "verbose",
                .says = "More about what is done",
                .part = Part::kMachine,
                .row = kRow,
                .key = kNotSaved,
                .letter = 'v',
                .per_run = true},
               common.verbose);
  visitor.whole({.name = "threads",
                 .says = "Threads; 0: every core",
                 .part = Part::kMachine,
                 .row = kRow,
                 .more = "0: every core that the process may use (`taskset`, containers). Where other programs keep "
                         "the cores busy, fewer ([kernels.md](kernels.md#where-the-time-goes))",
                 .key = kNotSaved,
                 .per_run = true},  // compared as numbers of threads, since 0 means every core
                common.threads, {0, 1024});
  visitor.one_of({.name = "color",
                  .says = "Colours: auto, always, never",
                  .part = Part::kMachine,
                  .row = kRow,
                  .more = "auto, always, never",
                  .key = kNotSaved,
                  .per_run = true},
                 common.color, {"auto", "always", "never"});
  visitor.one_of({.name = "device",
                  .says = "cpu; cuda is not there yet",
                  .part = Part::kMachine,
                  .row = kRow,
                  .more = "this version runs on the CPU only",
                  .key = kNotSaved,
                  .per_run = true},
                 common.device, {"cpu", "cuda"});
}

void visit_model(std::string& model, options::Visitor& visitor, bool required) {
  visitor.text({.name = "MODEL", .says = "Folder of a trained model", .part = Part::kArgument, .required = required},
               model);
}

void visit_abstain(double& abstain, options::Visitor& visitor, const char* more) {
  visitor.number(
      {.name = "abstain", .says = "Below this probability give no label", .part = Part::kAnswers, .more = more},
      abstain, {0, 1});
}

void visit_page(std::string& html, options::Visitor& visitor, Part part, const char* says, const char* more) {
  visitor.text({.name = "html", .says = says, .part = part, .shown = "FILE", .more = more}, html);
}

void visit_folder(std::string& out, bool& force, options::Visitor& visitor, const std::array<const char*, 4>& says) {
  visitor.text({.name = "out", .says = says[0], .part = Part::kFiles, .row = 1, .shown = "FOLDER", .more = says[1]},
               out);
  visitor.flag({.name = "force", .says = says[2], .part = Part::kFiles, .row = 1, .more = says[3]}, force);
}

void visit_config(TrainCommand& command, options::Visitor& visitor) {
  visitor.text({.name = "config",
                .says = "TOML file of these options; the command line wins",
                .part = Part::kFiles,
                .row = 7,
                .shown = "FILE",
                .more = "a [settings file](#settings-files)",
                .key = kNotSaved,
                .per_run = true},
               command.config);
}

void visit_place(TrainCommand& command, options::Visitor& visitor) {
  visitor.text({.name = "out",
                .says = "Folder of the model",
                .part = Part::kFiles,
                .row = 1,
                .shown = "FOLDER",
                .more = "the folder to write; required, here or in a settings file",
                .key = kNotSaved,
                .alone = true,
                .per_run = true},
               command.plan.out);
  visitor.flag({.name = "force",
                .says = "Replace a model, or an unfinished training, that is there already",
                .part = Part::kFiles,
                .row = 2,
                .key = kNotSaved,
                .alone = true,
                .per_run = true},
               command.plan.force);
  visitor.flag({.name = "resume",
                .says = "Go on with the unfinished training in MODEL.partial",
                .part = Part::kFiles,
                .row = 3,
                .key = kNotSaved,
                .alone = true,
                .per_run = true},
               command.plan.resume);
  visit_config(command, visitor);
  visitor.flag({.name = "profile",
                .says = "Print the time by part of a step",
                .part = Part::kMachine,
                .more = "of `train`: print the time by part of a step (batch, embedding, recurrence or encoder, "
                        "attention, the same of sentences, head with the loss, backward through each, optimiser, "
                        "running mean), of evaluation and of saving; also in the JSON",
                .key = kNotSaved,
                .alone = true,
                .per_run = true},
               command.plan.profile);
}

}  // namespace

std::vector<options::Described> options_of_study(TrainCommand& command) {
  options::Collector collector;
  visit_config(command, collector);
  std::vector<options::Described> described = collector.take();
  const std::vector<options::Described> training = flows::options_of_study(command.plan);
  described.insert(described.end(), training.begin(), training.end());
  return described;
}

void visit(TrainCommand& command, options::Visitor& visitor) {
  visit_place(command, visitor);
  visit(command.plan, visitor);
  visit(command.common, visitor);
}

void visit(TestCommand& command, options::Visitor& visitor) {
  visit_model(command.model, visitor, true);
  visitor.list({.name = "DATA", .says = "Files of labelled texts", .part = Part::kArgument, .required = true},
               command.paths);
  visitor.flag({.name = "fasttext",
                .says = "Print N, P@1 and R@1 as fastText does",
                .part = Part::kAnswers,
                .more = "print `N`, `P@1` and `R@1` as fastText does"},
               command.fasttext);
  visit_abstain(command.abstain, visitor,
                "below this probability no label is given: tells which share of the texts got one, and how many of "
                "these are right. The other scores count every text");
  visitor.list({.name = "require",
                .says = "Exit with 1 unless it holds: accuracy>=0.8, macro_f1, micro_f1, loss<=…",
                .part = Part::kAnswers,
                .shown = "CONDITION",
                .more = "exit with 1 unless it holds, as in `accuracy>=0.8`; may be repeated. Metrics: accuracy, "
                        "macro_f1, micro_f1, loss; also `<=`"},
               command.require, List::kOneEach);
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
                command.top, kLabels);
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
  visit_for_use(command.table, visitor);
  visit(command.common, visitor, /*json_file=*/false);
}

void visit(ExplainCommand& command, options::Visitor& visitor) {
  visit_model(command.model, visitor, true);
  visitor.text({.name = "INPUT", .says = "A file of texts (labelled or not), or one text", .part = Part::kArgument},
               command.input);
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
                        "score, weight and contribution; the context; the logits, which add up to the printed answer"},
               command.steps);
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
      command.top, kLabels);
  visit_for_use(command.table, visitor);
  visit(command.common, visitor);
}

void visit(AuditCommand& command, options::Visitor& visitor) {
  visit_model(command.model, visitor, true);
  visitor.list({.name = "DATA",
                .says = "Files of texts, labelled or not, best not seen in training",
                .part = Part::kArgument,
                .required = true},
               command.paths);
  visitor.word({.name = "depth",
                .says = "quick: trains nothing, its grade is provisional; standard: trains twins; deep: many more",
                .part = Part::kAudit,
                .more = "quick trains nothing, its grade is provisional and ends at informative; standard trains "
                        "[twins](audit.md#what-only-twins-can-tell) and keeps them in `MODEL.twins/`; deep "
                        "[asks more](audit.md#what-only-a-deep-audit-asks) than a grade needs, and trains many"},
               command.depth, kDepths);
  const char* const idle =
      options::idle_if(command.depth == audit::Depth::kQuick, "depth quick trains nothing (--depth standard does)");
  visitor.list({.name = "train",
                .says = "Where the model's training files are now, in their order",
                .part = Part::kAudit,
                .shown = "FILE",
                .more = "at depth standard: where the files are now that the model was trained on, in their order",
                .idle = idle},
               command.train);
  visitor.list({.name = "valid",
                .says = "Likewise the files of --valid of its training",
                .part = Part::kAudit,
                .shown = "FILE",
                .more = "likewise the files of `--valid` of its training",
                .idle = idle},
               command.valid);
  visitor.whole({.name = "seeds",
                 .says = "At depth deep: seeds of the trainings without the words named, some thirty each; 0: none",
                 .part = Part::kAudit,
                 .more = "at depth deep: with so many seeds models are trained without the words that are named, 28 "
                         "of each; 0: none",
                 .idle = options::idle_if(command.depth != audit::Depth::kDeep,
                                          "only depth deep trains without the words named (--depth deep does)")},
                command.roar_seeds, {0, 100});
  visitor.text({.name = "map",
                .says = "Audit this map in place of the attention: JSON lines as fovea predict --json prints them",
                .part = Part::kAudit,
                .shown = "FILE",
                .more = "audit this map of words in place of the model's attention: JSON lines as `predict --json` "
                        "prints them, found by their text. Any finite numbers will do as weights; only their order "
                        "counts"},
               command.map);
  visitor.text({.name = "rationales",
                .says = "Words that people marked: also say how plausible the maps are, apart from the verdict",
                .part = Part::kAudit,
                .shown = "FILE",
                .more = "words that people marked in the texts, as ERASER's JSON lines or lines `LINE START END`: also "
                        "say how far the maps agree with them, apart from the verdict "
                        "([audit.md](audit.md#plausibility-what-people-marked))"},
               command.rationales);
  visitor.text(
      {.name = "method",
       .says = "Audit what this method says of the words in place of the weights: contribution, ig, loo, …",
       .part = Part::kAudit,
       .shown = "NAME",
       .more = "audit what this method says of the words in place of the weights, by the same rule: a name as "
               "`explain --method` takes it, but for those that know nothing of the model. What only weights can "
               "be asked is said of the weights"},
      command.method);
  visitor.flag({.name = "all",
                .says = "Print every table, not only what decides",
                .part = Part::kAudit,
                .more = "print every table, and how each number was measured, not only what decides"},
               command.all);
  visit_page(command.html, visitor, Part::kAudit, "Write a page with charts to this file",
             "write a page: the verdict, the tables as charts, and single texts in words");
  visitor.word({.name = "require",
                .says = "Exit with 1 below this grade: decorative, informative or faithful",
                .part = Part::kAudit,
                .shown = "GRADE",
                .more = "exit with 1 where the grade is below it: `decorative`, `informative`, or at depth standard "
                        "`faithful`"},
               command.require, kRequired);
  visitor.whole({.name = "limit",
                 .says = "Texts, drawn with the seed; 0: all; usually 300 (quick) or 1000",
                 .part = Part::kAudit,
                 .more = "audit at most this many texts, drawn with the seed; 0: all. By default 300 at depth quick, "
                         "else 1,000, and fewer, but "
                         "10, where texts are long: some methods read a text once for each of its words"},
                command.limit, options::kCount);
  visitor.seed({.name = "seed",
                .says = "Seed of all that is drawn",
                .part = Part::kAudit,
                .more = "seed of all that is drawn: texts, permutations, random maps, ties"},
               command.seed);
  visit_for_use(command.table, visitor);
  visit(command.common, visitor);
}

void visit(InfoCommand& command, options::Visitor& visitor) {
  visit_model(command.model, visitor, false);
  visit(command.common, visitor);
}

void visit(DemoCommand& command, options::Visitor& visitor) {
  visit_folder(command.out, command.force, visitor,
               {"Folder for its data, model and page", "the folder for its data, its model and its page",
                "Write into a folder that is not the demo's own",
                "write into a folder that is there already and was not made by the demo"});
  visitor.seed({.name = "seed",
                .says = "Seed of the texts and the training",
                .part = Part::kSeed,
                .more = "of the texts and the training"},
               command.seed);
  visitor.one_of({.name = "kind",
                  .says = "Texts: reviews (short), or needle (long, of names but for one clause)",
                  .part = Part::kTraining,
                  .more = "`reviews`: a sentence or two; `needle`: a hundred words or so of invented names and one "
                          "clause among them that decides, so that attention has something to find "
                          "([compare.md](compare.md))"},
                 command.kind, {"reviews", "needle"});
  visitor.flag({.name = "texts-only",
                .says = "Write the texts and train nothing",
                .part = Part::kTraining,
                .more = "write `train.tsv` and `test.tsv` and train nothing"},
               command.texts_only);
  visit(command.common, visitor);
}

void visit(CompareCommand& command, options::Visitor& visitor) {
  visitor.list({.name = "vary",
                .says = "An option with its values, such as attention=additive,mean; given more than once: a grid",
                .part = Part::kComparison,
                .shown = "OPTION=A,B",
                .more = "an option of text, model, loss or training with its values; given more than once, every "
                        "combination is trained. Of a switch the values are `true` and `false`"},
               command.vary, List::kOneEach);
  visitor.whole({.name = "seeds",
                 .says = "Trainings of each variant, from --seed on",
                 .part = Part::kComparison,
                 .more = "trainings of each variant, with the seeds from `--seed` on; the parts are cut by the first"},
                command.seeds, {1, 1000});
  visitor.word({.name = "audit",
                .says = "Say of each model whether its attention can be believed: none, quick, or standard, which "
                        "trains twins of the first seed's models",
                .part = Part::kComparison,
                .shown = "WORD",
                .more = "none, quick or standard: of each model also whether its attention can be believed, on the "
                        "texts of the test part: the grade and the numbers behind it ([audit.md](audit.md)). "
                        "`standard` trains twins and audits the models of the first seed only; they stay in the "
                        "folder of `--out`"},
               command.audit, kAudits);
  visitor.word(
      {.name = "for",
       .says = "What the best variant is chosen for, on the validation part: accuracy, or trust, how far its "
               "weights go among those at most one point less accurate than the best",
       .part = Part::kComparison,
       .shown = "WORD",
       .more = "accuracy or trust: what the best variant is chosen for, on the validation part alone. By `trust` "
               "it is the one whose weights go farthest [of the way](audit.md#the-verdict) among those whose "
               "accuracy is not lower than the best one's by more than one point, on at most 200 texts; a "
               "variant without weights cannot be chosen"},
      command.goal, kGoals);
  visit_page(command.html, visitor, Part::kComparison, "Write a page with charts to this file",
             "write a page with charts");
  visit_folder(command.out, command.force, visitor,
               {"Folder of finished trainings, which are not trained again",
                "where finished trainings are kept; they are not trained again",
                "Begin anew: forget the trainings in that folder", "begin anew: forget the trainings in that folder"});
  visit(command.common, visitor);
}

void visit(TuneCommand& command, options::Visitor& visitor) {
  visitor.spelled({.name = "budget",
                   .says = "Time for all of it: 90s, 10m or 1.5h",
                   .part = Part::kSearch,
                   .shown = "TIME",
                   .more = "for all of it, the last training included: `90s`, `10m`, `1.5h`"},
                  &command.budget, "10m",
                  [&command](const std::string& text) { command.budget = parse_duration(text); });
  visitor.spelled({.name = "max-size",
                   .says = "Bytes of the model, at most: 800k, 5M; 0: no limit",
                   .part = Part::kSearch,
                   .shown = "SIZE",
                   .more = "bytes of weights, vocabulary and settings together, at most: `800k`, `5M`; 0: no limit. "
                           "The record of the training (`metrics.json`) is not counted"},
                  &command.max_bytes, "0",
                  [&command](const std::string& text) { command.max_bytes = parse_size(text); });
  visitor.word(
      {.name = "for",
       .says = "What is searched for, on the validation part: accuracy, or trust, how far the weights go among "
               "trials at most one point less accurate than the best",
       .part = Part::kSearch,
       .shown = "WORD",
       .more = "accuracy or trust: what is searched for, on the validation part alone. By `trust` the settings "
               "are chosen whose weights go farthest [of the way](audit.md#the-verdict) among trials whose "
               "accuracy is not lower than the best trial's by more than one point, on at most 200 texts; a "
               "trial without weights cannot be chosen. `accuracy` stands for what `--metric` names"},
      command.goal, kGoals);
  visit_folder(
      command.out, command.force, visitor,
      {"Folder of the trials, of best.toml and of the model", "the folder of the trials and the result; required",
       "Begin anew: remove trials, model and settings there",
       "begin anew: remove the trials, the model and `best.toml` in that folder"});
  visit(command.common, visitor);
}

}  // namespace fovea::cli
