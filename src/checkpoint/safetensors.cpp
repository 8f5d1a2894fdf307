// Writing and reading of the safetensors format. Reading trusts nothing: every number of the header is checked before
// it is used.
#include "checkpoint/safetensors.h"

#include <algorithm>
#include <limits>

#include "base/errors.h"
#include "base/json.h"

namespace fovea::checkpoint {
namespace {

constexpr uint64_t kLengthBytes = 8;
constexpr uint64_t kMaxHeader = 100'000'000;  // the limit of the format's own library
// Header → array → shape. The largest models that are known have some ten thousand arrays, of eight values each.
constexpr JsonLimits kHeaderLimits = {.most_bytes = kMaxHeader, .most_levels = 3, .most_values = 1'000'000};

struct TypeName {
  ElementType type;
  const char* name;
  size_t size;
};
constexpr TypeName kTypes[] = {{ElementType::kFloat32, "F32", 4}, {ElementType::kFloat64, "F64", 8},
                               {ElementType::kInt64, "I64", 8},   {ElementType::kInt32, "I32", 4},
                               {ElementType::kInt8, "I8", 1},     {ElementType::kUint8, "U8", 1}};

const TypeName& type_entry(ElementType type) {
  for (const TypeName& entry : kTypes) {
    if (entry.type == type) return entry;
  }
  throw InternalError("an element type without a name");
}

// Bytes of an array of that shape; false where the product does not fit.
bool byte_size(const std::vector<int64_t>& shape, size_t element, uint64_t& size) {
  uint64_t total = element;
  for (const int64_t extent : shape) {
    if (extent != 0 && total > std::numeric_limits<int64_t>::max() / static_cast<uint64_t>(extent)) return false;
    total *= static_cast<uint64_t>(extent);
  }
  size = total;
  return true;
}

// The arrays of a file while it is read, with the place in the data of each.
class Reader {
 public:
  Reader(std::string_view content, const std::string& name) : content_(content), name_(name) {}

  ArrayViews read() {
    const std::string_view header_text = header();
    data_ = content_.substr(kLengthBytes + header_text.size());
    const Json header = parse_header(header_text);
    for (const auto& [key, value] : header.items()) {
      if (key == "__metadata__") {
        read_metadata(value);
      } else {
        read_array(key, value);
      }
    }
    place_arrays();
    return std::move(file_);
  }

 private:
  struct Place {
    uint64_t begin = 0, end = 0;
    size_t array = 0;
  };

  [[noreturn]] void refuse(const std::string& what) const {
    throw UserError(ExitCode::kBadData, name_ + ": " + what,
                    "The file is damaged or is not a safetensors file; get it anew from where it came.");
  }
  [[noreturn]] void refuse_array(const std::string& array, const std::string& what) const {
    refuse("array " + shown(array) + ": " + what);
  }

  std::string_view header() const {
    if (content_.size() < kLengthBytes) {
      refuse("is truncated: " + std::to_string(content_.size()) + " bytes, the length of its header takes 8");
    }
    uint64_t length = 0;
    for (size_t i = 0; i < kLengthBytes; ++i) {
      length |= static_cast<uint64_t>(static_cast<unsigned char>(content_[i])) << (8 * i);
    }
    if (length > kMaxHeader) {
      refuse("says that its header has " + std::to_string(length) + " bytes, more than the 100 MB allowed");
    }
    if (length > content_.size() - kLengthBytes) {
      refuse("is truncated: its header should have " + std::to_string(length) + " bytes, only " +
             std::to_string(content_.size() - kLengthBytes) + " follow");
    }
    return content_.substr(kLengthBytes, length);
  }

  Json parse_header(std::string_view text) const {
    try {
      Json header = parse_json(text, kHeaderLimits, kLengthBytes);
      if (!header.is_object()) throw JsonFault("is not a JSON object");
      return header;
    } catch (const JsonFault& fault) {
      refuse(std::string("its header ") + fault.what());
    }
  }

  void read_metadata(const Json& value) {
    if (!value.is_object()) refuse("__metadata__ is not a JSON object");
    for (const auto& [key, text] : value.items()) {
      if (!text.is_string()) refuse("__metadata__ " + shown(key) + " is not a text");
      file_.metadata[key] = text.get<std::string>();
    }
  }

  void read_array(const std::string& name, const Json& entry) {
    if (!entry.is_object()) refuse_array(name, "its entry is not a JSON object");
    for (const auto& [key, value] : entry.items()) {
      if (key != "dtype" && key != "shape" && key != "data_offsets") {
        refuse_array(name, "unknown entry " + shown(key));
      }
    }
    for (const char* key : {"dtype", "shape", "data_offsets"}) {
      if (!entry.contains(key)) refuse_array(name, std::string(key) + " is missing");
    }
    ArrayView array;
    array.name = name;
    array.type = read_type(name, entry["dtype"]);
    array.shape = read_shape(name, entry["shape"]);
    const Place place = read_place(name, entry["data_offsets"]);
    uint64_t expected = 0;
    if (!byte_size(array.shape, element_size(array.type), expected)) {
      refuse_array(name, "its shape " + shown(array.shape) + " overflows");
    }
    if (expected != place.end - place.begin) {
      refuse_array(name, "has " + std::to_string(place.end - place.begin) + " bytes, its shape " + shown(array.shape) +
                             " of " + type_entry(array.type).name + " needs " + std::to_string(expected));
    }
    file_.arrays.push_back(std::move(array));
    places_.push_back(place);
  }

  ElementType read_type(const std::string& name, const Json& value) const {
    for (const TypeName& entry : kTypes) {
      if (value == entry.name) return entry.type;
    }
    refuse_array(name, "unknown type " + shown(value) + " (known: F32, F64, I64, I32, I8, U8)");
  }

  std::vector<int64_t> read_shape(const std::string& name, const Json& value) const {
    if (!value.is_array()) refuse_array(name, "shape is not a list");
    std::vector<int64_t> shape;
    for (const Json& extent : value) {
      if (!extent.is_number_unsigned() || extent.get<uint64_t>() > std::numeric_limits<int64_t>::max()) {
        refuse_array(name, "shape holds " + shown(extent) + ", not a whole number from 0 up");
      }
      shape.push_back(extent.get<int64_t>());
    }
    return shape;
  }

  Place read_place(const std::string& name, const Json& value) const {
    if (!value.is_array() || value.size() != 2 || !value[0].is_number_unsigned() || !value[1].is_number_unsigned()) {
      refuse_array(name, "data_offsets is not a pair of whole numbers from 0 up");
    }
    const Place place{value[0].get<uint64_t>(), value[1].get<uint64_t>(), file_.arrays.size()};
    if (place.begin > place.end) refuse_array(name, "data_offsets " + shown(value) + " run backwards");
    if (place.end > data_.size()) {
      refuse_array(name, "is truncated: it ends at byte " + std::to_string(place.end) + " of the data, which has " +
                             std::to_string(data_.size()));
    }
    return place;
  }

  // Arrays must tile the data: each begins where the one before it ends, and the last ends with the file.
  void place_arrays() {
    std::stable_sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) {
      return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
    });
    std::vector<ArrayView> ordered;
    uint64_t reached = 0;
    for (const Place& place : places_) {
      ArrayView& array = file_.arrays[place.array];
      if (place.begin < reached) refuse_array(array.name, "overlaps the array before it");
      if (place.begin > reached) {
        refuse_array(array.name, std::to_string(place.begin - reached) + " bytes before it belong to no array");
      }
      reached = place.end;
    }
    if (reached != data_.size()) {
      refuse("the last " + std::to_string(data_.size() - reached) + " bytes belong to no array");
    }
    for (const Place& place : places_) {
      ArrayView& array = file_.arrays[place.array];
      array.bytes = data_.substr(place.begin, place.end - place.begin);
      ordered.push_back(std::move(array));
    }
    file_.arrays = std::move(ordered);
  }

  std::string_view content_, data_;
  std::string name_;
  ArrayViews file_;
  std::vector<Place> places_;
};

Json header_of(const std::map<std::string, std::string>& metadata, const std::vector<const ArrayView*>& ordered) {
  Json header = Json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  uint64_t offset = 0;
  for (const ArrayView* array : ordered) {
    uint64_t size = 0;
    for (const int64_t extent : array->shape) FOVEA_CHECK(extent >= 0, array->name, extent);
    FOVEA_CHECK(byte_size(array->shape, element_size(array->type), size), array->name);
    FOVEA_CHECK(size == array->bytes.size(), array->name, size, array->bytes.size());
    FOVEA_CHECK(array->name != "__metadata__" && !header.contains(array->name), "array name taken:", array->name);
    header[array->name] = {
        {"dtype", type_entry(array->type).name}, {"shape", array->shape}, {"data_offsets", {offset, offset + size}}};
    offset += size;
  }
  return header;
}

}  // namespace

size_t element_size(ElementType type) {
  return type_entry(type).size;
}

const NamedArray* ArrayFile::find(std::string_view name) const {
  for (const NamedArray& array : arrays) {
    if (array.name == name) return &array;
  }
  return nullptr;
}

const ArrayView* ArrayViews::find(std::string_view name) const {
  for (const ArrayView& array : arrays) {
    if (array.name == name) return &array;
  }
  return nullptr;
}

std::string serialize_arrays(const ArrayFile& file) {
  std::vector<ArrayView> views;
  for (const NamedArray& array : file.arrays) views.push_back({array.name, array.type, array.shape, array.bytes});
  std::string content;
  write_arrays(views, file.metadata, [&](std::string_view bytes) { content += bytes; });
  return content;
}

void write_arrays(std::span<const ArrayView> arrays, const std::map<std::string, std::string>& metadata,
                  const Sink& sink) {
  std::vector<const ArrayView*> ordered;
  for (const ArrayView& array : arrays) ordered.push_back(&array);
  // Wide elements first: every array is then aligned to its element, which other readers rely on.
  std::stable_sort(ordered.begin(), ordered.end(), [](const ArrayView* a, const ArrayView* b) {
    return element_size(a->type) > element_size(b->type);
  });

  std::string header;
  try {
    header = header_of(metadata, ordered).dump();
  } catch (const Json::type_error& error) {
    throw InternalError(std::string("an array name or metadata that is not UTF-8: ") + error.what());
  }
  header.resize((header.size() + kLengthBytes - 1) / kLengthBytes * kLengthBytes, ' ');

  std::string length;
  for (size_t i = 0; i < kLengthBytes; ++i) {
    length += static_cast<char>((static_cast<uint64_t>(header.size()) >> (8 * i)) & 0xff);
  }
  sink(length);
  sink(header);
  for (const ArrayView* array : ordered) sink(array->bytes);
}

ArrayViews view_arrays(std::string_view content, const std::string& name) {
  return Reader(content, name).read();
}

ArrayFile parse_arrays(std::string_view content, const std::string& name) {
  ArrayViews views = view_arrays(content, name);
  ArrayFile file;
  for (const ArrayView& view : views.arrays) {
    file.arrays.push_back({view.name, view.type, view.shape, std::string(view.bytes)});
  }
  file.metadata = std::move(views.metadata);
  return file;
}

}  // namespace fovea::checkpoint
