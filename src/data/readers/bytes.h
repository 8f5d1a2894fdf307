// The bytes of a file, of a gzip file or of standard input, with their hash.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace fovea::data {

struct FileBytes {
  std::string bytes;   // uncompressed
  std::string sha256;  // of the stored bytes, before uncompressing
};

// `path` or "-" for standard input; gzip is recognised by its first bytes, not by its name; several gzip members follow
// each other. Throws UserError: kNoInput when missing, a folder or unreadable; kBadData for a truncated or altered
// gzip.
FileBytes read_bytes(const std::string& path);

// The same for a file too large to be held whole: `take` gets its bytes in order, in pieces that are not empty. Returns
// the hash.
std::string stream_bytes(const std::string& path, const std::function<void(std::string_view piece)>& take);

}  // namespace fovea::data
