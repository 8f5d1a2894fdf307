// The bytes of a file, of a gzip file or of standard input, with their hash.
#pragma once

#include <string>

namespace fovea::data {

struct FileBytes {
  std::string bytes;   // uncompressed
  std::string sha256;  // of the stored bytes, before uncompressing
};

// `path` or "-" for standard input; gzip is recognised by its first bytes, not by its name; several gzip members follow
// each other. Throws UserError: kNoInput when missing, a folder or unreadable; kBadData for a truncated or altered
// gzip.
FileBytes read_bytes(const std::string& path);

}  // namespace fovea::data
