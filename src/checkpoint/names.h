// Where the training of a model stands, beside the model.
#pragma once

#include <filesystem>

namespace fovea::checkpoint {

inline std::filesystem::path partial_of(const std::filesystem::path& model) {
  return model.string() + ".partial";
}

// The mark of a committed state: it names it.
inline std::filesystem::path current_of(const std::filesystem::path& partial) {
  return partial / "state" / "CURRENT";
}

inline bool is_found(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

}  // namespace fovea::checkpoint
