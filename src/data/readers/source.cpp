#include "data/readers/source.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/errors.h"
#include "data/readers/bytes.h"
#include "data/readers/messages.h"
#include "data/readers/utf8.h"

namespace fovea::data {
namespace {

using std::string_view_literals::operator""sv;

struct Signature {
  std::string_view magic;
  const char* is;
  const char* remedy;
};

// UTF-32 stands before UTF-16, whose mark its own begins with.
constexpr std::array kSignatures = {
    Signature{"\xFF\xFE\0\0"sv, "is UTF-32, not UTF-8", "Convert it: iconv -f UTF-32 -t UTF-8 FILE > NEW."},
    Signature{"\0\0\xFE\xFF"sv, "is UTF-32, not UTF-8", "Convert it: iconv -f UTF-32 -t UTF-8 FILE > NEW."},
    Signature{"\xFF\xFE"sv, "is UTF-16, not UTF-8", "Convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW."},
    Signature{"\xFE\xFF"sv, "is UTF-16, not UTF-8", "Convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW."},
    Signature{"\x1f\x8b"sv, "is gzip inside gzip", "Uncompress it once: gzip -dc FILE > NEW.gz."},
    Signature{"PK\x03\x04"sv, "is a ZIP archive or a spreadsheet (.xlsx, .ods), not text",
              "Unpack it, or save the sheet as CSV in UTF-8."},
    Signature{"\xD0\xCF\x11\xE0"sv, "is an old Office file (.xls), not text", "Save the sheet as CSV in UTF-8."},
    Signature{"\xFD"
              "7zXZ"sv,
              "is compressed with xz", "Uncompress it: xz -dc FILE > NEW. Fovea reads gzip or plain text."},
    Signature{"BZh"sv, "is compressed with bzip2",
              "Uncompress it: bzip2 -dc FILE > NEW. Fovea reads gzip or plain text."},
    Signature{"\x28\xB5\x2F\xFD"sv, "is compressed with zstd",
              "Uncompress it: zstd -dc FILE > NEW. Fovea reads gzip or plain text."},
    Signature{"PAR1"sv, "is a Parquet file, not text", "Write it as CSV or JSONL first."},
    Signature{"%PDF-"sv, "is a PDF, not text", "Extract its text into a table first."},
};

UserError refused(const std::string& path, const std::string& what, const std::string& remedy) {
  return UserError(ExitCode::kBadData, shown_path(path) + ": " + what, remedy);
}

void refuse_signatures(const std::string& path, std::string_view bytes) {
  for (const Signature& signature : kSignatures) {
    if (!bytes.starts_with(signature.magic)) continue;
    // "BZh" and "PAR1" are also how a sentence may begin.
    if (static_cast<unsigned char>(signature.magic[0]) < 0x80 && signature.magic != "%PDF-" &&
        bytes.find('\0') == std::string_view::npos && is_utf8(bytes)) {
      continue;
    }
    throw refused(path, signature.is, signature.remedy);
  }
}

// Which of the offsets modulo 4 hold NUL bytes, and how many there are.
struct NulPattern {
  std::array<int64_t, 4> at{};
  int64_t total = 0;
};

NulPattern find_nuls(std::string_view bytes) {
  NulPattern pattern;
  for (size_t i = bytes.find('\0'); i != std::string_view::npos; i = bytes.find('\0', i + 1)) {
    ++pattern.at[i % 4];
    ++pattern.total;
  }
  return pattern;
}

// Without a byte order mark, wide encodings show in where their NUL bytes stand: the upper half of every ASCII letter.
void refuse_nuls(const std::string& path, std::string_view bytes) {
  const NulPattern nuls = find_nuls(bytes);
  if (nuls.total == 0) return;
  const int64_t size = static_cast<int64_t>(bytes.size());
  const int64_t odd = nuls.at[1] + nuls.at[3];
  if (nuls.total * 10 >= size * 6 && size % 4 == 0 && (nuls.at[0] == 0 || nuls.at[3] == 0)) {
    const char* name = nuls.at[0] == 0 ? "UTF-32LE" : "UTF-32BE";
    throw refused(path, std::string("is UTF-32, not UTF-8 (no byte order mark; its NUL bytes show it)"),
                  std::string("Convert it: iconv -f ") + name + " -t UTF-8 FILE > NEW.");
  }
  const bool one_sided = odd == 0 || odd == nuls.total;
  if (one_sided && size % 2 == 0 && (nuls.total * 5 >= size || (nuls.total >= 2 && !is_utf8(bytes)))) {
    const char* name = odd == 0 ? "UTF-16BE" : "UTF-16LE";
    throw refused(path, std::string("is UTF-16, not UTF-8 (no byte order mark; its NUL bytes show it)"),
                  std::string("Convert it: iconv -f ") + name + " -t UTF-8 FILE > NEW.");
  }
  const size_t first = bytes.find('\0');
  const int64_t line = 1 + std::count(bytes.begin(), bytes.begin() + static_cast<int64_t>(first), '\n');
  throw UserError(ExitCode::kBadData, shown_place(path, line) + ": holds a NUL byte, so this is not a text file",
                  "Give a text file in UTF-8. If it is one, take the NUL bytes out: tr -d '\\000' < FILE > NEW.");
}

void refuse_blank(const std::string& path, std::string_view bytes) {
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  if (bytes.find_first_not_of(" \t\r\n") != std::string_view::npos) return;
  throw refused(path, "holds nothing but empty lines: no rows", "Give a file with one labelled text per row.");
}

void refuse_lone_carriage_returns(const std::string& path, std::string_view bytes) {
  const size_t first = bytes.find('\r');
  if (first == std::string_view::npos || first + 1 == bytes.size() || bytes.find('\n') != std::string_view::npos)
    return;
  throw refused(path, "its lines end in CR alone (old Macintosh), so it would be one single row",
                "Convert it: tr '\\r' '\\n' < FILE > NEW.");
}

Source checked(const std::string& path, SpilledBytes spilled, std::string sha256) {
  spilled.finish();
  const std::string_view bytes = spilled.all();
  if (bytes.empty()) throw refused(path, "is empty: no rows", "Give a file with one labelled text per row.");
  refuse_foreign_bytes(path, bytes);
  refuse_blank(path, bytes);
  refuse_lone_carriage_returns(path, bytes);
  Source source;
  source.path = path;
  source.had_bom = bytes.starts_with(kByteOrderMark);
  source.had_crlf = bytes.find("\r\n") != std::string::npos;
  source.is_utf8 = is_utf8(bytes);
  source.bytes = std::move(spilled);
  source.sha256 = std::move(sha256);
  return source;
}

}  // namespace

std::string_view Source::name() const {
  std::string_view name = path;
  name.remove_prefix(std::min(name.find_last_of('/') + 1, name.size()));
  if (name.ends_with(".gz")) name.remove_suffix(3);
  return name;
}

void refuse_foreign_bytes(const std::string& path, std::string_view bytes) {
  refuse_signatures(path, bytes);
  refuse_nuls(path, bytes);
}

Source make_source(const std::string& path, std::string_view bytes, std::string sha256) {
  SpilledBytes kept;
  kept.add(bytes);
  return checked(path, std::move(kept), std::move(sha256));
}

Source read_source(const std::string& path, const SpillOptions& spill) {
  SpilledBytes bytes(spill);
  std::string sha256 = stream_bytes(path, [&](std::string_view piece) { bytes.add(piece); });
  return checked(path, std::move(bytes), std::move(sha256));
}

}  // namespace fovea::data
