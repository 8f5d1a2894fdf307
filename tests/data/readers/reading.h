// Reads a text as a file of a given name: what the tests of this folder share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/errors.h"
#include "data/readers/record.h"
#include "data/readers/table.h"
#include "support/scratch.h"

namespace fovea::data {

inline Table read_as(const std::string& name, const std::string& content, const TableOptions& options = {}) {
  const test::Scratch scratch;
  return read_table({scratch.write(name, content)}, options);
}

// The error that `call` throws; a test failure when it throws none.
template <typename Call>
std::optional<UserError> error_of(Call call) {
  try {
    call();
  } catch (const UserError& error) {
    return error;
  }
  ADD_FAILURE() << "no UserError was thrown";
  return std::nullopt;
}

inline std::vector<Record> all_records(RecordReader* reader, std::vector<std::vector<std::string>>* cells) {
  std::vector<Record> records;
  Record record;
  while (reader->next(&record)) {
    cells->emplace_back();
    for (const Cell& cell : record.cells) cells->back().emplace_back(cell.text);
    records.push_back(record);
  }
  return records;
}

inline std::string gzip(const std::string& plain) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, plain.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace fovea::data
