// One file as valid input: read, uncompressed, and refused in words when it is not UTF-8 text at all.
#pragma once

#include <string>
#include <string_view>

#include "base/spilled.h"

namespace fovea::data {

struct Source {
  std::string path;
  SpilledBytes bytes;  // as stored, uncompressed
  std::string sha256;
  bool had_bom = false;
  bool had_crlf = false;
  bool is_utf8 = true;  // false: single bytes are wrong and are to be replaced where they are met

  std::string_view text() const { return bytes.all().substr(had_bom ? 3 : 0); }
  std::string_view name() const;  // the file's name, without ".gz"
};

// Throws as read_bytes does, and UserError (kBadData) for an empty file, UTF-16, UTF-32, NUL bytes, other compressions
// and archives, and lines that end in CR alone. spill: where a long file goes, uncompressed.
Source read_source(const std::string& path, const SpillOptions& spill = {});

// The same for bytes at hand; `path` is for messages.
Source make_source(const std::string& path, std::string_view bytes, std::string sha256);

// The part of that which any file of texts must keep: throws for UTF-16, UTF-32, NUL bytes, other compressions and
// archives.
void refuse_foreign_bytes(const std::string& path, std::string_view bytes);

}  // namespace fovea::data
