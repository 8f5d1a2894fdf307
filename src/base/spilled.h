// A long row of values that is written once, one after the other, and then read anywhere. A short one is kept in
// memory; a long one lies in a file that is mapped, so that the system holds those pages that are being used and no
// more.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

namespace fovea {

// Where what is too long for memory goes. The files there have no names, so nothing of them is left however the program
// ends.
struct SpillOptions {
  std::filesystem::path folder;    // "": everything stays in memory
  size_t kept = size_t{16} << 20;  // bytes of one row that do, at most
};

class SpilledBytes {
 public:
  explicit SpilledBytes(SpillOptions options = {}) : options_(std::move(options)) {}
  ~SpilledBytes();
  SpilledBytes(SpilledBytes&& other) noexcept { swap(other); }
  SpilledBytes& operator=(SpilledBytes&& other) noexcept {
    swap(other);
    return *this;
  }

  // Throws UserError (kCannotWrite) where the folder has no room or may not be written.
  void add(std::string_view bytes);
  // Nothing is added any more. Until then only what is in memory can be read.
  void finish();

  size_t size() const { return size_; }
  bool in_memory() const { return file_ < 0; }
  std::string_view all() const;  // valid until the next add() or finish()

 private:
  void swap(SpilledBytes& other) noexcept;
  void write_waiting();

  SpillOptions options_;
  size_t size_ = 0;
  std::string waiting_;  // in memory, or what is still to be written to the file
  int file_ = -1;
  void* mapped_ = nullptr;
};

// The same of values of one kind.
template <typename T>
class Spilled {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit Spilled(SpillOptions options = {}) : bytes_(std::move(options)) {}

  void add(std::span<const T> values) {
    bytes_.add({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
  }
  void add(const T& value) { add(std::span(&value, 1)); }
  void finish() { bytes_.finish(); }

  int64_t size() const { return static_cast<int64_t>(bytes_.size() / sizeof(T)); }
  bool in_memory() const { return bytes_.in_memory(); }
  std::span<const T> all() const {
    return {reinterpret_cast<const T*>(bytes_.all().data()), static_cast<size_t>(size())};
  }
  const T& operator[](int64_t at) const { return all()[static_cast<size_t>(at)]; }

 private:
  SpilledBytes bytes_;
};

}  // namespace fovea
