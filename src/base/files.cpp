#include "base/files.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errors.h"

namespace fovea {
namespace {

std::string system_reason() {
  return std::strerror(errno);
}

UserError cannot_write(const std::filesystem::path& path, const std::string& reason) {
  return UserError(ExitCode::kCannotWrite, path.string() + ": cannot write: " + reason,
                   "Check that the folder exists, that you may write there and that the disk has room.");
}

struct Descriptor {
  int value = -1;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

// These name `shown` in their errors, the file as the caller knows it.
int open_new(const std::filesystem::path& path, const std::filesystem::path& shown) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) throw cannot_write(shown, system_reason());
  return descriptor;
}

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& shown) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(descriptor, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) throw cannot_write(shown, system_reason());
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
}

void flush_file(int descriptor, const std::filesystem::path& shown) {
  if (::fsync(descriptor) != 0 && errno != EINVAL) throw cannot_write(shown, system_reason());
}

void write_through(const std::filesystem::path& path, std::string_view content, const std::filesystem::path& shown) {
  const Descriptor file{open_new(path, shown)};
  write_all(file.value, content, shown);
  flush_file(file.value, shown);
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    throw UserError(ExitCode::kNoInput, path.string() + ": no such file");
  }
  if (std::filesystem::is_directory(path, ignored)) {
    throw UserError(ExitCode::kNoInput, path.string() + ": is a folder, not a file");
  }
  std::ifstream in(path, std::ios::binary);
  std::string content;
  std::array<char, 1 << 16> block;  // by blocks: byte by byte, a model of 40 MB would take half a second
  while (in) {
    in.read(block.data(), block.size());
    content.append(block.data(), static_cast<size_t>(in.gcount()));
  }
  if (!in.eof()) throw UserError(ExitCode::kNoInput, path.string() + ": cannot be read: " + system_reason());
  return content;
}

bool is_there(const std::filesystem::path& path) {
  std::error_code error;
  const bool found = std::filesystem::exists(path, error);
  if (error) throw UserError(ExitCode::kCannotWrite, path.string() + ": cannot be looked at: " + error.message());
  return found;
}

void write_file(const std::filesystem::path& path, std::string_view content) {
  std::error_code error;
  if (std::filesystem::is_symlink(path, error)) {
    const std::filesystem::path target = std::filesystem::weakly_canonical(path, error);
    if (error) throw cannot_write(path, error.message());
    if (!std::filesystem::is_symlink(target, error)) return write_file(target, content);
    return write_file(path.parent_path() / std::filesystem::read_symlink(path), content);  // it leads to no file yet
  }
  if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error)) {
    if (std::filesystem::is_directory(path, error)) throw cannot_write(path, "it is a folder");
    write_through(path, content, path);  // /dev/stdout, a pipe: nothing to rename over
    return;
  }
  const std::filesystem::path temporary = path.string() + ".tmp" + std::to_string(::getpid());
  struct stat before {};
  const bool replaces = ::stat(path.c_str(), &before) == 0;
  try {
    write_through(temporary, content, path);
    if (replaces && ::chmod(temporary.c_str(), before.st_mode & 07777) != 0) throw cannot_write(path, system_reason());
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const std::string reason = system_reason();
    ::unlink(temporary.c_str());
    throw cannot_write(path, reason);
  }
  try {
    flush_folder(path.has_parent_path() ? path.parent_path() : ".");
  } catch (const UserError&) {  // what was to be written stands there
  }
}

void require_place_for(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw cannot_write(path, "it is a folder");
  if (std::filesystem::exists(path, error)) return;
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  if (::access((folder / "").c_str(), W_OK) != 0) throw cannot_write(path, system_reason());
}

void write_new_file(const std::filesystem::path& path, std::string_view content) {
  write_through(path, content, path);
}

NewFile::NewFile(const std::filesystem::path& path) : path_(path), descriptor_(open_new(path, path)) {}

NewFile::~NewFile() {
  ::close(descriptor_);
}

void NewFile::add(std::string_view bytes) {
  write_all(descriptor_, bytes, path_);
}

void NewFile::flush() {
  flush_file(descriptor_, path_);
}

void flush_folder(const std::filesystem::path& folder) {
  Descriptor file{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (file.value < 0) throw cannot_write(folder, system_reason());
  if (::fsync(file.value) != 0 && errno != EINVAL) throw cannot_write(folder, system_reason());
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  FOVEA_CHECK(context_ && EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_));
}

void Sha256::add(std::string_view bytes) {
  FOVEA_CHECK(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  FOVEA_CHECK(EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), digest.data(), &size) == 1);
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

std::string sha256(std::string_view bytes) {
  Sha256 sum;
  sum.add(bytes);
  return sum.hex();
}

}  // namespace fovea
