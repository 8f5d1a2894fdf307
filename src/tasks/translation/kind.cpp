#include "tasks/translation/kind.h"

#include <algorithm>
#include <filesystem>

#include "base/errors.h"
#include "tasks/plain_network.h"
#include "tasks/quantize.h"
#include "tasks/translation/subject.h"

namespace fovea::tasks {
namespace {

constexpr const char* kSourceSubwords = "source.model";
constexpr const char* kTargetSubwords = "target.model";
constexpr const char* kSeen = "seen.safetensors";
constexpr const char* kOwn = "translation";  // in config.json

const TranslationData& as_pairs(const Data& data) {
  const auto* pairs = dynamic_cast<const TranslationData*>(&data);
  FOVEA_CHECK(pairs != nullptr, "data of another kind");
  return *pairs;
}

std::filesystem::path name_of(const std::string& path) {
  std::filesystem::path name = std::filesystem::path(path).filename();
  return name.extension() == ".gz" ? name.stem() : name;
}

// "train.en.gz" is in "en".
std::string language_of(const std::string& path) {
  const std::filesystem::path name = name_of(path);
  const std::string ending = name.extension().string();
  const bool is_language = ending.size() >= 3 && ending.size() <= 4 &&
                           std::all_of(ending.begin() + 1, ending.end(), [](char c) { return 'a' <= c && c <= 'z'; });
  return is_language && ending != ".txt" && ending != ".tsv" && ending != ".csv" ? ending.substr(1) : "";
}

TranslatorParts parts_of(const TranslationSettings& settings) {
  TranslatorParts parts;
  parts.model = settings.model;
  parts.pairs = settings.data.pairs;
  parts.subwords = settings.data.subwords;
  parts.vocabulary = settings.data.vocabulary;
  parts.max_length = settings.data.max_length;
  parts.architecture = settings.architecture();
  return parts;
}

class TranslationKind final : public Kind {
 public:
  std::string_view name() const override { return "translation"; }
  std::string_view says() const override { return "Train a translator on sentence pairs"; }
  Nouns nouns() const override { return attribution::TranslationSubject::translation_nouns(); }
  std::span<const metrics::Measure> measures() const override { return kTranslationMeasures; }
  std::vector<std::string> scores() const override { return {"bleu", "bleu_lowercase", "chrf", "ter", "loss"}; }
  std::unique_ptr<Settings> settings() const override { return std::make_unique<TranslationSettings>(); }

  bool suits_names(std::span<const std::string> paths) const override {
    if (paths.size() != 2) return false;
    const std::filesystem::path one = name_of(paths[0]), other = name_of(paths[1]);
    const auto is_table = [](const std::filesystem::path& name) {
      return name.extension() == ".tsv" || name.extension() == ".csv" || name.extension() == ".jsonl";
    };
    return one.stem() == other.stem() && one.has_extension() && other.has_extension() &&
           one.extension() != other.extension() && !is_table(one) && !is_table(other);
  }

  std::string doubt(const std::map<std::string, double>& validation) const override {
    constexpr double kNothing = 0.01;  // BLEU of 1
    const auto bleu = validation.find("bleu");
    if (bleu == validation.end() || bleu->second >= kNothing) return "";
    return "this translator has learnt next to nothing: " + metrics::named_score_text(metrics::kBleu, bleu->second) +
           " on validation. More pairs help, then more epochs (--max-epochs); look as well whether line n of one file "
           "belongs to line n of the other";
  }

  UsualTraining usual_training(const Settings& settings) const override {
    UsualTraining usual = {
        .max_examples = 64, .max_tokens = 4096, .epochs = 24, .patience = 5, .average = 0.999, .learning_rate = 0.003};
    if (as_translation(settings).model.transformer()) {
      usual.max_examples = 128;
      usual.epochs = 60;
      usual.patience = 10;
      usual.learning_rate = 0.005;
      usual.root_decay = true;
    }
    return usual;
  }

  Preset preset() const override {
    return {
        "fast: recurrent, or best: a Transformer, in several times the time; options given win over it",
        "fast: the defaults on this page; best: `--encoder transformer` with what suits it. What is given by option "
        "or settings file wins over it"};
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

  // What goes on from a model reads with its subwords.
  std::unique_ptr<Data> load(const Settings& settings, const Start* start) const override {
    const Vocabularies* known = start ? &as_translator(*start->model).parts().vocabularies : nullptr;
    return std::make_unique<TranslationData>(as_translation(settings).data, known);
  }

  std::unique_ptr<Work> work(const Settings& settings, const Data& data, const WorkOptions& options) const override {
    auto work = std::make_unique<TranslationWork>(as_translation(settings), as_pairs(data), options);
    if (options.start) work->start_from(as_translator(*options.start));
    return work;
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
    parts.read.step = own.value("look_read", "chosen") == "read" ? LookStep::kRead : LookStep::kChosen;
    parts.read.from.layer =
        std::clamp<int64_t>(own.value("look_layer", 0), 0, std::max<int64_t>(parts.model.looking_layers() - 1, 0));
    parts.read.from.head = std::clamp<int64_t>(own.value("look_head", AttentionHead::kAllHeads),
                                               AttentionHead::kAllHeads, parts.model.looking_heads() - 1);
    parts.quantized = config.contains("quantized");
    parts.source_language = own.value("source_language", "");
    parts.target_language = own.value("target_language", "");
    parts.side_words = SideWords::of_json(own.value("side_words", Json::object()));
    // Models from before they were kept know of no sentence that they have seen it.
    if (files.contains(kSeen)) parts.known = KnownSources::parse(files.at(kSeen), name + "/" + kSeen);
    Translator network = make_translator(settings.model, sizes_of(parts.vocabularies), nn::Stream(std::nullopt));
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
    : data_(data), task_(data, settings, options.seed), parts_(parts_of(settings)) {
  parts_.vocabularies = data.vocabularies();
  parts_.known = data.known_sources();
  parts_.side_words = data.side_words();
  if (settings.data.paths.size() == 2) {
    parts_.source_language = language_of(settings.data.paths[0]);
    parts_.target_language = language_of(settings.data.paths[1]);
    if (parts_.source_language.empty() || parts_.target_language.empty()) {
      parts_.source_language = parts_.target_language = "";
    }
  }
}

void TranslationWork::start_from(const TrainedTranslator& model) {
  fill_module(task_.module(), arrays_of(*model.network(), /*quantized=*/false), "--init");
  parts_.known.add(model.parts().known);
}

int64_t TranslationWork::parameters() const {
  return parameters_of(*task_.network());
}

// Parameters with gradients, of each share of a step some, moments, mean and best copy; of a batch what is kept of each
// place for the way back.
int64_t TranslationWork::predicted_memory(const data::BatchOptions& batches, int64_t held) const {
  constexpr int64_t kOfShares = 9, kBytes = 4, kNumbers = 100, kScores = 8'000'000;
  const int64_t copies = 7 + (parts_.model.transformer() ? kOfShares : 0);
  const int64_t places = std::min(batches.max_tokens, batches.max_examples * 40);
  return held + kBytes * (parameters() * copies + places * parts_.model.hidden_size * parts_.model.layers * kNumbers +
                          kScores);
}

Finished TranslationWork::finish(bool quantized, double) {
  Quantization quantization;
  if (quantized) quantization = quantize(task_);
  parts_.quantized = quantized;
  choose_read();
  return {nullptr, quantization_json(quantization)};
}

void TranslationWork::choose_read() {
  if (!parts_.model.attends() || data_.valid().size() == 0) return;
  TranslatorImpl& network = *task_.network().ptr();
  parts_.read = !data_.gold().gold.empty()
                    ? best_read(network, parts_.vocabularies, data_.valid_pairs(), data_.valid(), data_.gold())
                : !data_.links().empty() ? LookRead{LookStep::kChosen, taught_head(parts_.model)}
                                         : best_read(network, data_.train(), data_.valid());
}

void TranslationWork::finish_like(const Work& first) {
  const TranslatorParts& known = static_cast<const TranslationWork&>(first).parts_;
  parts_.read = known.read;
  parts_.quantized = known.quantized;
  if (known.quantized) round_to_int8(task_.module());
}

checkpoint::Files TranslationWork::files(Json config) const {
  config[kOwn] = {{"look_read", parts_.read.step == LookStep::kRead ? "read" : "chosen"},
                  {"look_layer", parts_.read.from.layer},
                  {"look_head", parts_.read.from.head},
                  {"source_language", parts_.source_language},
                  {"target_language", parts_.target_language},
                  {"side_words", parts_.side_words.to_json()}};
  checkpoint::Files files = plain_files(translation_kind(), std::move(config), *task_.network(), parts_.quantized);
  files[kSeen] = parts_.known.serialize();
  files[kSourceSubwords] = parts_.vocabularies.source.serialize();
  if (!parts_.vocabularies.joint) files[kTargetSubwords] = parts_.vocabularies.target.serialize();
  return files;
}

std::shared_ptr<const Model> TranslationWork::model() const {
  return std::make_shared<TrainedTranslator>(parts_, task_.network());
}

}  // namespace fovea::tasks
