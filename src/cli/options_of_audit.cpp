// The options of `fovea audit`.
#include <array>
#include <optional>
#include <utility>

#include "cli/option_parts.h"

namespace fovea::cli {
namespace {

using options::Part;

const std::array<std::pair<audit::Depth, std::string_view>, 3> kDepths = {
    {{audit::Depth::kQuick, audit::depth_name(audit::Depth::kQuick)},
     {audit::Depth::kStandard, audit::depth_name(audit::Depth::kStandard)},
     {audit::Depth::kDeep, audit::depth_name(audit::Depth::kDeep)}}};
const std::array<std::pair<std::optional<audit::Grade>, std::string_view>, 4> kRequired = {
    {{std::nullopt, ""},
     {audit::Grade::kDecorative, audit::grade_name(audit::Grade::kDecorative)},
     {audit::Grade::kInformative, audit::grade_name(audit::Grade::kInformative)},
     {audit::Grade::kFaithful, audit::grade_name(audit::Grade::kFaithful)}}};

}  // namespace

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

}  // namespace fovea::cli
