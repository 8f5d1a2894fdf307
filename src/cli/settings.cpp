#include "cli/settings.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <ATen/Parallel.h>

#include "base/errors.h"
#include "base/files.h"
#include "checkpoint/place.h"

namespace fovea::cli {
namespace {

// What may change when a training goes on: limits of this part of the run, and how it is told.
const std::set<std::string> kMayChange = {"threads",  // compared as numbers of threads, since 0 means every core
                                          "out",     "resume",  "max-steps", "max-minutes", "json",   "json-out",
                                          "quiet",   "profile", "verbose",   "color",       "device", "config"};

void fill_data(tasks::TextDataOptions& data, const Json& json) {
  data.paths = json.at("paths").get<std::vector<std::string>>();
  data.valid_paths = json.at("valid_paths").get<std::vector<std::string>>();
  data.test_paths = json.at("test_paths").get<std::vector<std::string>>();
  const Json& table = json.at("table");
  data.table.format = data::parse_format(table.at("format").get<std::string>());
  if (!table.at("header").is_null()) data.table.header = table.at("header").get<bool>();
  data.table.text_columns = table.at("text_columns").get<std::vector<std::string>>();
  data.table.label_column = table.at("label_column").get<std::string>();
  data.table.weight_column = table.value("weight_column", std::string());
  data.table.multi_label = table.value("multi_label", false);
  data.table.label_separator = table.value("label_separator", std::string(","));
  data.table.label_prefix = table.at("label_prefix").get<std::string>();
  data.table.on_bad_row = table.at("on_bad_row") == "skip" ? data::BadRows::kSkip : data::BadRows::kStop;
  const Json& split = json.at("split");
  data.split = {split.at("train").get<double>(), split.at("valid").get<double>(), split.at("test").get<double>(),
                split.at("seed").get<uint64_t>()};
  data.vocabulary = {json.at("vocabulary").at("min_count").get<int64_t>(),
                     json.at("vocabulary").at("max_size").get<int64_t>()};
  data.ngrams.longest = json.at("ngrams").get<int64_t>();
  data.ngrams.folds = json.value("ngram_folds", int64_t{0});
  data.ngrams.letters = json.value("char_ngrams", int64_t{0});
  data.vectors.path = json.value("vectors", std::string());
  data.vectors.extra_words = json.value("vectors_words", int64_t{0});
  data.vectors.frozen = json.value("freeze_vectors", false);
  const int64_t folds = data.ngrams.folds, letters = data.ngrams.letters;
  if (data.ngrams.longest < 0 || data.ngrams.longest > data::kMaxNgramLength || folds < 0 || folds == 1 ||
      folds > data::kMaxNgramFolds || letters < 0 || letters == 1 || letters > data::kMostLetters) {
    throw UserError(ExitCode::kBadData, std::string(kSettingsFile) + ": ngrams is out of its range",
                    "Begin anew with --force.");
  }
}

// A model knows whether mark-up was stripped; a setting may still leave it to the data.
constexpr const char* kMarkupAuto = "auto";

Json text_json(data::TextOptions text) {
  const bool automatic = text.markup == data::Markup::kAuto;
  if (automatic) text.markup = data::Markup::kKeep;
  Json json = text.to_json();
  if (automatic) json["markup"] = kMarkupAuto;
  return json;
}

data::TextOptions text_options(Json json) {
  const bool automatic = json.at("markup") == kMarkupAuto;
  if (automatic) json["markup"] = "keep";
  data::TextOptions text = data::TextOptions::from_json(json);
  if (automatic) text.markup = data::Markup::kAuto;
  return text;
}

// The key under which an option is saved: its name, but for a few.
std::string saved_key(const std::string& option) {
  static const std::map<std::string, std::string> kOthers = {
      {"max-vocabulary", "max_size"},  {"no-nfkc", "nfkc"},      {"no-case-fold", "case_fold"},
      {"text-column", "text_columns"}, {"valid", "valid_paths"}, {"test", "test_paths"}};
  const auto other = kOthers.find(option);
  if (other != kOthers.end()) return other->second;
  std::string key = option;
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

// The value of `key` at any depth, or null.
const Json* find_key(const Json& json, const std::string& key) {
  if (!json.is_object()) return nullptr;
  for (const auto& [name, value] : json.items()) {
    if (name == key) return &value;
    if (const Json* inside = find_key(value, key)) return inside;
  }
  return nullptr;
}

}  // namespace

Json settings_json(const TrainCommand& command) {
  return {{"preset", command.preset},
          {"data", command.data.to_json()},
          {"split", command.split},
          {"split_given", command.split_given},
          {"text", text_json(command.data.text)},
          {"model", command.model.to_json()},
          {"training", command.train.to_json()},
          {"loss", command.loss.to_json()},
          {"init", command.init},
          {"refit", command.refit},
          {"refit_rows", command.refit_rows},
          {"quantize", command.quantize ? "int8" : "none"},
          {"threads", at::get_num_threads()},
          {"force", command.force}};
}

TrainCommand command_of_settings(const Json& options, const std::string& place) {
  try {
    TrainCommand command;
    fill_data(command.data, options.at("data"));
    command.data.text = text_options(options.at("text"));
    command.model = tasks::TextModelOptions::from_json(options.at("model"));
    command.train = train::TrainOptions::from_json(options.at("training"));
    command.preset = options.value("preset", command.preset);
    if (options.contains("loss")) command.loss = tasks::TextLossOptions::from_json(options.at("loss"));
    command.refit = options.value("refit", false);
    command.refit_rows = options.value("refit_rows", int64_t{0});
    command.quantize = options.value("quantize", std::string("none")) == "int8";
    command.init = options.value("init", std::string());
    command.split = options.at("split").get<std::string>();
    command.split_given = options.at("split_given").get<bool>();
    command.force = options.at("force").get<bool>();
    command.common.threads = options.at("threads").get<int>();
    return command;
  } catch (const Json::exception& error) {
    throw UserError(ExitCode::kBadData, place + ": " + error.what(), "Begin anew with --force.");
  }
}

std::string settings_file(const TrainCommand& command, const std::vector<std::string>& data_sha256) {
  Json json = {{"options", settings_json(command)}, {"data_sha256", data_sha256}};
  json["sha256"] = sha256(to_line(json));
  return to_pretty(json);
}

Json read_settings(const std::filesystem::path& place) {
  Json json = Json::parse(read_file(place), nullptr, false);
  Json content = json;
  if (content.is_object()) content.erase("sha256");
  if (!content.is_object() || json.value("sha256", Json()) != Json(sha256(to_line(content)))) {
    throw UserError(ExitCode::kBadData, place.string() + ": is damaged: it is not what was written",
                    "Copy it back from where it was whole, or begin anew with --force.");
  }
  return content;
}

TrainCommand resumed_command(const TrainCommand& given) {
  const std::string partial = checkpoint::plain_path(given.out).string() + ".partial";
  const std::string place = partial + "/" + kSettingsFile;
  if (!std::filesystem::exists(place)) {
    throw UserError(ExitCode::kNoInput, "--resume: there is no unfinished training in " + partial,
                    "Leave --resume out to begin one.");
  }
  TrainCommand command = command_of_settings(read_settings(place).value("options", Json::object()), place);
  // Each option given again must say what the saved one says: the command with it and the command without must agree.
  TrainCommand same = given;
  same.force = command.force;
  if (same.data.paths.empty()) same.data.paths = command.data.paths;
  const Json now = settings_json(same), before = settings_json(command);
  for (const std::string& name : given.common.given) {
    if (kMayChange.count(name)) continue;
    const std::string key = saved_key(name);
    const bool outermost =
        now.contains(key);  // "split" as it was written, not the shares with their seed inside "data"
    const Json* new_value = outermost ? &now.at(key) : find_key(now, key);
    const Json* old_value = outermost ? &before.at(key) : find_key(before, key);
    FOVEA_CHECK(new_value && old_value, "no saved setting for", name);
    if (*new_value != *old_value) {
      throw UserError(ExitCode::kUsage, "--resume: --" + name + " differs from the training that goes on",
                      "Leave --" + name + " out, or begin anew with --force.");
    }
  }
  if (given.common.given.count("threads") && at::get_num_threads() != command.common.threads) {
    throw UserError(ExitCode::kUsage, "--resume: --threads differs from the training that goes on",
                    "It runs with " + std::to_string(command.common.threads) +
                        "; leave --threads out, or begin anew with --force.");
  }
  if (same.data.paths != command.data.paths) {
    throw UserError(ExitCode::kUsage, "--resume: DATA differs from the training that goes on",
                    "Leave DATA out, or begin anew with --force.");
  }
  command.resume = true;
  command.profile = given.profile;
  command.out = given.out;
  const int threads = command.common.threads;
  command.common = given.common;
  command.common.threads = threads;
  if (given.common.given.count("max-steps")) command.train.max_steps = given.train.max_steps;
  if (given.common.given.count("max-minutes")) command.train.max_minutes = given.train.max_minutes;
  return command;
}

}  // namespace fovea::cli
