#include "data/readers/bytes.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/files.h"
#include "data/readers/gzip.h"
#include "data/readers/messages.h"

namespace fovea::data {
namespace {

constexpr size_t kReadChunk = size_t{1} << 20;

// Standard input is not ours to close.
class InputDescriptor {
 public:
  explicit InputDescriptor(const std::string& path)
      : owned_(path != "-"), value_(owned_ ? ::open(path.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO) {}
  ~InputDescriptor() {
    if (owned_ && value_ >= 0) ::close(value_);
  }
  InputDescriptor(const InputDescriptor&) = delete;
  InputDescriptor& operator=(const InputDescriptor&) = delete;
  int value() const { return value_; }

 private:
  bool owned_;
  int value_;
};

UserError cannot_read(const std::string& path, int reason) {
  if (reason == ENOENT || reason == ENOTDIR) {
    return UserError(ExitCode::kNoInput, shown_path(path) + ": no such file",
                     "Check the name and the folder you are in.");
  }
  if (reason == EISDIR) {
    return UserError(ExitCode::kNoInput, shown_path(path) + ": is a folder, not a file",
                     "Name the file inside it that holds the texts.");
  }
  return UserError(ExitCode::kNoInput, shown_path(path) + ": cannot be read: " + std::strerror(reason));
}

}  // namespace

std::string stream_bytes(const std::string& path, const std::function<void(std::string_view piece)>& take) {
  const InputDescriptor input(path);
  struct stat about {};
  if (input.value() < 0 || ::fstat(input.value(), &about) != 0) throw cannot_read(path, errno);
  if (S_ISDIR(about.st_mode)) throw cannot_read(path, EISDIR);

  Sha256 sum;
  std::string inflated;
  GunzipStream gunzip(path, &inflated);
  std::string chunk(kReadChunk, '\0');
  size_t filled = 0;  // a pipe may give the two magic bytes one at a time
  bool plain = false, zipped = false;
  while (true) {
    const ssize_t got = ::read(input.value(), chunk.data() + filled, chunk.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw cannot_read(path, errno);
    sum.add({chunk.data() + filled, static_cast<size_t>(got)});
    filled += static_cast<size_t>(got);
    if (!plain && !zipped && (filled >= kGzipMagic.size() || got == 0)) {
      zipped = std::string_view(chunk.data(), filled).substr(0, kGzipMagic.size()) == kGzipMagic;
      plain = !zipped;
    }
    if (plain && filled > 0) take({chunk.data(), filled});
    if (zipped) gunzip.add({chunk.data(), filled});
    if (!inflated.empty()) take(inflated);
    inflated.clear();
    if (plain || zipped) filled = 0;
    if (got == 0) break;
  }
  if (zipped) gunzip.end();
  return sum.hex();
}

FileBytes read_bytes(const std::string& path) {
  FileBytes result;
  struct stat about {};
  if (path != "-" && ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode)) {
    result.bytes.reserve(static_cast<size_t>(about.st_size));
  }
  result.sha256 = stream_bytes(path, [&](std::string_view piece) { result.bytes.append(piece); });
  return result;
}

}  // namespace fovea::data
