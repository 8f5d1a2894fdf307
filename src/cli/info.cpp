// `fovea info`: this program and machine, or a model.
#include "base/errors.h"
#include "base/files.h"
#include "base/text.h"
#include "checkpoint/load.h"
#include "cli/console.h"
#include "cli/verbs.h"
#include "flows/machine.h"
#include "flows/using.h"
#include "metrics/measures.h"

namespace fovea::cli {
namespace {

std::string joined(const Json& names) {
  std::string text;
  for (const Json& name : names) text += (text.empty() ? "" : ", ") + name.get<std::string>();
  return text;
}

std::string machine_text(const Json& machine) {
  const auto word = [&](const char* key) {
    return machine.at(key).is_string() ? machine.at(key).get<std::string>() : to_line(machine.at(key));
  };
  return draw::summary_lines("fovea",
                             word("fovea") + " (" + word("build") + "), libtorch " + word("libtorch") + ", CPU") +
         draw::summary_lines("machine", word("processor") + ", " + word("cores") + " cores, " +
                                            bytes_text(machine.at("memory_bytes").get<int64_t>()) + " of memory") +
         draw::summary_lines("runs with", word("threads") + " threads\nkernels on " + word("instruction_set") +
                                              "; FOVEA_ISA forces one of " + joined(machine.at("instruction_sets")) +
                                              "\nlibtorch on " + word("libtorch_instruction_set"));
}

constexpr const char* kRestore = "Train the model again, or restore the folder.";

Json model_json(const flows::OpenModel& open, const tasks::ModelFacts& facts) {
  Json json = {{"model", open.path}, {"architecture", facts.architecture}, {"parameters", facts.parameters}};
  for (const auto& [name, value] : facts.own.items()) json[name] = value;
  take_json(open.path + "/config.json", kRestore, [&] {
    const Json config = checkpoint::json_of(open.files, "config.json", open.path);
    json["data"] = config.at("data");
    json["trained_with"] = config.at("machine");
    json["options"] = config.at("options");
  });
  take_json(open.path + "/metrics.json", kRestore, [&] {
    const Json metrics = checkpoint::json_of(open.files, "metrics.json", open.path);
    json["training"] = metrics.at("training");
    json["test"] = metrics.at("test");
  });
  json["weights_sha256"] = sha256(checkpoint::file_of(open.files, "weights.safetensors", open.path));
  return json;
}

// What config.json says.
std::string making_text(const Json& model, const tasks::ModelFacts& facts) {
  std::string text = draw::summary_lines(
      "model", facts.architecture + "\n" + short_count(static_cast<double>(facts.parameters)) + " parameters" +
                   (model.at("options").value("quantize", "none") == "int8" ? " in int8" : "") +
                   (facts.knows.empty() ? "" : ", ") + facts.knows);
  for (const tasks::Told& told : facts.told) text += draw::summary_lines(told.name, told.text);
  return text + draw::summary_lines("data", draw::safe_text(model.at("data").at(0).at("path").get<std::string>()) +
                                                "\n" + model.value("layout", std::string()));
}

// The interval of the first measure on the test part; nothing where none was stored.
std::string interval_text(const Json& test, const metrics::Measure& measure) {
  const auto found = test.find(std::string(measure.name) + "_ci");
  if (found == test.end()) return "";
  const double scale = measure.unit == metrics::Unit::kShare ? 100 : 1;
  const int digits = measure.unit == metrics::Unit::kNats ? 3 : 1;
  return "  (" + fixed(scale * found->at(0).get<double>(), digits) + " to " +
         fixed(scale * found->at(1).get<double>(), digits) + ")";
}

// What metrics.json says.
std::string results_text(const Json& model, const std::string& seed, const tasks::Kind& kind) {
  const Json& training = model.at("training");
  const std::string steps = with_commas(training.at("steps").get<int64_t>());
  const std::string time = clock_time(training.at("seconds").get<double>());
  const std::string stopped = draw::safe_text(training.at("stopped").get<std::string>());
  std::string text =
      draw::summary_lines("training", steps + " steps, " + time + ", stopped by " + stopped + ", seed " + seed);
  const metrics::Measure& first = kind.measures().front();
  const std::string name(first.name);
  const Json& validation = training.at("validation");
  if (validation.contains(name)) {
    text += draw::summary_lines("validation", metrics::named_score_text(first, validation.at(name).get<double>()));
  }
  const Json& test = model.at("test");
  if (test.is_null()) return text;
  return text + draw::summary_lines(
                    "test", named_score_text(first, test.at(name).get<double>() / metrics::published(first, 1)) +
                                interval_text(test, first) + " on " + with_commas(test.at("n").get<int64_t>()) + " " +
                                std::string(kind.nouns().inputs));
}

std::string model_text(const Json& model, const tasks::ModelFacts& facts, const flows::OpenModel& open) {
  std::string seed;
  std::string text = take_json(open.path + "/config.json", kRestore, [&] {
    seed = to_line(model.at("options").at("training").at("seed"));
    return making_text(model, facts);
  });
  text +=
      take_json(open.path + "/metrics.json", kRestore, [&] { return results_text(model, seed, open.model->kind()); });
  return text +
         draw::summary_lines("weights", "sha256 " + model.at("weights_sha256").get<std::string>().substr(0, 16) + "…");
}

}  // namespace

ExitCode run_info(const InfoCommand& command) {
  begin(command.common);
  if (command.model.empty()) {
    const Json machine = flows::machine_json();
    deliver_json(command.common, machine);
    if (!command.common.json) print(machine_text(machine));
    return ExitCode::kFine;
  }
  const flows::OpenModel open = flows::open_model(command.model);
  const tasks::ModelFacts facts = open.model->facts();
  const Json json = model_json(open, facts);
  deliver_json(command.common, json);
  if (!command.common.json) print(model_text(json, facts, open));
  return ExitCode::kFine;
}

}  // namespace fovea::cli
