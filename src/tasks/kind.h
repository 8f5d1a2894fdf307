// One kind of task, as everything above knows it: its options, its data, a training on them, and a trained model. A new
// kind is one folder below tasks/ that implements these and a line in tasks/kinds.cpp; docs/structure.md lists the
// files. No tensor and no parser is seen here.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attribution/shortcut.h"
#include "base/json.h"
#include "base/options/described.h"
#include "base/spilled.h"
#include "checkpoint/files.h"
#include "data/batches/plan.h"
#include "data/vocab/split.h"
#include "metrics/sums.h"
#include "tasks/model.h"
#include "tasks/search_space.h"

namespace fovea::tasks {

class Task;

// Which files a training reads, and how those are cut that have no file of their own.
struct DataFiles {
  std::vector<std::string> paths;          // DATA…
  std::vector<std::string> valid_paths;    // --valid; empty: cut from DATA
  std::vector<std::string> test_paths;     // --test; empty: cut from DATA, or none where --valid is given
  std::string written_split = "80/10/10";  // --split
  bool split_given = false;
  data::SplitOptions split;  // what that means
  bool learn_valid = false;  // the validation part is of the training part, and there is none; not saved
  SpillOptions spill;        // where a training part goes that is too long for memory; not saved
  bool keep_valid = false;   // Data::valid_inputs() will be asked for, so that its inputs are kept as read; not saved
};

// The options of DataFiles, for the visit() of a kind: the files and the shares inside its "data", the split as it was
// written beside that. says: what --help has of DATA; of static storage.
void visit_files(DataFiles& files, options::Visitor& visitor,
                 const char* says = "Files of labelled rows (TSV, CSV, JSONL …; .gz; - for standard input)");
void visit_shares(DataFiles& files, options::Visitor& visitor);
void visit_split(DataFiles& files, options::Visitor& visitor);

// All options of one kind as one value: data, network, loss.
class Settings {
 public:
  Json to_json() const;

  virtual ~Settings() = default;
  virtual std::unique_ptr<Settings> clone() const = 0;

  virtual DataFiles& files() = 0;
  const DataFiles& files() const { return const_cast<Settings*>(this)->files(); }

  // Every option, described; those of "data", "loss" and so on are objects of their own in JSON (options::Visitor).
  virtual void visit(options::Visitor& visitor) = 0;

  // To be called before saved settings are read: options that were not yet there when they were saved did nothing.
  virtual void as_before_late_options() {}

  // Reads what options hold in words of their own, such as a list of weights or the file of one. Throws UserError.
  virtual void read_written() {}

  // Sets what follows from others. Throws UserError (kUsage) for values that are right each by itself and mean nothing
  // together.
  virtual void settle(const options::Given& given) {}

  // With --init: takes from the model what is the model's. Returns the option in `given` that says otherwise; how much
  // is taken then is open. Throws UserError (kUsage) where a kind cannot go on from a model.
  virtual std::optional<std::string> adopt(const Model& start, const options::Given& given);

  // The preset "best": what was measured to pay.
  virtual void choose_best(const options::Given& given) {}
  // Whether that preset learns anew from all rows when it is known how long to train (--refit).
  virtual bool best_refits() const { return true; }
  // Sets what other choices suggest where nothing else is given, as sizes by the kind of network.
  virtual void choose_usual(const options::Given& given) {}

  // What chooses the best epoch where no option says; "": the first measure of the kind.
  virtual std::string usual_metric() const { return ""; }

  // Of these settings, what decides which rows are read from the files, and all that decides what Kind::load() gives.
  virtual Json reading() const;
  virtual Json loading() const;

  // Whether the data decide this option, because of what else was chosen.
  virtual bool is_decided(std::string_view option) const { return false; }
  // What a preset has set here, by options, for whoever writes these settings down without it.
  virtual SettingList preset_settings() const { return {}; }

  virtual std::string architecture() const = 0;  // "BiLSTM 128+128, additive attention"

  // Why the rows of training and validation cannot be read a second time for --refit; nothing where they can.
  virtual std::optional<std::string> why_no_second_reading() const;

  // The same network without its scorer, every part of the input weighing the same: what attention is compared with.
  virtual void make_even() = 0;

  // Little of an input is dropped in training: for a twin that must learn a rule about two parts of it exactly.
  virtual void drop_little() {}
};

// Settings as a value that can be copied.
class AnySettings {
 public:
  AnySettings() = default;
  explicit AnySettings(std::unique_ptr<Settings> settings) : settings_(std::move(settings)) {}
  AnySettings(const AnySettings& other) : settings_(other.settings_ ? other.settings_->clone() : nullptr) {}
  AnySettings(AnySettings&&) noexcept = default;
  AnySettings& operator=(AnySettings other) noexcept {
    settings_ = std::move(other.settings_);
    return *this;
  }

  Settings& operator*() { return *settings_; }
  const Settings& operator*() const { return *settings_; }
  Settings* operator->() { return settings_.get(); }
  const Settings* operator->() const { return settings_.get(); }

 private:
  std::unique_ptr<Settings> settings_;
};

// Loaded data in parts.
class Data {
 public:
  virtual ~Data() = default;
  virtual int64_t rows(data::Part part) const = 0;
  virtual const std::vector<std::string>& paths() const = 0;   // every file read, with its role: "valid: x.tsv"
  virtual const std::vector<std::string>& sha256() const = 0;  // of each
  // What was found, for people and for config.json; the memory is what a training is expected to take.
  virtual std::vector<Told> told(const std::string& split, uint64_t seed) const = 0;
  virtual Json summary(int64_t predicted_memory) const = 0;
  // The rows of the test part, to be read once, at the end.
  virtual std::unique_ptr<Inputs> test_inputs() const = 0;
  // Those of the validation part, by which settings may be chosen; only where DataFiles::keep_valid was set.
  virtual std::unique_ptr<Inputs> valid_inputs() const = 0;
  // What the data make doubtful, and what could not be made of them: sentences for whoever trains.
  virtual std::vector<std::string> warnings() const { return {}; }
};

// Data that know which files they came from, and how many rows are in each part: what a kind adds is the rest.
class FileData : public Data {
 public:
  const std::vector<std::string>& paths() const override { return report_.paths; }
  const std::vector<std::string>& sha256() const override { return report_.sha256; }
  std::vector<Told> told(const std::string& split, uint64_t seed) const override;
  Json summary(int64_t predicted_memory) const override;
  std::vector<std::string> warnings() const override { return warnings_; }

 protected:
  void came_from(data::ReadReport report) { report_ = std::move(report); }
  void came_in_parts() { cut_ = false; }  // files of their own: nothing was cut from DATA
  void warn(std::vector<std::string> of) { warnings_ = std::move(of); }

 private:
  data::ReadReport report_;
  bool cut_ = true;
  std::vector<std::string> warnings_;
};

// The part of each row of a table, by the shares of `files`: equal inputs together, labels stratified.
std::vector<data::Part> parts_of(const data::Table& table, const DataFiles& files);

// A model that a training goes on from.
struct Start {
  std::shared_ptr<const Model> model;
  std::string path, identity;
};

// Inputs of a step are shown with parts missing, so that the model has seen such.
struct Masking {
  double inputs = 0;  // share of the inputs of a step; 0: none
  double most = 1;    // a part of such an input is masked with probability u, drawn for each evenly from [0, most]

  Json to_json() const { return {{"texts", inputs}, {"most", most}}; }
};

// In place of the kind's own loss: the answers of another model, with a look that is far from its own (Wiegreffe &
// Pinter 2019). The mean over the inputs of TVD(p, p of base) − pull · KL(weights, those of base).
struct Adversary {
  const Model* base = nullptr;  // of the same words; none: the kind's own loss
  double pull = 0;              // λ
};

// Weights of the parts of rows that were made elsewhere, [row][part]; each row that has parts sums to 1.
struct FrozenWeights {
  std::vector<std::vector<float>> train, valid;
};

struct WorkOptions {
  uint64_t seed = 1;
  const Model* start = nullptr;  // whose parameters it begins with
  Masking masking = {};
  Adversary adversary = {};                // where Kind::trains_adversaries()
  const FrozenWeights* weights = nullptr;  // of the rows of the data, in place of those that attention would make
};

// What the validation part decided when the training was over.
struct Finished {
  Json calibration, quantization;  // null where there is none
};

// A training of one kind on loaded data: from the untrained network to the files of its model. Refers to the data.
class Work {
 public:
  virtual ~Work() = default;
  virtual Task& task() = 0;  // what train::train() lowers
  virtual int64_t parameters() const = 0;
  // Bytes at the peak of training, where the process holds `held` already.
  virtual int64_t predicted_memory(const data::BatchOptions& batches, int64_t held) const { return held; }

  // Decides by the validation part: temperature, thresholds, numbers in 8 bits. Without one the temperature is `usual`.
  virtual Finished finish(bool quantize, double usual) { return {}; }
  // Takes over what `first`, of the same kind, has decided.
  virtual void finish_like(const Work& first) {}

  // config.json is `config` with the model's own parts, weights.safetensors the parameters; what else there is is open.
  virtual checkpoint::Files files(Json config) const = 0;
  virtual std::shared_ptr<const Model> model() const = 0;
};

// Inputs of an audit with something made up planted into each of them.
struct PlantedInputs {
  Asked taught;                                    // the model that was taught what it means
  std::shared_ptr<attribution::Subject> untaught;  // the model audited, to which it means nothing
  // The model that was taught, where what completes a shortcut of two parts is missing; null of one of one part.
  std::shared_ptr<attribution::Subject> incomplete;
  std::vector<int64_t> classes;              // of what was planted, [input]
  std::vector<std::vector<int64_t>> places;  // the parts that it is, [input], the one that decides first
};

// Training data in which something made up decides the answer: a model trained on them must look at it, so that a map
// of its parts can be checked against the truth (after Bastings et al. 2022).
class Planted {
 public:
  virtual ~Planted() = default;
  virtual const Data& data() const = 0;
  // Plants into the chosen inputs of an audit. `taught` was trained on data(). seed: of what is planted, and where.
  virtual PlantedInputs plant(std::shared_ptr<const Model> taught, const Model& audited, const Inputs& inputs,
                              std::span<const int64_t> chosen, uint64_t seed) const = 0;
};

// The parts of inputs that are masked, [input] → their positions, rising.
using HiddenParts = std::vector<std::vector<int64_t>>;

// Training data of which parts can be masked for good, so that a model must learn without them.
class Hiding {
 public:
  virtual ~Hiding() = default;
  // The number of parts of every input of the training or the validation part.
  virtual std::vector<int64_t> parts(data::Part part) const = 0;
  // The data with these parts masked, one entry for every input of the two; all that is counted in them is counted
  // anew. There is no test part.
  virtual std::unique_ptr<Data> hide(const HiddenParts& taught, const HiddenParts& chosen_by) const = 0;
  // Asks `model` about inputs of a part, masked so, as it reads them in training; `gone`: of all of them. It outlives
  // what is returned.
  virtual Asked ask(const Model& model, data::Part part, const HiddenParts& gone, int64_t first,
                    int64_t count) const = 0;
  // Asks about chosen inputs; `gone`: of each chosen one.
  virtual Asked ask(const Model& model, const Inputs& inputs, std::span<const int64_t> chosen,
                    const HiddenParts& gone) const = 0;
};

// What suits a kind, where no option says otherwise.
struct UsualTraining {
  int64_t max_examples = 64, max_tokens = 8192;  // of a batch
  int64_t epochs = 6, patience = 3;
  double average = 0.99;     // of the running mean of the parameters
  double learning_rate = 0;  // of AdamW and Adam; 0: that of training in general
  double warmup = 0.05;      // share of the steps
  bool root_decay = false;   // the rate falls with the root of the steps made, and not to 0 at the last one
};

// How long to train.
struct Length {
  int64_t epochs = 0;
  int64_t patience = 0;  // evaluations without a better score
};

class Kind {
 public:
  virtual ~Kind() = default;
  virtual std::string_view name() const = 0;  // in config.json, and the word behind `fovea train`
  virtual std::string_view says() const = 0;  // in --help of verbs that train: "Train a classifier on labelled texts"
  virtual Nouns nouns() const = 0;
  virtual std::span<const metrics::Measure> measures() const = 0;  // the first is what a user asks for first
  virtual std::vector<std::string> scores() const;  // names of what a test can require; those of the measures at least
  virtual std::unique_ptr<Settings> settings() const = 0;  // with defaults

  // Why an option of every training is not there for this kind; "" where it is. Of static storage.
  virtual const char* lacks(std::string_view option) const { return ""; }
  // Whether files of these names look like data of this kind, whatever stands in them.
  virtual bool suits_names(std::span<const std::string> paths) const { return false; }
  // What the scores on the validation part, by name, make doubtful of a model; "" where there is nothing to say.
  virtual std::string doubt(const std::map<std::string, double>& validation) const { return ""; }

  virtual std::unique_ptr<Data> load(const Settings& settings, const Start* start) const = 0;
  // What the data decide of the settings. Throws UserError (kUsage) for what cannot apply to these data.
  virtual void fit(Settings& settings, const Data& data, const options::Given& given) const {}
  virtual std::unique_ptr<Work> work(const Settings& settings, const Data& data, const WorkOptions& options) const = 0;
  // Throws UserError (kBadData), beginning with `name`.
  virtual std::shared_ptr<const Model> open(const checkpoint::Files& files, const std::string& name) const = 0;

  // null: this kind plants nothing. Refers to `data`.
  virtual std::unique_ptr<Planted> planted(const Data& data, attribution::Shortcut shortcut, uint64_t seed) const {
    return nullptr;
  }

  // Whether a training can be against another model (Adversary).
  virtual bool trains_adversaries() const { return false; }
  // Makes of these settings a network of one look that reads each part by itself, h = tanh(W e + b), and of the data
  // what it reads, without anything that tells of a part's neighbours. null: this kind has no such network.
  virtual std::unique_ptr<Data> without_context(Settings& settings, const Data& data) const { return nullptr; }
  // What `model` gives to the parts of each row of training and validation; of a kind that has networks without
  // context.
  virtual FrozenWeights weights_of(const Model& model, const Data& data) const { return {}; }

  // null: of this kind no parts can be masked in training. Refers to `data`.
  virtual std::unique_ptr<Hiding> hiding(const Data& data) const { return nullptr; }

  // What the parts of the chosen inputs say of each class by the training rows alone, [input][part][class]: a map that
  // knows the data and not the model, which a map of the model must be above. Nothing of a kind whose parts cannot be
  // counted. Throws UserError for whatever is wrong with the files, of which `sha256` is filled in.
  virtual std::vector<std::vector<std::vector<double>>> odds_of_data(const Settings& settings, const Model& model,
                                                                     const Inputs& inputs,
                                                                     std::span<const int64_t> chosen,
                                                                     std::vector<std::string>& sha256) const {
    return {};
  }

  // What a search varies, stage by stage, and where it begins when the usual settings make too large a model.
  virtual const SearchSpace& search_space() const = 0;

  virtual UsualTraining usual_training(const Settings& settings) const { return {}; }
  // What the preset best is, in --help and in the documents.
  struct Preset {
    const char* says;
    const char* more;
  };
  virtual Preset preset() const { return {"fast, or best: the largest model of this kind", ""}; }
  // For so much data, where `usual` is right for a middling amount.
  virtual Length usual_length(const Data& data, const data::BatchOptions& batches, Length usual) const { return usual; }
};

}  // namespace fovea::tasks
