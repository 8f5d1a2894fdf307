// Files, written whole or not at all, and their SHA-256.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace fovea {

// The whole file. Throws UserError (kNoInput) when it is missing, a folder or unreadable, naming it.
std::string read_file(const std::filesystem::path& path);

// Whether something stands at `path`, links followed. Throws UserError (kCannotWrite) where that cannot be found out: a
// folder on the way that may not be looked into, links that lead in a circle.
bool is_there(const std::filesystem::path& path);

// Writes `content` to a temporary name beside `path`, flushes it to the disk, renames it over `path` and flushes the
// name where the system lets the folder be flushed. Where `path` is a link, the file that it leads to is written; a
// file that was there keeps its permissions. Throws UserError (kCannotWrite) naming the path and the system's reason;
// then nothing is left behind.
void write_file(const std::filesystem::path& path, std::string_view content);

// Throws UserError (kCannotWrite) where write_file would for want of a folder that can be written: to be asked before
// long work.
void require_place_for(const std::filesystem::path& path);

// As write_file, without the temporary name: for files inside a folder that is itself committed later.
void write_new_file(const std::filesystem::path& path, std::string_view content);

// The same of content that arrives in pieces. All throw UserError (kCannotWrite) naming the path and the system's
// reason.
class NewFile {
 public:
  explicit NewFile(const std::filesystem::path& path);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  void add(std::string_view bytes);
  void flush();  // to the disk; without it the file may be lost

 private:
  std::filesystem::path path_;
  int descriptor_;
};

// Flushes a folder's entries to the disk. Throws UserError (kCannotWrite).
void flush_folder(const std::filesystem::path& folder);

// Lower-case hexadecimal SHA-256 (64 characters).
std::string sha256(std::string_view bytes);

// SHA-256 of something that arrives in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  std::string hex();  // ends the sum; add() may not follow

 private:
  void* context_;
};

}  // namespace fovea
