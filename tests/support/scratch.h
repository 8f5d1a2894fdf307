// A folder of its own for a test, removed at its end.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace fovea::test {

class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& content) const;  // returns its path

 private:
  std::filesystem::path path_;
};

// `name` below FOVEA_DATA (default ../shared/data beside the source folder), or nothing where it is absent: the caller
// then skips aloud with GTEST_SKIP() << "needs " << name << " under FOVEA_DATA".
std::optional<std::string> real_data(const std::string& name);

}  // namespace fovea::test
