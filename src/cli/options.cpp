// The options of verbs that train.
#include "cli/options.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cli/option_parts.h"
#include "cli/quantities.h"
#include "flows/variants.h"

namespace fovea::cli {
namespace {

using options::kNotSaved;
using options::List;
using options::Part;

const std::array<std::pair<std::optional<audit::Depth>, std::string_view>, 3> kAudits = {
    {{std::nullopt, "none"},
     {audit::Depth::kQuick, audit::depth_name(audit::Depth::kQuick)},
     {audit::Depth::kStandard, audit::depth_name(audit::Depth::kStandard)}}};
const std::array<std::pair<study::Goal, std::string_view>, 2> kGoals = {
    {{study::Goal::kAccuracy, "accuracy"}, {study::Goal::kTrust, "trust"}}};

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

void visit(DemoCommand& command, options::Visitor& visitor) {
  visitor.one_of({.name = "TASK",
                  .says = "text (reviews), or translation: a made-up language whose links to English are known",
                  .part = Part::kArgument},
                 command.task, {"text", "translation"});
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
                          "([compare.md](compare.md))",
                  .idle = options::idle_if(command.task != "text", "it is for texts")},
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
