#include "flows/variants.h"

#include <algorithm>

#include "base/errors.h"
#include "base/nearest.h"

namespace fovea::flows {
namespace {

const options::Described& find_or_refuse(const std::vector<options::Described>& described, const std::string& name) {
  if (const options::Described* found = options::find(described, name)) return *found;
  std::vector<std::string> names;
  for (const options::Described& option : described) names.push_back("--" + std::string(option.facts.name));
  const std::string guess = nearest("--" + name, names);
  throw UserError(ExitCode::kUsage, "there is no option '" + name + "' of a training",
                  guess.empty() ? "See fovea train --help." : "Did you mean '" + guess.substr(2) + "'?");
}

void set(const std::vector<options::Described>& described, const std::string& name,
         const std::vector<std::string>& values) {
  const options::Described& option = find_or_refuse(described, name);
  if (options::is_switch(option.field)) {
    if (values.size() != 1 || (values.front() != "true" && values.front() != "false")) {
      throw UserError(ExitCode::kUsage, "--" + name + " is a switch: it can be true or false");
    }
    if (values.front() == "false") return;
  }
  options::take(option, values);
}

bool may_vary(const std::vector<options::Described>& described, const std::string& name) {
  return options::may_vary(find_or_refuse(described, name).facts.part);
}

}  // namespace

std::vector<options::Described> options_of_study(TrainPlan& plan) {
  std::vector<options::Described> described = options::described(plan);
  std::erase_if(described, [](const options::Described& option) {
    return option.facts.alone || option.facts.part == options::Part::kSettled;
  });
  return described;
}

TrainPlan Variants::plan_of(const std::vector<options::Written>& given, const study::Settings& settings) const {
  TrainPlan plan(*kind_);
  const std::vector<options::Described> described = options_of_study(plan);
  for (const options::Written& option : given) {
    const bool replaced = std::any_of(settings.begin(), settings.end(),
                                      [&](const study::Setting& setting) { return setting.option == option.name; });
    if (replaced) continue;
    set(described, option.name, option.values);
    if (!option.name.empty()) plan.given.insert(option.name);
  }
  for (const study::Setting& setting : settings) {
    set(described, setting.option, {setting.value});
    plan.given.insert(setting.option);
  }
  settle(plan, Place::kMemory);
  return plan;
}

TrainPlan Variants::with(const study::Settings& settings) const {
  return plan_of(given_, settings);
}

// All are tried together: `--heads 3` is right beside `--hidden-size 96`, and neither would be by itself.
TrainPlan Variants::fitted(const study::Settings& settings, std::vector<std::string>& left_out) const {
  TrainPlan form(*kind_);
  const std::vector<options::Described> described = options_of_study(form);
  std::vector<options::Written> kept = given_;
  for (;;) {
    try {
      return plan_of(kept, settings);
    } catch (const options::CannotApply& refusal) {
      // What makes another option senseless is no option to leave out: `--attention mean` with normalizers to compare.
      const auto refused = std::find_if(kept.begin(), kept.end(), [&](const options::Written& option) {
        return option.name == refusal.option() && may_vary(described, option.name);
      });
      if (refused == kept.end()) throw;
      left_out.push_back(refused->name);
      kept.erase(refused);
    }
  }
}

TrainPlan Variants::in_common() const {
  TrainPlan form(*kind_);
  const std::vector<options::Described> described = options_of_study(form);
  std::vector<options::Written> common;
  for (const options::Written& option : given_) {
    if (!may_vary(described, option.name)) common.push_back(option);
  }
  return plan_of(common, {});
}

bool Variants::is_given(const std::string& option) const {
  return std::any_of(given_.begin(), given_.end(), [&](const options::Written& one) { return one.name == option; });
}

void Variants::require_settings(const study::Settings& settings) const {
  TrainPlan form(*kind_);
  const std::vector<options::Described> described = options_of_study(form);
  for (const study::Setting& setting : settings) set(described, setting.option, {setting.value});
}

void Variants::require_varied(const std::string& option) const {
  TrainPlan form(*kind_);
  const options::Part part = find_or_refuse(options_of_study(form), option).facts.part;
  if (part == options::Part::kSeed) {
    throw UserError(ExitCode::kUsage, "--vary seed: every variant is trained with the same seeds",
                    "--seeds says with how many, --seed where they begin.");
  }
  if (!options::may_vary(part)) {
    throw UserError(ExitCode::kUsage, "--vary " + option + ": every variant sees the same data",
                    "Compare options of the text, the model, the loss or the training: see fovea train --help.");
  }
}

std::string Variants::settings_text(const std::string& heading, const study::Settings& preset,
                                    const study::Settings& settings) const {
  std::vector<options::Written> options;
  for (const options::Written& option : given_) {
    if (option.name != "preset") {
      options.push_back(option);
      continue;
    }
    for (const study::Setting& setting : preset) {
      if (!is_given(setting.option)) options.push_back({setting.option, {setting.value}});
    }
  }
  for (const study::Setting& setting : settings) {
    std::erase_if(options, [&](const options::Written& one) { return one.name == setting.option; });
    options.push_back({setting.option, {setting.value}});
  }
  TrainPlan form(*kind_);
  return options::toml_text(heading, options, options_of_study(form));
}

}  // namespace fovea::flows
