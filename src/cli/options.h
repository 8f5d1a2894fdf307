// What each verb was asked to do: plain structs, filled from defaults, then from --config, then from the command line.
// Defaults come from the option structs of the rooms that use them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/verdict.h"
#include "base/options/described.h"
#include "base/options/words.h"
#include "data/readers/table.h"
#include "flows/plan.h"
#include "metrics/sequence/symmetrise.h"
#include "study/choice.h"
#include "tasks/model.h"

namespace fovea::cli {

struct CommonOptions {
  bool json = false;
  std::string json_out;  // "" = none
  bool quiet = false, verbose = false;
  int64_t threads = 0;         // 0: every core
  std::string color = "auto";  // auto, always, never
  std::string device = "cpu";
  options::Given given;  // the options that were set, by file or command line
};

struct TrainCommand {
  TrainCommand() = default;
  explicit TrainCommand(const tasks::Kind& kind) : plan(kind) {}

  CommonOptions common;
  flows::TrainPlan plan;
  std::string config;  // a file of these options; "" = none
};

struct TestCommand {
  CommonOptions common;
  std::string model;
  std::vector<std::string> paths;
  data::TableOptions table;
  bool fasttext = false;
  std::vector<std::string> require;             // "accuracy>=0.8"
  double abstain = 0;                           // below this probability no label is given
  std::optional<metrics::Tokenizer> tokenizer;  // of a translator's BLEU; none: by the language
  tasks::DecodingOptions decoding;
};

struct PredictCommand {
  CommonOptions common;
  std::string model;
  std::string input = "-";  // text, file or "-"
  data::TableOptions table;
  int64_t top = 1;
  double abstain = 0;  // below this probability no label is given
  bool fasttext = false, explain = false;
  tasks::DecodingOptions decoding;
  tasks::Aligned alignment = tasks::Aligned::kNone;
};

struct ExplainCommand {
  CommonOptions common;
  std::string model;
  std::vector<std::string> inputs;  // files that are read together, or one text; none where --text is given
  std::optional<std::string> text;
  data::TableOptions table;
  bool steps = false;
  std::optional<int64_t> word;  // of a translation, which the lesson is of; none: the least probable
  std::string html;
  int64_t limit = 0;  // 0: 200 texts on a page, 20 in the terminal
  int64_t top = 1;
  std::vector<std::string> methods;  // names of attribution/methods.h; none: what attention gives, as answers have it
  std::optional<std::string> label;  // about which methods are asked; none: the one that is answered
};

struct AuditCommand {
  CommonOptions common;
  std::string model;
  std::vector<std::string> paths;
  data::TableOptions table;
  audit::Depth depth = audit::Depth::kQuick;
  std::vector<std::string> train, valid;  // the files that it was trained on; empty: where they were
  std::string html;                       // a page to be written; "" = none
  std::string map;                        // a map in place of the model's attention; "" = none
  std::string rationales;                 // what people marked; "" = not known
  std::string method;                     // likewise what this method says; "" = none
  std::optional<audit::Grade> require;    // exit with 1 below it
  bool all = false;                       // print every table
  uint64_t seed = 1;
  int64_t roar_seeds = 3;        // at depth deep: of the trainings without the words named
  std::optional<int64_t> limit;  // texts, 0: all; none given: as many as take a few minutes
};

struct AlignCommand {
  CommonOptions common;
  std::string model;
  std::vector<std::string> paths;
  tasks::Aligned alignment = tasks::Aligned::kHard;
  std::string back;  // a model of the other direction; "" = none
  metrics::Symmetrisation symmetrised = metrics::Symmetrisation::kGrowDiagFinal;
  std::vector<std::string> score;  // GOLD, OUT: score these and use no model
  int64_t gold_base = 0;
};

struct InfoCommand {
  CommonOptions common;
  std::string model;
};

struct DemoCommand {
  CommonOptions common;
  std::string out = "fovea-demo";
  bool force = false;
  std::string task = "text";     // or "translation"
  std::string kind = "reviews";  // of texts; or "needle"
  bool texts_only = false;
  uint64_t seed = 1;
};

struct CompareCommand {
  CommonOptions common;
  const tasks::Kind* kind = nullptr;
  std::vector<options::Written> training;  // what all variants have in common
  std::vector<std::string> vary;           // "attention=additive,mean"
  int64_t seeds = 5;
  std::optional<audit::Depth> audit;  // none: models are not audited
  study::Goal goal = study::Goal::kAccuracy;
  std::string html;  // "" = none
  std::string out = "fovea-compare";
  bool force = false;
};

struct TuneCommand {
  CommonOptions common;
  const tasks::Kind* kind = nullptr;
  std::vector<options::Written> training;  // what the search leaves as it is
  double budget = 600;                     // seconds
  int64_t max_bytes = 0;                   // of the model; 0: no limit
  study::Goal goal = study::Goal::kAccuracy;
  std::string out;
  bool force = false;
};

// The options of each verb, described. Those of `fovea compare` and `fovea tune` are their own; what their trainings
// have in common is described by options_of_study().
void visit(TrainCommand& command, options::Visitor& visitor);
void visit(TestCommand& command, options::Visitor& visitor);
void visit(PredictCommand& command, options::Visitor& visitor);
void visit(ExplainCommand& command, options::Visitor& visitor);
void visit(AuditCommand& command, options::Visitor& visitor);
void visit(AlignCommand& command, options::Visitor& visitor);
void visit(InfoCommand& command, options::Visitor& visitor);
void visit(DemoCommand& command, options::Visitor& visitor);
void visit(CompareCommand& command, options::Visitor& visitor);
void visit(TuneCommand& command, options::Visitor& visitor);

// What `fovea compare` and `fovea tune` take of a training: its options, and --config.
std::vector<options::Described> options_of_study(TrainCommand& command);

// Whether the option that fills `field`, which is one of the command's, was set by file or command line.
template <typename Command>
bool is_given(const Command& command, const void* field) {
  Command& visited = const_cast<Command&>(command);  // described as fields that could be set, and only looked at here
  return options::is_given(options::described(visited), command.common.given, field);
}

}  // namespace fovea::cli
