// The calls of the C library that change the disk, replaced for a test program that includes this in one file: each can
// end the process, or fail, at a chosen call. Flushes are noted but not carried out, which a stopped process (unlike a
// stopped machine) cannot tell; what a power failure would lose is kept in `faults.unsafe`.
#pragma once

#include <cerrno>
#include <cstdio>
#include <functional>
#include <map>
#include <set>
#include <string>

#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

constexpr int kStopped = 99;

struct Faults {
  bool active = false;     // calls are counted and noted
  int calls_left = -1;     // the call after so many is hit; -1: none
  bool fail_only = false;  // the hit call fails with "no space left" instead of ending the process
  bool no_exchange = false;
  int hits = 0;
  int interrupts_left = 0;       // so many writes are interrupted by a signal before they write anything
  std::set<std::string> unsafe;  // what a power failure would lose now: contents (path) and names (path + " in folder")
  std::map<int, std::string> open_paths;
  std::function<void(const std::string&)> before_rename_to;
};
Faults faults;

// True where the call shall fail.
bool hit() {
  if (!faults.active || faults.calls_left < 0 || faults.calls_left-- > 0) return false;
  if (!faults.fail_only) ::_exit(kStopped);
  ++faults.hits;
  errno = ENOSPC;
  return true;
}

std::string name_of(const std::string& path) {
  return path + " in folder";
}

void note_rename(const std::string& from, const std::string& to) {
  std::set<std::string> renamed;
  for (const std::string& path : faults.unsafe) {
    renamed.insert(path.starts_with(from) ? to + path.substr(from.size()) : path);
  }
  renamed.insert(name_of(to));
  faults.unsafe = renamed;
}

// A flush makes the content of a file safe, or the names that stand directly in a folder.
void note_flush(const std::string& path) {
  faults.unsafe.erase(path);
  std::erase_if(faults.unsafe, [&](const std::string& entry) {
    return entry.ends_with(" in folder") && entry.substr(0, entry.find_last_of('/')) == path;
  });
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if (flags & O_CREAT) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  const bool writes = faults.active && (flags & O_CREAT);
  if (writes && hit()) return -1;
  struct stat status {};
  const bool made = writes && ::stat(path, &status) != 0;
  const int file = static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
  if (faults.active && file >= 0) faults.open_paths[file] = path;
  if (made) faults.unsafe.insert(name_of(path));
  return file;
}

ssize_t write(int file, const void* bytes, size_t size) {
  if (faults.interrupts_left > 0) {
    --faults.interrupts_left;
    errno = EINTR;
    return -1;
  }
  if (faults.active && hit()) return -1;
  if (faults.active) faults.unsafe.insert(faults.open_paths[file]);
  return ::syscall(SYS_write, file, bytes, size);
}

int fsync(int file) {
  if (hit()) return -1;
  if (faults.active) note_flush(faults.open_paths[file]);
  return 0;
}

int mkdir(const char* path, mode_t mode) noexcept {
  if (hit()) return -1;
  if (faults.active) faults.unsafe.insert(name_of(path));
  return static_cast<int>(::syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}

int rename(const char* from, const char* to) noexcept {
  if (hit()) return -1;
  if (faults.before_rename_to) faults.before_rename_to(to);
  if (faults.active) note_rename(from, to);
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned int flags) noexcept {
  if (faults.no_exchange) {
    errno = EINVAL;
    return -1;
  }
  if (hit()) return -1;
  if (faults.before_rename_to) faults.before_rename_to(to);
  return static_cast<int>(::syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}

int unlink(const char* path) noexcept {
  return hit() ? -1 : static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}

int unlinkat(int folder, const char* path, int flags) noexcept {
  return hit() ? -1 : static_cast<int>(::syscall(SYS_unlinkat, folder, path, flags));
}

int remove(const char* path) noexcept {
  if (hit()) return -1;
  struct stat status {};
  const bool folder = ::lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
  return static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, folder ? AT_REMOVEDIR : 0));
}

int ftruncate(int file, off_t size) noexcept {
  return hit() ? -1 : static_cast<int>(::syscall(SYS_ftruncate, file, size));
}

}  // extern "C"
