#include "tasks/text/kind.h"

#include <algorithm>

#include "base/errors.h"
#include "tasks/quantize.h"
#include "tasks/text/adversary.h"
#include "tasks/text/finish.h"
#include "tasks/text/hiding.h"
#include "tasks/text/init.h"
#include "tasks/text/json.h"
#include "tasks/text/planted.h"
#include "tasks/text/rows.h"
#include "tasks/text/search_space.h"
#include "tasks/text/subject.h"
#include "tasks/text/summary_text.h"
#include "tasks/text/trained.h"

namespace fovea::tasks {
namespace {

constexpr int64_t kLeastSteps = 400, kMostSteps = 2'200, kLeastEpochs = 3;

// Rounded up.
int64_t times(int64_t amount, int64_t part) {
  return (amount + part - 1) / part;
}

const LoadedText& as_text(const Data& data) {
  const auto* loaded = dynamic_cast<const LoadedText*>(&data);
  FOVEA_CHECK(loaded != nullptr, "data of another kind");
  return *loaded;
}

const TrainedText& as_text(const Model& model) {
  const auto* trained = dynamic_cast<const TrainedText*>(&model);
  FOVEA_CHECK(trained != nullptr, "a model of another kind");
  return *trained;
}

const std::vector<data::Row>& as_text_rows(const Inputs& inputs) {
  return static_cast<const TextInputs&>(inputs).table.rows;
}

TextClassifierParts parts_of(const TextModelOptions& model, const TextData& data) {
  TextClassifierParts parts;
  parts.model = model;
  parts.text = data.text;
  parts.layout = data.layout;
  parts.labels = data.labels;
  parts.label_counts = data.label_counts;
  parts.vocabulary = data.vocabulary;
  parts.ngrams = data.ngrams;
  parts.train_identities = data.train_identities;
  parts.valid_identities = data.valid_identities;
  parts.pieces = data.pieces;
  return parts;
}

class PlantedText final : public Planted {
 public:
  explicit PlantedText(PlantedData planted) : words_(std::move(planted.words)), data_(std::move(planted.data)) {}
  const Data& data() const override { return data_; }

  PlantedInputs plant(std::shared_ptr<const Model> taught, const Model& audited, const Inputs& inputs,
                      std::span<const int64_t> chosen, uint64_t seed) const override {
    const TextClassifier& own = as_text(audited).classifier();
    attribution::TextSubject read(own);
    const auto& rows = static_cast<const TextInputs&>(inputs).table.rows;
    for (const int64_t input : chosen) read.add(rows[static_cast<size_t>(input)].text);
    attribution::PlantedTexts planted = attribution::plant(read.texts(), words_, seed);
    PlantedInputs out;
    out.untaught = std::make_shared<attribution::TextSubject>(own, std::move(planted.untaught));
    const TextClassifier& own_taught = as_text(*taught).classifier();
    out.taught = asked(std::make_shared<attribution::TextSubject>(own_taught, std::move(planted.texts)));
    if (!planted.incomplete.empty()) {
      out.incomplete = std::make_shared<attribution::TextSubject>(own_taught, std::move(planted.incomplete));
    }
    out.classes = std::move(planted.classes);
    out.places = std::move(planted.places);
    return out;
  }

 private:
  PlantedWords words_;
  LoadedText data_;
};

class TextKind final : public Kind {
 public:
  std::string_view name() const override { return "text"; }
  std::string_view says() const override { return "Train a classifier on labelled texts"; }
  Nouns nouns() const override { return attribution::TextSubject::text_nouns(); }
  std::span<const metrics::Measure> measures() const override { return kTextMeasures; }
  std::vector<std::string> scores() const override { return {"accuracy", "macro_f1", "micro_f1", "loss"}; }
  const SearchSpace& search_space() const override { return text_search_space(); }
  std::unique_ptr<Settings> settings() const override { return std::make_unique<TextSettings>(); }

  std::unique_ptr<Data> load(const Settings& settings, const Start* start) const override {
    const TextDataOptions& options = tasks::as_text(settings).data;
    if (!start) return std::make_unique<LoadedText>(load_text_data(options));
    const TextBase base = base_of(as_text(*start->model).classifier(), start->path, start->identity);
    return std::make_unique<LoadedText>(load_text_data(options, &base));
  }

  // The file of word vectors has their size.
  void fit(Settings& given, const Data& data, const std::set<std::string>& names) const override {
    TextSettings& settings = tasks::as_text(given);
    const TextData& texts = as_text(data).texts;
    TextLoss(settings.loss, texts);  // refuses weights that cannot apply
    const int64_t size = texts.vectors.file.size;
    if (size == 0) return;
    if (names.count("embedding-size") && settings.model.embedding_size != size) {
      throw UserError(ExitCode::kUsage,
                      "--embedding-size " + std::to_string(settings.model.embedding_size) + ": the vectors of " +
                          settings.data.vectors.path + " have " + std::to_string(size) + " features",
                      "Leave --embedding-size out: it follows the file.");
    }
    settings.model.embedding_size = size;
    check_structure(settings.model);  // its features may be no multiple of --heads
  }

  std::unique_ptr<Work> work(const Settings& settings, const Data& data, const WorkOptions& options) const override {
    auto work = std::make_unique<TextWork>(tasks::as_text(settings), as_text(data).texts, options);
    if (options.start) work->start_from(as_text(*options.start).classifier());
    return work;
  }

  std::shared_ptr<const Model> open(const checkpoint::Files& files, const std::string& name) const override {
    return std::make_shared<TrainedText>(TextClassifier::load(files, name));
  }

  std::unique_ptr<Planted> planted(const Data& data, Shortcut shortcut, uint64_t seed) const override {
    return std::make_unique<PlantedText>(plant(as_text(data).texts, shortcut, seed));
  }

  bool trains_adversaries() const override { return true; }

  std::unique_ptr<Data> without_context(Settings& settings, const Data& data) const override {
    TextSettings& own = tasks::as_text(settings);
    own.model.encoder = nn::EncoderKind::kWord;
    own.model.look = Look::kPlain;
    own.model.structure = Structure::kFlat;
    own.model.layers = own.model.heads = own.model.members = 1;
    own.data.ngrams = {.longest = 0, .folds = 0, .letters = 0};
    auto out = std::make_unique<LoadedText>(as_text(data).texts);
    out->texts.ngrams = {};
    return out;
  }

  FrozenWeights weights_of(const Model& model, const Data& data) const override {
    return text_weights(as_text(model).classifier(), as_text(data).texts);
  }

  std::unique_ptr<Hiding> hiding(const Data& data) const override { return hiding_of(as_text(data).texts); }

  std::vector<std::vector<std::vector<double>>> odds_of_data(const Settings& settings, const Model& model,
                                                             const Inputs& inputs, std::span<const int64_t> chosen,
                                                             std::vector<std::string>& sha256) const override {
    const TextClassifier& classifier = as_text(model).classifier();
    attribution::TextSubject asked(classifier);
    for (const int64_t input : chosen) asked.add(as_text_rows(inputs)[static_cast<size_t>(input)].text);
    TextData files;
    const std::vector<TextRow> rows = read_text_rows(tasks::as_text(settings).data, nullptr, files);
    sha256 = files.sha256;
    return attribution::odds_of_rows(rows, classifier.parts(), asked.texts());
  }

  Preset preset() const override {
    return {
        "fast, or best: five networks together, up to 20,000 rows with --refit, in four to ten times the time; "
        "options given win over it",
        "fast: the defaults on this page; best: `--members 5`, and up to 20,000 rows `--refit`, in some four to ten "
        "times the time ([accuracy.md](accuracy.md) has what it brings). What is given by option or settings file "
        "wins over it"};
  }

  Length usual_length(const Data& data, const data::BatchOptions& batches, Length usual) const override {
    const data::EncodedTexts& training = as_text(data).texts.train;
    return fitting_length(training.size(), training.tokens(), batches, usual);
  }
};

}  // namespace

Length fitting_length(int64_t texts, int64_t tokens, const data::BatchOptions& batches, Length usual) {
  const int64_t steps =
      std::max({times(texts, batches.max_examples), times(tokens, batches.max_tokens), int64_t{1}});  // of an epoch
  Length length{std::clamp(usual.epochs, times(kLeastSteps, steps), std::max(times(kMostSteps, steps), kLeastEpochs)),
                usual.patience};
  if (length.epochs > usual.epochs) length.patience = std::max(length.patience, length.epochs / 4);
  return length;
}

const Kind& text_kind() {
  static const TextKind kKind;
  return kKind;
}

int64_t LoadedText::rows(data::Part part) const {
  switch (part) {
    case data::Part::kTrain:
      return texts.train.size();
    case data::Part::kValid:
      return texts.valid.size();
    case data::Part::kTest:
      break;
  }
  return std::ssize(texts.test_rows);
}

std::vector<Told> LoadedText::told(const std::string& split, uint64_t seed) const {
  return summary_told(texts.summary, split, seed);
}

Json LoadedText::summary(int64_t predicted_memory) const {
  DataSummary summary = texts.summary;
  summary.predicted_memory = predicted_memory;
  return summary.to_json();
}

std::unique_ptr<Inputs> LoadedText::test_inputs() const {
  return inputs_of(texts.test_rows, texts.test_paths);
}

std::unique_ptr<Inputs> LoadedText::valid_inputs() const {
  FOVEA_CHECK(std::ssize(texts.valid_rows) == texts.valid.size(), texts.valid_rows.size(), texts.valid.size());
  return inputs_of(texts.valid_rows, texts.paths);
}

std::unique_ptr<Inputs> LoadedText::inputs_of(const std::vector<data::Row>& rows,
                                              const std::vector<std::string>& paths) const {
  data::Table table{rows, texts.layout, {}};
  table.report.paths = paths;
  auto inputs = std::make_unique<TextInputs>(std::move(table), "");
  inputs->labels_expected = false;
  return inputs;
}

std::vector<std::string> LoadedText::warnings() const {
  std::vector<std::string> all = texts.warnings;
  if (texts.summary.vocabulary == 0) {
    all.push_back("no word occurs " + std::to_string(texts.summary.min_count) +
                  " times in training: the model can only tell texts apart by their length (--min-count 1)");
  }
  return all;
}

TextWork::TextWork(const TextSettings& settings, const TextData& data, const WorkOptions& options)
    : options_(settings.model),
      data_(data),
      task_(data, settings.model, options.seed, settings.loss, options.masking),
      parts_(parts_of(settings.model, data)) {
  if (options.weights) task_.read_under(*options.weights);
  if (!options.adversary.base) return;
  const TextClassifier& base = as_text(*options.adversary.base).classifier();
  task_.learn_against({base, options.adversary.pull});
  temperature_ = base.parts().temperature;
}

void TextWork::start_from(const TextClassifier& classifier) {
  start_from_model(*task_.model(), data_, classifier);
}

int64_t TextWork::predicted_memory(const data::BatchOptions& batches, int64_t held) const {
  int64_t longest = 0;
  for (const int64_t length : data_.train.lengths()) longest = std::max(longest, length);
  const int64_t largest = std::max(longest, std::min(batches.max_tokens, batches.max_examples * longest));
  return predict_memory(parameters(), largest, options_, held);
}

Finished TextWork::finish(bool quantized, double usual) {
  if (temperature_) {  // what it answers is compared with that of another model: labels decide nothing
    parts_.temperature = *temperature_;
    return {};
  }
  Quantization quantization;
  if (quantized) quantization = quantize(task_);
  parts_.quantized = quantized;
  const Calibration calibration = fit_on_validation(task_, data_, &parts_);
  if (data_.valid.size() == 0) parts_.temperature = usual;
  return {calibration_json(calibration), quantization_json(quantization)};
}

void TextWork::finish_like(const Work& first) {
  const TextClassifierParts& known = static_cast<const TextWork&>(first).parts_;
  parts_.multi_label = known.multi_label;
  parts_.thresholds = known.thresholds;
  parts_.temperature = known.temperature;
  parts_.train_rows = data_.counted_rows;
  parts_.quantized = known.quantized;
  if (known.quantized) round_to_int8(task_.module());
}

checkpoint::Files TextWork::files(Json config) const {
  return classifier_files(parts_, task_.model(), std::move(config));
}

std::shared_ptr<const Model> TextWork::model() const {
  return std::make_shared<TrainedText>(TextClassifier(parts_, task_.model()));
}

}  // namespace fovea::tasks
