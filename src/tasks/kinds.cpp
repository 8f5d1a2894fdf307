#include "tasks/kinds.h"

#include <vector>

#include "base/errors.h"
#include "tasks/text/kind.h"
#include "tasks/translation/kind.h"

namespace fovea::tasks {
namespace {

std::vector<const Kind*>& list() {
  static std::vector<const Kind*> kinds = {&text_kind(), &translation_kind()};
  return kinds;
}

const Kind* find(std::string_view name) {
  for (const Kind* kind : list()) {
    if (kind->name() == name) return kind;
  }
  return nullptr;
}

std::string names() {
  std::string text;
  for (const Kind* kind : list()) text += (text.empty() ? "" : ", ") + std::string(kind->name());
  return text;
}

}  // namespace

std::span<const Kind* const> kinds() {
  return list();
}

const Kind& kind_named(std::string_view name) {
  if (const Kind* kind = find(name)) return *kind;
  throw UserError(ExitCode::kUsage, "there is no kind of task '" + std::string(name) + "'",
                  "There are: " + names() + ".");
}

const Kind& kind_of(const checkpoint::Files& files, const std::string& name) {
  const auto found = files.find("config.json");
  if (found == files.end()) {
    throw UserError(ExitCode::kBadData, name + ": config.json is missing",
                    "Train the model again, or restore the folder.");
  }
  const std::string place = name + "/config.json";
  const Json config = json_object(found->second, place);
  const auto task = config.find("task");
  if (task == config.end() || !task->is_string()) {
    throw UserError(ExitCode::kBadData, place + ": does not say for which task the model is");
  }
  if (const Kind* kind = find(task->get<std::string>())) return *kind;
  throw UserError(ExitCode::kBadData, place + ": this is a model for another task: " + to_line(*task),
                  "This program knows: " + names() + ".");
}

void add_kind(const Kind& kind) {
  FOVEA_CHECK(find(kind.name()) == nullptr, kind.name());
  list().push_back(&kind);
}

}  // namespace fovea::tasks
