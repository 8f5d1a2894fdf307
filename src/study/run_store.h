// The folder of a study: a file per finished training, found again by what it was a training of.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/json.h"
#include "study/run.h"

namespace fovea::study {

class RunStore {
 public:
  // Makes `folder` where it is missing. Throws UserError (kCannotWrite) where something stands there that no study has
  // made. `anew` removes the trainings of an earlier study, and nothing else.
  RunStore(const std::filesystem::path& folder, bool anew);

  // The training of `key`, a hash of all that decides its outcome; nothing where there is none or its file is damaged.
  std::optional<Run> find(const std::string& key) const;

  // `settings` says in words what it was a training of, for whoever opens the file.
  void keep(const std::string& key, const Json& settings, const Run& run) const;

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path place(const std::string& key) const;

  std::filesystem::path folder_;
};

}  // namespace fovea::study
