#include "support/scratch.h"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include <stdlib.h>

namespace fovea::test {

Scratch::Scratch() {
  std::string pattern = (std::filesystem::temp_directory_path() / "fovea_test_XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("no scratch folder: " + pattern);
  path_ = pattern;
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Scratch::write(const std::string& name, const std::string& content) const {
  const std::filesystem::path where = path_ / name;
  std::filesystem::create_directories(where.parent_path());
  std::ofstream(where, std::ios::binary) << content;
  return where.string();
}

std::optional<std::string> real_data(const std::string& name) {
  const char* set = std::getenv("FOVEA_DATA");
  const std::filesystem::path root = set ? set : FOVEA_SOURCE_DIR "/../shared/data";
  const std::filesystem::path path = root / name;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return path.string();
}

}  // namespace fovea::test
