#include "tasks/translation/kind.h"

#include <algorithm>
#include <filesystem>

#include "base/errors.h"
#include "tasks/plain_network.h"

namespace fovea::tasks {
namespace {

constexpr const char* kSourceSubwords = "source.model";
constexpr const char* kTargetSubwords = "target.model";
constexpr const char* kOwn = "translation";  // in config.json

const TranslationData& as_pairs(const Data& data) {
  const auto* pairs = dynamic_cast<const TranslationData*>(&data);
  FOVEA_CHECK(pairs != nullptr, "data of another kind");
  return *pairs;
}

// "train.en.gz" is in "en".
std::string language_of(const std::string& path) {
  std::filesystem::path name = std::filesystem::path(path).filename();
  if (name.extension() == ".gz") name = name.stem();
  const std::string ending = name.extension().string();
  const bool is_language = ending.size() >= 3 && ending.size() <= 4 &&
                           std::all_of(ending.begin() + 1, ending.end(), [](char c) { return 'a' <= c && c <= 'z'; });
  return is_language && ending != ".txt" && ending != ".tsv" && ending != ".csv" ? ending.substr(1) : "";
}

TranslatorParts parts_of(const TranslationSettings& settings) {
  TranslatorParts parts;
  parts.model = settings.model;
  parts.pairs = settings.data.pairs;
  parts.max_length = settings.data.max_length;
  parts.architecture = settings.architecture();
  return parts;
}

class TranslationKind final : public Kind {
 public:
  std::string_view name() const override { return "translation"; }
  std::string_view says() const override { return "Train a translator on sentence pairs"; }
  Nouns nouns() const override { return {"word", "words", "sentence", "sentences", "no word"}; }
  std::span<const metrics::Measure> measures() const override { return kTranslationMeasures; }
  std::vector<std::string> scores() const override { return {"bleu", "bleu_lowercase", "chrf", "ter", "loss"}; }
  std::unique_ptr<Settings> settings() const override { return std::make_unique<TranslationSettings>(); }

  UsualTraining usual_training() const override {
    return {
        .max_examples = 64, .max_tokens = 4096, .epochs = 24, .patience = 5, .average = 0.999, .learning_rate = 0.003};
  }

  // Few pairs make few steps an epoch, and many need few passes.
  Length usual_length(const Data& data, const data::BatchOptions& batches, Length usual) const override {
    constexpr int64_t kLeastSteps = 3'000, kMostSteps = 60'000, kLeastEpochs = 2;
    const int64_t rows = std::max<int64_t>(data.rows(data::Part::kTrain), 1);
    const int64_t steps = (rows + batches.max_examples - 1) / batches.max_examples;
    const auto epochs = [&](int64_t of_steps) { return (of_steps + steps - 1) / steps; };
    Length length = usual;
    length.epochs = std::clamp(usual.epochs, epochs(kLeastSteps), std::max(epochs(kMostSteps), kLeastEpochs));
    length.patience = std::max(length.patience, length.epochs / 4);
    return length;
  }

  std::unique_ptr<Data> load(const Settings& settings, const Start*) const override {
    return std::make_unique<TranslationData>(as_translation(settings).data);
  }

  std::unique_ptr<Work> work(const Settings& settings, const Data& data, const WorkOptions& options) const override {
    return std::make_unique<TranslationWork>(as_translation(settings), as_pairs(data), options);
  }

  std::shared_ptr<const Model> open(const checkpoint::Files& files, const std::string& name) const override {
    const AnySettings any = settings_of(*this, files, name);
    const TranslationSettings& settings = as_translation(*any);
    TranslatorParts parts = parts_of(settings);
    const auto subwords = [&](const char* file) {
      const auto found = files.find(file);
      if (found == files.end()) {
        throw UserError(ExitCode::kBadData, name + ": " + file + " is missing",
                        "Train the model again, or restore the folder.");
      }
      return data::SubwordModel::parse(found->second, name + "/" + file);
    };
    parts.vocabularies.joint = settings.data.joint;
    parts.vocabularies.source = subwords(kSourceSubwords);
    parts.vocabularies.target = settings.data.joint ? parts.vocabularies.source : subwords(kTargetSubwords);
    const Json config = json_object(files.at("config.json"), name + "/config.json");
    const Json own = config.value(kOwn, Json::object());
    parts.read = own.value("look_read", "chosen") == "read" ? LookRead::kRead : LookRead::kChosen;
    parts.source_language = own.value("source_language", "");
    parts.target_language = own.value("target_language", "");
    Translator network(settings.model, sizes_of(parts.vocabularies), nn::Stream(std::nullopt));
    fill_plain(*network, files, name);
    return std::make_shared<TrainedTranslator>(std::move(parts), std::move(network));
  }

  const SearchSpace& search_space() const override {
    using Scale = Dimension::Scale;
    static const SearchSpace kAll = {
        {{"sizes",
          {{.option = "hidden-size", .low = 96, .high = 512, .scale = Scale::kLogarithmic, .multiple_of = 32},
           {.option = "embedding-size", .low = 96, .high = 512, .scale = Scale::kLogarithmic, .multiple_of = 32}}},
         {"rate", {{.option = "learning-rate", .low = 5e-4, .high = 5e-3, .scale = Scale::kLogarithmic}}},
         {"dropout",
          {{.option = "embedding-dropout", .low = 0, .high = 0.5},
           {.option = "state-dropout", .low = 0, .high = 0.5},
           {.option = "output-dropout", .low = 0, .high = 0.5},
           {.option = "label-smoothing", .low = 0, .high = 0.2}}},
         {"attention", {{.option = "attention", .choices = {"additive", "dot", "scaled-dot", "general"}}}}},
        {{{"embedding-size", "128"}, {"hidden-size", "128"}, {"vocabulary", "4000"}}}};
    return kAll;
  }
};

}  // namespace

const Kind& translation_kind() {
  static const TranslationKind kKind;
  return kKind;
}

TranslationWork::TranslationWork(const TranslationSettings& settings, const TranslationData& data,
                                 const WorkOptions& options)
    : data_(data), task_(data, settings.model, options.seed), parts_(parts_of(settings)) {
  parts_.vocabularies = data.vocabularies();
  if (settings.data.paths.size() == 2) {
    parts_.source_language = language_of(settings.data.paths[0]);
    parts_.target_language = language_of(settings.data.paths[1]);
    if (parts_.source_language.empty() || parts_.target_language.empty()) {
      parts_.source_language = parts_.target_language = "";
    }
  }
}

int64_t TranslationWork::parameters() const {
  return parameters_of(*task_.network());
}

// Parameters with gradients, moments, mean and best copy; of a batch above all the logits with their gradients.
int64_t TranslationWork::predicted_memory(const data::BatchOptions& batches, int64_t held) const {
  constexpr int64_t kCopies = 7, kLogits = 4, kBytes = 4, kOther = 100;
  const int64_t places = std::min(batches.max_tokens, batches.max_examples * 40) / 2;
  const int64_t width = parts_.vocabularies.target.size() * kLogits + parts_.model.hidden_size * kOther;
  return held + kBytes * (parameters() * kCopies + places * width);
}

Finished TranslationWork::finish(bool, double) {
  if (parts_.model.attends() && data_.valid().size() > 0)
    parts_.read = better_read(*task_.network().ptr(), data_.train(), data_.valid());
  return {};
}

void TranslationWork::finish_like(const Work& first) {
  parts_.read = static_cast<const TranslationWork&>(first).parts_.read;
}

checkpoint::Files TranslationWork::files(Json config) const {
  config[kOwn] = {{"look_read", parts_.read == LookRead::kRead ? "read" : "chosen"},
                  {"source_language", parts_.source_language},
                  {"target_language", parts_.target_language}};
  checkpoint::Files files = plain_files(translation_kind(), std::move(config), *task_.network());
  files[kSourceSubwords] = parts_.vocabularies.source.serialize();
  if (!parts_.vocabularies.joint) files[kTargetSubwords] = parts_.vocabularies.target.serialize();
  return files;
}

std::shared_ptr<const Model> TranslationWork::model() const {
  return std::make_shared<TrainedTranslator>(parts_, task_.network());
}

}  // namespace fovea::tasks
