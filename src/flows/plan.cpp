#include "flows/plan.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <utility>

#include "base/errors.h"
#include "tasks/kinds.h"

namespace fovea::flows {
namespace {

using options::Part;

constexpr std::array<std::pair<bool, const char*>, 2> kQuantize = {{{false, "none"}, {true, "int8"}}};
constexpr int64_t kRefitRows = 20'000;  // of more rows a tenth is not missed, and the time would double

[[noreturn]] void refuse(const std::string& what, const std::string& remedy) {
  throw UserError(ExitCode::kUsage, what, remedy);
}

bool same_place(const std::string& a, const std::string& b) {
  std::error_code none;
  return std::filesystem::weakly_canonical(a, none) == std::filesystem::weakly_canonical(b, none);
}

std::vector<std::string> measure_names(std::span<const metrics::Measure> measures) {
  std::vector<std::string> names;
  for (const metrics::Measure& measure : measures) names.emplace_back(measure.name);
  return names;
}

std::vector<options::Value> values_of(TrainPlan& plan) {
  std::vector<options::Value> values;
  for (const options::Described& option : options::described(plan)) values.push_back(options::value_of(option.field));
  return values;
}

// A field that somebody has set is given, by whatever way it was set.
void mark_changed(TrainPlan& plan) {
  TrainPlan fresh(*plan.kind);
  const std::vector<options::Value> before = plan.settled.empty() ? values_of(fresh) : plan.settled;
  const std::vector<options::Value> now = values_of(plan);
  const std::vector<options::Described> described = options::described(plan);
  for (size_t i = 0; i < described.size(); ++i) {
    const options::Facts& facts = described[i].facts;
    if (facts.part == Part::kArgument || facts.part == Part::kSettled) continue;
    if (now[i] != before[i]) plan.given.insert(facts.name);
  }
}

double usual_rate(const TrainPlan& plan) {
  const double of_kind = plan.kind->usual_training(*plan.settings).learning_rate;
  const bool sgd = plan.train.optimizer == train::OptimizerKind::kSgd;
  return of_kind > 0 && !sgd ? of_kind : train::TrainOptions::default_rate(plan.train.optimizer);
}

// What suits the kind and the network that was chosen, where nothing else is given.
void apply_usual_training(TrainPlan& plan) {
  const tasks::UsualTraining usual = plan.kind->usual_training(*plan.settings);
  const auto suits = [&](auto& field, auto value) {
    if (!is_given(plan, &field)) field = value;
  };
  suits(plan.train.batches.max_examples, usual.max_examples);
  suits(plan.train.batches.max_tokens, usual.max_tokens);
  suits(plan.train.max_epochs, usual.epochs);
  suits(plan.train.patience, usual.patience);
  suits(plan.train.average, usual.average);
  suits(plan.train.warmup, usual.warmup);
  suits(plan.train.decay, usual.root_decay ? train::Decay::kRoot : train::TrainOptions().decay);
  suits(plan.train.learning_rate, usual_rate(plan));
}

void apply_usual(TrainPlan& plan) {
  plan.settings->choose_usual(plan.given);
  apply_usual_training(plan);
}

void apply_preset(TrainPlan& plan, Place place) {
  if (plan.preset != "best") return;
  plan.settings->choose_best(plan.given);
  if (!plan.settings->best_refits() || place == Place::kMemory || is_given(plan, &plan.refit)) return;
  plan.refit = !plan.settings->why_no_second_reading();
  plan.refit_rows = kRefitRows;
}

void check_together(TrainPlan& plan) {
  options::refuse_idle(options::described(plan), plan.given);
  plan.settings->settle(plan.given);
  if (is_given(plan, &plan.train.metric)) return;
  const std::string usual = plan.settings->usual_metric();
  plan.train.metric = usual.empty() ? plan.kind->measures().front().name : usual;
}

// At 1 a single step would take the whole of a weight away.
void check_decay(const train::TrainOptions& train) {
  if (train.learning_rate * std::max(1.0, train.embedding_rate) * train.weight_decay < 1) return;
  refuse("--weight-decay times --learning-rate (for word vectors times --embedding-rate) is 1 or more",
         "Lower one of them: such a step leaves nothing of the weights.");
}

void check_out(const std::string& out) {
  if (out.empty()) {
    refuse("fovea train: --out MODEL is missing", "It names the folder to write, such as --out model.");
  }
  std::string bare = out;
  while (bare.size() > 1 && bare.back() == '/') bare.pop_back();
  if (bare.ends_with(".partial")) {
    refuse("--out " + out + ": names ending in .partial are those of unfinished trainings",
           "Choose another name. An unfinished MODEL.partial goes on with --resume --out MODEL.");
  }
}

void check_data(const TrainPlan& plan) {
  const tasks::DataFiles& data = plan.settings->files();
  const auto& taken = !data.valid_paths.empty() ? data.valid_paths : data.test_paths;
  if (data.paths.empty() && !plan.resume && taken.size() > 1) {
    refuse("fovea train: DATA is missing: --valid and --test take every file that follows",
           "Put DATA first: fovea train DATA --valid FILE --out MODEL.");
  }
  if (data.paths.empty() && !plan.resume) {
    refuse("fovea train: DATA is missing",
           "Name a file of labelled " + std::string(plan.kind->nouns().inputs) + ", or - for standard input.");
  }
  if (plan.refit) {
    if (const auto why = plan.settings->why_no_second_reading()) refuse("--refit: " + *why, "Leave --refit out.");
  }
  int64_t inputs = 0;
  for (const auto* paths : {&data.paths, &data.valid_paths, &data.test_paths}) {
    inputs += std::count(paths->begin(), paths->end(), "-");
  }
  if (inputs > 1)
    refuse("fovea train: standard input can be read only once, and is named more often",
           "Write the texts to files and name those.");
  if (data.split_given && !data.valid_paths.empty()) {
    refuse("--split cannot apply: with --valid all of DATA is training", "Leave one of the two out.");
  }
  if (data.split_given && !data.test_paths.empty() && data.split.test > 0) {
    refuse("--split: with --test no test part is cut from DATA", "Give two shares, such as 90/10.");
  }
}

}  // namespace

TrainPlan::TrainPlan() : TrainPlan(*tasks::kinds().front()) {}

TrainPlan::TrainPlan(const tasks::Kind& of) : kind(&of), settings(of.settings()) {
  train.metric = of.measures().front().name;
  apply_usual(*this);
}

void visit(TrainPlan& plan, options::Visitor& visitor) {
  visitor.one_of({.name = "preset",
                  .says = plan.kind->preset().says,
                  .part = Part::kPreset,
                  .more = plan.kind->preset().more,
                  .late = true},
                 plan.preset, {"fast", "best"});
  plan.settings->visit(visitor);
  visitor.inside("training", [&] { visit(plan.train, visitor, measure_names(plan.kind->measures())); });
  visitor.text({.name = "init",
                .says = "A trained model: go on from it with DATA, new words and labels too",
                .part = Part::kStart,
                .row = 1,
                .shown = "MODEL",
                .more = "a trained model: [go on from it](#going-on-from-a-model) with DATA",
                .late = true,
                .alone = true,
                .lacking = plan.kind->lacks("init")},
               plan.init);
  visitor.flag({.name = "refit",
                .says = "When it is known how long to train: learn anew from all rows, those of validation too",
                .part = Part::kTraining,
                .row = 20,
                .more = "when validation has said how many passes are best, learn anew, from all rows of training and "
                        "validation, for as many; `--no-refit` leaves it out of the preset best. Scores on "
                        "validation, temperature and thresholds are of the first training; texts of the validation "
                        "part then count as seen in training. Not from standard input, which can be read only once, "
                        "nor with `--valid` beside `--weight-column`, since a validation file has no weights. "
                        "Interrupted, the model of the first training is there, and `--resume` begins the second "
                        "anew; where `--max-minutes` leaves no time for it, it is left out and that is said",
                .late = true,
                .alone = true},
               plan.refit, options::Flag::kEither);
  visitor.whole({.name = "", .says = "", .part = Part::kSettled, .key = "refit_rows", .late = true}, plan.refit_rows,
                options::kCount);
  visitor.word({.name = "quantize",
                .says = "none, or int8: write matrices as 8-bit numbers, a quarter of the bytes",
                .part = Part::kFiles,
                .row = 8,
                .more = "none, or int8: write the matrices of the network, word vectors among them, as [8-bit "
                        "numbers](formats.md#weightssafetensors): about a quarter of the bytes. `metrics.json` has the "
                        "bytes and the validation scores before and after; thresholds, temperature and the test part "
                        "are of the model as it is written",
                .late = true,
                .alone = true,
                .lacking = plan.kind->lacks("quantize")},
               plan.quantize, kQuantize);
}

bool is_given(const TrainPlan& plan, const void* field) {
  TrainPlan& visited = const_cast<TrainPlan&>(plan);  // described as fields that could be set, and only looked at here
  return options::is_given(options::described(visited), plan.given, field);
}

bool mark_given(TrainPlan& plan, const void* field) {
  return plan.given.insert(options::option_of(options::described(plan), field).facts.name).second;
}

void settle(TrainPlan& plan, Place place) {
  plan.settings->read_written();
  mark_changed(plan);
  apply_preset(plan, place);
  apply_usual(plan);
  tasks::DataFiles& files = plan.settings->files();
  files.split_given = is_given(plan, &files.written_split);
  files.split = data::parse_split(files.written_split, plan.train.seed);
  if (!plan.init.empty()) options::refuse_with_init(options::described(plan), plan.given);
  if (plan.init.empty() && !plan.resume) check_together(plan);
  check_decay(plan.train);
  if (place == Place::kFolder) check_out(plan.out);
  check_data(plan);
  if (!plan.init.empty() && same_place(plan.init, plan.out)) {
    refuse("--init and --out name the same folder", "Give the new model a folder of its own.");
  }
  if (plan.resume && plan.force) {
    refuse("--resume and --force exclude each other", "--resume goes on, --force begins anew.");
  }
  plan.settled = values_of(plan);
}

void adopt_start(TrainPlan& plan, const tasks::Start& start) {
  if (plan.preset != TrainPlan().preset && is_given(plan, &plan.preset)) {
    throw UserError(ExitCode::kUsage,
                    "--preset " + plan.preset + " cannot apply: with --init the network is the model's",
                    "Leave --preset out.");
  }
  if (const auto other = plan.settings->adopt(*start.model, plan.given)) {
    throw UserError(ExitCode::kUsage,
                    "--" + *other + " differs from the model that training goes on from, " + plan.init,
                    "Leave --" + *other + " out: it is taken from the model.");
  }
  apply_usual_training(plan);
  check_together(plan);
}

}  // namespace fovea::flows
