#include "flows/settings.h"

#include <filesystem>

#include "base/errors.h"
#include "base/files.h"
#include "base/options/json.h"
#include "checkpoint/place.h"
#include "flows/machine.h"
#include "tasks/kinds.h"

namespace fovea::flows {
namespace {

constexpr const char* kRemedy = "Begin anew with --force.";
constexpr const char* kTask = "task";  // named where it is not the first kind of all, as in no file of before

// The order of the first keys, as in all files of before; the others follow as they are described.
Json first_keys() {
  Json keys = Json::object();
  for (const char* key : {"preset", "data", "split", "split_given", "text", "model", "training"}) keys[key] = nullptr;
  return keys;
}

}  // namespace

Json settings_json(const TrainPlan& plan) {
  TrainPlan visited = plan;
  options::JsonWriter writer(first_keys());
  visit(visited, writer);
  Json json = writer.take();
  for (const char* key : {"text", "model"}) {  // a kind may have other parts
    if (json.at(key).is_null()) json.erase(key);
  }
  json["threads"] = threads_in_use();
  json["force"] = plan.force;
  if (plan.kind != tasks::kinds().front()) json[kTask] = plan.kind->name();
  return json;
}

TrainPlan plan_of(const tasks::Kind& kind, const Json& settings, const std::string& place) {
  TrainPlan plan(kind);
  plan.settings->as_before_late_options();
  options::JsonReader reader(settings, place, kRemedy);
  visit(plan, reader);
  try {
    plan.settings->settle(plan.given);
    plan.force = settings.at("force").get<bool>();
    plan.threads = settings.at("threads").get<int64_t>();
  } catch (const Json::exception& error) {
    throw UserError(ExitCode::kBadData, place + ": " + error.what(), kRemedy);
  } catch (const UserError& error) {
    throw UserError(ExitCode::kBadData, place + ": " + error.what(), kRemedy);
  }
  return plan;
}

std::string settings_file(const TrainPlan& plan, const std::vector<std::string>& data_sha256) {
  Json json = {{"options", settings_json(plan)}, {"data_sha256", data_sha256}};
  json["sha256"] = sha256(to_line(json));
  return to_pretty(json);
}

Json read_settings(const std::filesystem::path& place) {
  constexpr const char* kRemedy = "Copy it back from where it was whole, or begin anew with --force.";
  const Json json = json_object(read_file(place), place.string(), kRemedy);
  Json content = json;
  content.erase("sha256");
  if (json.value("sha256", Json()) != Json(sha256(to_line(content)))) {
    throw UserError(ExitCode::kBadData, place.string() + ": is damaged: it is not what was written", kRemedy);
  }
  return content;
}

TrainPlan resumed_plan(const TrainPlan& given) {
  const std::string partial = checkpoint::plain_path(given.out).string() + ".partial";
  const std::string place = partial + "/" + kSettingsFile;
  if (!is_there(place)) {
    throw UserError(ExitCode::kNoInput, "--resume: there is no unfinished training in " + partial,
                    "Leave --resume out to begin one.");
  }
  const Json saved = read_settings(place).value("options", Json::object());
  const std::string task = saved.value(kTask, std::string(tasks::kinds().front()->name()));
  if (task != given.kind->name()) {
    throw UserError(ExitCode::kUsage, "--resume: the training in " + partial + " is of the task " + task,
                    "Go on with: fovea train " + task + " --resume --out " + given.out + ".");
  }
  TrainPlan plan = plan_of(*given.kind, saved, place);
  // Each option given again must say what the saved one says, but for those of this run.
  TrainPlan same = given;
  if (same.settings->files().paths.empty()) same.settings->files().paths = plan.settings->files().paths;
  const std::vector<options::Described> now = options::described(same), before = options::described(plan);
  if (const options::Described* other = options::first_difference(now, before, given.given)) {
    const std::string name = other->facts.name;
    throw UserError(ExitCode::kUsage, "--resume: --" + name + " differs from the training that goes on",
                    "Leave --" + name + " out, or begin anew with --force.");
  }
  if (given.threads > 0 && given.threads != plan.threads) {
    throw UserError(
        ExitCode::kUsage, "--resume: --threads differs from the training that goes on",
        "It runs with " + std::to_string(plan.threads) + "; leave --threads out, or begin anew with --force.");
  }
  if (same.settings->files().paths != plan.settings->files().paths) {
    throw UserError(ExitCode::kUsage, "--resume: DATA differs from the training that goes on",
                    "Leave DATA out, or begin anew with --force.");
  }
  options::take_anew(before, now, given.given);
  plan.out = given.out;
  plan.resume = true;
  plan.profile = given.profile;
  plan.given = given.given;
  return plan;
}

}  // namespace fovea::flows
