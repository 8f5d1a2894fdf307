#include "base/spilled.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/errors.h"

namespace fovea {
namespace {

constexpr size_t kAtOnce = size_t{1} << 20;  // bytes of one write

UserError no_room(const std::filesystem::path& folder) {
  return UserError(
      ExitCode::kCannotWrite,
      folder.string() + ": cannot write a file there for what is too much for memory: " + std::strerror(errno),
      "Check that the folder exists, that you may write there and that the disk has room.");
}

int nameless_file(const std::filesystem::path& folder) {
  int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  // Not every file system has nameless files: one whose name is taken away at once is the same.
  std::string name = (folder / "fovea-XXXXXX").string();
  file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) throw no_room(folder);
  ::unlink(name.c_str());
  return file;
}

}  // namespace

SpilledBytes::~SpilledBytes() {
  if (mapped_) ::munmap(mapped_, size_);
  if (file_ >= 0) ::close(file_);
}

void SpilledBytes::swap(SpilledBytes& other) noexcept {
  std::swap(options_, other.options_);
  std::swap(size_, other.size_);
  std::swap(waiting_, other.waiting_);
  std::swap(file_, other.file_);
  std::swap(mapped_, other.mapped_);
}

void SpilledBytes::add(std::string_view bytes) {
  FOVEA_CHECK(!mapped_, "bytes after the end of", size_);
  waiting_ += bytes;
  size_ += bytes.size();
  if (file_ < 0) {
    if (size_ <= options_.kept || options_.folder.empty()) return;
    file_ = nameless_file(options_.folder);
  }
  if (waiting_.size() >= kAtOnce || waiting_.capacity() > 2 * kAtOnce) write_waiting();
}

void SpilledBytes::write_waiting() {
  std::string_view rest = waiting_;
  while (!rest.empty()) {
    const ssize_t wrote = ::write(file_, rest.data(), rest.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) throw no_room(options_.folder);
    rest.remove_prefix(static_cast<size_t>(wrote));
  }
  // What was in memory before the file was needed is given back.
  waiting_ = std::string();
  waiting_.reserve(kAtOnce);
}

void SpilledBytes::finish() {
  if (file_ < 0 || mapped_) return;
  write_waiting();
  waiting_ = std::string();
  void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file_, 0);
  if (mapped == MAP_FAILED) throw no_room(options_.folder);
  mapped_ = mapped;
}

std::string_view SpilledBytes::all() const {
  if (file_ < 0) return waiting_;
  FOVEA_CHECK(mapped_ != nullptr, "bytes in a file are read before their end is known");
  return {static_cast<const char*>(mapped_), size_};
}

}  // namespace fovea
