// Named arrays in the safetensors format (docs/formats.md): 8 bytes little-endian header length, JSON header, raw data.
// Nothing in such a file can run code.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/files.h"

namespace fovea::checkpoint {

enum class ElementType { kFloat32, kFloat64, kInt64, kInt32, kInt8, kUint8 };  // "F32", "F64", "I64", "I32", "I8", "U8"

size_t element_size(ElementType type);

struct NamedArray {
  std::string name;
  ElementType type = ElementType::kFloat32;
  std::vector<int64_t> shape;
  std::string bytes;  // row-major, little-endian; size = product(shape) * element_size
};

struct ArrayFile {
  std::vector<NamedArray> arrays;                       // in the order of the file's offsets
  std::map<std::string, std::string> metadata;          // __metadata__
  const NamedArray* find(std::string_view name) const;  // nullptr where there is none
};

// An array whose bytes lie elsewhere, and stay there while it is used.
struct ArrayView {
  std::string name;
  ElementType type = ElementType::kFloat32;
  std::vector<int64_t> shape;
  std::string_view bytes;  // as in NamedArray
};

struct ArrayViews {
  std::vector<ArrayView> arrays;                       // in the order of the file's offsets
  std::map<std::string, std::string> metadata;         // __metadata__
  const ArrayView* find(std::string_view name) const;  // nullptr where there is none
};

std::string serialize_arrays(const ArrayFile& file);

// What serialize_arrays() makes, handed to `sink` in pieces: no array is copied.
void write_arrays(std::span<const ArrayView> arrays, const std::map<std::string, std::string>& metadata,
                  const Sink& sink);

// Throws UserError (kBadData) beginning with `name` for every way a file can be wrong: shorter than its header says,
// header not JSON, over 100 MB of header, overlapping or uncovered offsets, a size that disagrees with shape and type,
// an unknown type, a negative or overflowing shape, a name twice.
ArrayFile parse_arrays(std::string_view content, const std::string& name);
// The same without a copy: the bytes are those of `content`.
ArrayViews view_arrays(std::string_view content, const std::string& name);

}  // namespace fovea::checkpoint
