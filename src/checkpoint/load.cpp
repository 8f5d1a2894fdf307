#include "checkpoint/load.h"

#include <sys/stat.h>

#include "base/errors.h"
#include "base/files.h"
#include "checkpoint/manifest.h"
#include "checkpoint/names.h"
#include "checkpoint/place.h"

namespace fovea::checkpoint {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRestore = "Train the model again, or restore the folder.";

UserError unfinished(const fs::path& model, const fs::path& partial) {
  return UserError(ExitCode::kNoInput,
                   model.string() + ": no such model, but " + partial.string() + " holds its unfinished training",
                   "Finish it: fovea train … --out " + model.string() + " --resume");
}

UserError no_model(const fs::path& model) {
  const fs::path partial = partial_of(model);
  if (is_found(partial / "replaced" / kManifestName)) {
    return UserError(ExitCode::kNoInput,
                     model.string() + ": is missing: the program was stopped while it replaced the model; " +
                         (partial / "replaced").string() + " is the old one",
                     "Run the training again with --resume, which brings it back.");
  }
  if (is_found(current_of(partial))) return unfinished(model, partial);
  return UserError(ExitCode::kNoInput, model.string() + ": no such model",
                   "Name the folder that fovea train … --out wrote.");
}

Files read_model(const fs::path& model) {
  std::error_code error;
  if (!is_found(model)) throw no_model(model);
  if (!fs::is_directory(model, error)) {
    throw UserError(ExitCode::kNoInput, model.string() + ": is a file, not the folder of a model",
                    "Name the folder that fovea train … --out wrote; it comes before the data.");
  }
  if (!is_found(model / kManifestName)) {
    const std::string text = model.string(), ending = ".partial";
    if (is_found(current_of(model)) && text.size() > ending.size() && text.ends_with(ending)) {
      const fs::path finished = text.substr(0, text.size() - ending.size());
      if (!is_found(finished / kManifestName)) throw unfinished(finished, model);
      throw UserError(ExitCode::kNoInput, text + ": is an unfinished training, not a model",
                      "The best model so far is " + finished.string() + ".");
    }
    throw UserError(ExitCode::kNoInput, text + ": is not a Fovea model: " + kManifestName + " is missing in it",
                    "Name the folder that fovea train … --out wrote.");
  }
  return read_folder(model, Kind::kModel, "Copy the model again from where it is whole, or train it again.");
}

}  // namespace

Files load_model(const fs::path& given) {
  const fs::path model = plain_path(given);
  struct stat before {
  }, after{};
  for (int attempt = 0;; ++attempt) {
    ::stat(model.c_str(), &before);
    try {
      return read_model(model);
    } catch (const UserError&) {
      // A training may have put its new model here while the old one was read: then read the new one.
      const bool replaced = ::stat(model.c_str(), &after) == 0 && before.st_ino != after.st_ino;
      if (!replaced || attempt == 2) throw;
    }
  }
}

const std::string& file_of(const Files& files, const std::string& name, const std::string& folder) {
  const auto found = files.find(name);
  if (found == files.end()) throw UserError(ExitCode::kBadData, folder + ": " + name + " is missing", kRestore);
  return found->second;
}

Json json_of(const Files& files, const std::string& name, const std::string& folder) {
  return json_object(file_of(files, name, folder), folder + "/" + name, kRestore);
}

std::string identity(const Files& files) {
  std::string state;
  for (const auto& [name, content] : files) {
    const bool is_record = name.starts_with("metrics.") || name == "manifest.json" || name == "twin.json";
    if (!is_record) state += name + " " + sha256(content) + "\n";
  }
  return sha256(state);
}

}  // namespace fovea::checkpoint
