// `fovea info`: this program and machine, or a model.
#include "base/errors.h"
#include "base/files.h"
#include "checkpoint/load.h"
#include "cli/console.h"
#include "cli/data_report.h"
#include "cli/machine.h"
#include "cli/verbs.h"
#include "tasks/text_classifier.h"

namespace fovea::cli {
namespace {

constexpr size_t kLabelsShown = 12;

std::string joined(const Json& names) {
  std::string text;
  for (const Json& name : names) text += (text.empty() ? "" : ", ") + name.get<std::string>();
  return text;
}

std::string machine_text(const Json& machine) {
  const auto word = [&](const char* key) {
    return machine.at(key).is_string() ? machine.at(key).get<std::string>() : to_line(machine.at(key));
  };
  return summary_lines("fovea", word("fovea") + " (" + word("build") + "), libtorch " + word("libtorch") + ", CPU") +
         summary_lines("machine", word("processor") + ", " + word("cores") + " cores, " +
                                      bytes_text(machine.at("memory_bytes").get<int64_t>()) + " of memory") +
         summary_lines("runs with", word("threads") + " threads\nkernels on " + word("instruction_set") +
                                        "; FOVEA_ISA forces one of " + joined(machine.at("instruction_sets")) +
                                        "\nlibtorch on " + word("libtorch_instruction_set"));
}

Json model_json(const std::string& path, const checkpoint::Files& files, const tasks::TextClassifier& classifier) {
  const Json config = Json::parse(files.at("config.json"));
  const Json metrics = Json::parse(files.at("metrics.json"));
  return {{"model", path},
          {"architecture", classifier.parts().model.describe()},
          {"parameters", classifier.parameter_count()},
          {"labels", classifier.parts().labels},
          {"label_counts", classifier.parts().label_counts},
          {"multi_label", classifier.parts().multi_label},
          {"temperature", classifier.parts().temperature},
          {"tokenizer", data::name_of(classifier.parts().text.tokenizer)},
          {"pieces", classifier.parts().pieces ? classifier.parts().pieces.size() : 0},
          {"vocabulary", classifier.parts().vocabulary.size() - 1},
          {"layout", classifier.parts().layout.describe()},
          {"data", config.at("data")},
          {"trained_with", config.at("machine")},
          {"options", config.at("options")},
          {"training", metrics.at("training")},
          {"test", metrics.at("test")},
          {"weights_sha256", sha256(files.at("weights.safetensors"))}};
}

std::string model_text(const Json& model) {
  std::string labels;
  for (size_t c = 0; c < model.at("labels").size() && c < kLabelsShown; ++c) {
    labels += (c ? ", " : "") + report::ellipsize(report::safe_text(model.at("labels")[c].get<std::string>()), 20) +
              " (" + with_commas(model.at("label_counts")[c].get<int64_t>()) + ")";
  }
  if (model.at("labels").size() > kLabelsShown)
    labels += ", … (" + std::to_string(model.at("labels").size()) + " in all)";
  const int64_t pieces = model.at("pieces").get<int64_t>();
  const std::string cut = pieces > 0 ? "\n" + with_commas(pieces) + " pieces by SentencePiece" : "";
  std::string text = summary_lines(
      "model", model.at("architecture").get<std::string>() + "\n" + short_count(model.at("parameters").get<double>()) +
                   " parameters" + (model.at("options").value("quantize", "none") == "int8" ? " in int8, " : ", ") +
                   with_commas(model.at("vocabulary").get<int64_t>()) + " words" + cut);
  text += summary_lines("labels", labels);
  text += summary_lines("data", report::safe_text(model.at("data")[0].at("path").get<std::string>()) + "\n" +
                                    model.at("layout").get<std::string>());
  const Json& training = model.at("training");
  text += summary_lines("training", with_commas(training.at("steps").get<int64_t>()) + " steps, " +
                                        clock_time(training.at("seconds").get<double>()) + ", stopped by " +
                                        training.at("stopped").get<std::string>() + ", seed " +
                                        to_line(model.at("options").at("training").at("seed")));
  const Json& validation = training.at("validation");
  if (validation.contains("accuracy"))
    text += summary_lines("validation", per_cent(validation.at("accuracy").get<double>()));
  if (!model.at("test").is_null()) {
    const Json& test = model.at("test");
    text += summary_lines("test", per_cent(test.at("accuracy").get<double>()) + "  (" +
                                      fixed(100 * test.at("accuracy_ci")[0].get<double>(), 1) + " to " +
                                      fixed(100 * test.at("accuracy_ci")[1].get<double>(), 1) + ") on " +
                                      with_commas(test.at("n").get<int64_t>()) + " texts");
  }
  return text + summary_lines("weights", "sha256 " + model.at("weights_sha256").get<std::string>().substr(0, 16) + "…");
}

}  // namespace

ExitCode run_info(const InfoCommand& command) {
  begin(command.common);
  if (command.model.empty()) {
    const Json machine = machine_json();
    deliver_json(command.common, machine);
    if (!command.common.json) print(machine_text(machine));
    return ExitCode::kFine;
  }
  const checkpoint::Files files = checkpoint::load_model(command.model);
  const tasks::TextClassifier classifier = tasks::TextClassifier::load(files, command.model);
  const Json model = model_json(command.model, files, classifier);
  deliver_json(command.common, model);
  if (!command.common.json) print(model_text(model));
  return ExitCode::kFine;
}

}  // namespace fovea::cli
