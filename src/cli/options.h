// What each verb was asked to do: plain structs, filled from defaults, then from --config, then from the command line.
// Defaults come from the option structs of the rooms that use them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "audit/verdict.h"
#include "tasks/text_data.h"
#include "tasks/text_loss.h"
#include "tasks/text_model.h"
#include "train/options.h"

namespace fovea::cli {

struct CommonOptions {
  bool json = false;
  std::string json_out;  // "" = none
  bool quiet = false, verbose = false;
  int threads = 0;             // 0: every core
  std::string color = "auto";  // auto, always, never
  std::string device = "cpu";
  std::set<std::string> given;  // long names of the options that were set, by file or command line
};

struct TrainCommand {
  CommonOptions common;
  tasks::TextDataOptions data;
  std::string split = "80/10/10";
  bool split_given = false;
  std::string preset = "fast";
  tasks::TextModelOptions model;
  train::TrainOptions train;
  tasks::TextLossOptions loss;
  bool refit = false;      // at the end learn anew from all rows, those of validation too
  int64_t refit_rows = 0;  // but not where training and validation have more; 0: always
  bool quantize = false;   // write matrices as 8-bit numbers
  std::string init;        // a model to go on from; "" = none
  std::string out;
  bool force = false, resume = false;
  bool profile = false;  // print where the time went
};

struct TestCommand {
  CommonOptions common;
  std::string model;
  std::vector<std::string> paths;
  data::TableOptions table;
  bool fasttext = false;
  std::vector<std::string> require;  // "accuracy>=0.8"
  double abstain = 0;                // below this probability no label is given
};

struct PredictCommand {
  CommonOptions common;
  std::string model;
  std::string input = "-";  // text, file or "-"
  data::TableOptions table;
  int top = 1;
  double abstain = 0;  // below this probability no label is given
  bool fasttext = false, explain = false;
};

struct ExplainCommand {
  CommonOptions common;
  std::string model;
  std::string input;  // file or text; "" where --text is given
  std::optional<std::string> text;
  data::TableOptions table;
  bool steps = false;
  std::string html;
  int64_t limit = 0;  // 0: 200 texts on a page, 20 in the terminal
  int top = 1;
  std::vector<std::string> methods;  // names of attribution/methods.h; none: what attention gives, as answers have it
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
  std::optional<audit::Grade> require;    // exit with 1 below it
  uint64_t seed = 1;
  std::optional<int64_t> limit;  // texts, 0: all; none given: as many as take a few minutes
};

struct InfoCommand {
  CommonOptions common;
  std::string model;
};

struct DemoCommand {
  CommonOptions common;
  std::string out = "fovea-demo";
  bool force = false;
  std::string kind = "reviews";  // or "needle"
  bool texts_only = false;
  uint64_t seed = 1;
};

// An option of a training as it was given, by file or command line; "" is the name of DATA.
struct GivenOption {
  std::string name;
  std::vector<std::string> values;
};

struct CompareCommand {
  CommonOptions common;
  std::vector<GivenOption> training;  // what all variants have in common
  std::vector<std::string> vary;      // "attention=additive,mean"
  int64_t seeds = 5;
  std::optional<audit::Depth> audit;  // none: models are not audited
  std::string html;                   // "" = none
  std::string out = "fovea-compare";
  bool force = false;
};

struct TuneCommand {
  CommonOptions common;
  std::vector<GivenOption> training;  // what the search leaves as it is
  double budget = 600;                // seconds
  int64_t max_bytes = 0;              // of the model; 0: no limit
  std::string out;
  bool force = false;
};

using Command = std::variant<TrainCommand, TestCommand, PredictCommand, ExplainCommand, InfoCommand, DemoCommand,
                             CompareCommand, TuneCommand, AuditCommand>;

}  // namespace fovea::cli
