// One process at a time: an advisory lock on a file, which the system releases when its holder ends, however it ends.
#pragma once

#include <filesystem>

namespace fovea::checkpoint {

class Lock {
 public:
  // Makes the file if need be and locks it. Throws UserError (kCannotWrite), beginning with `place`, when another live
  // process holds it. On a file system that knows no locks it warns and goes on.
  Lock(const std::filesystem::path& path, const std::filesystem::path& place);
  ~Lock();
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace fovea::checkpoint
