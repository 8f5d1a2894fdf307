// flock belongs to the open file, not to the process, so two holders in one process exclude each other too.
#include "checkpoint/lock.h"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/log.h"

namespace fovea::checkpoint {
namespace {

// The holder writes its number into the file, for the message of whoever comes second.
std::string holder(int descriptor) {
  char text[32] = {};
  const ssize_t size = ::pread(descriptor, text, sizeof text - 1, 0);
  const std::string number(text, size > 0 ? std::strspn(text, "0123456789") : 0);
  return number.empty() ? "another process" : "process " + number;
}

// The lock counts only while the path still leads to the locked file: its last holder may have removed the folder
// between our open and our lock.
bool still_there(int descriptor, const std::filesystem::path& path) {
  struct stat locked {
  }, named{};
  return ::fstat(descriptor, &locked) == 0 && ::stat(path.c_str(), &named) == 0 && locked.st_ino == named.st_ino &&
         locked.st_dev == named.st_dev;
}

}  // namespace

Lock::Lock(const std::filesystem::path& path, const std::filesystem::path& place) {
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    throw UserError(ExitCode::kCannotWrite, place.string() + ": cannot be locked: " + std::strerror(errno),
                    "Check that you may write there.");
  }
  int failed = 0;
  while ((failed = ::flock(descriptor_, LOCK_EX | LOCK_NB)) != 0 && errno == EINTR) {
  }
  const int reason = failed ? errno : 0;
  if (reason == EWOULDBLOCK || (!failed && !still_there(descriptor_, path))) {
    const std::string who = holder(descriptor_);
    ::close(descriptor_);
    throw UserError(ExitCode::kCannotWrite, place.string() + ": " + who + " is training this model",
                    "Wait until it ends, stop it, or give another --out.");
  }
  if (failed) log::warn(place.string() + ": cannot be locked (" + std::strerror(reason) + "); train it once at a time");
  const std::string number = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor_, 0) != 0 || ::pwrite(descriptor_, number.data(), number.size(), 0) < 0) {
    log::verbose(place.string() + ": the lock does not name its holder: " + std::strerror(errno));
  }
}

Lock::~Lock() {
  ::close(descriptor_);
}

}  // namespace fovea::checkpoint
