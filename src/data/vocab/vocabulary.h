// The words a model knows, numbered. Number 0 is every other word.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/options/visitor.h"

namespace fovea::data {

struct VocabularyOptions {
  int64_t min_count = 2;       // words seen less often in the training part are unknown
  int64_t max_size = 100'000;  // the most frequent ones are kept; 0: no limit
};

void visit(VocabularyOptions& options, options::Visitor& visitor);

// Lets a map keyed by std::string be asked with a std::string_view, without a copy.
struct FormHash {
  using is_transparent = void;
  size_t operator()(std::string_view form) const { return std::hash<std::string_view>()(form); }
};
template <typename Value>
using FormMap = std::unordered_map<std::string, Value, FormHash, std::equal_to<>>;

// Counts look-up forms, then fixes a vocabulary: by falling count, then by bytes, so that it does not depend on order.
class VocabularyBuilder {
 public:
  void add(std::string_view form, int64_t count = 1);
  // Known however seldom it was seen. One never seen comes behind all others and is not counted against max_size.
  void keep(std::string_view form);
  class Vocabulary build(const VocabularyOptions& options) const;

 private:
  FormMap<int64_t> counts_;
  FormMap<char> kept_;
};

class Vocabulary {
 public:
  static constexpr int32_t kUnknown = 0;
  static bool is_unknown(int32_t id) { return id <= kUnknown; }  // below 0: a number of Spellings

  Vocabulary() = default;

  int32_t id(std::string_view form) const;                                  // kUnknown where it is not known
  const std::string& form(int32_t id) const;                                // form(kUnknown) is "<unknown>"
  int64_t size() const { return static_cast<int64_t>(forms_.size()) + 1; }  // with the unknown word
  int64_t count(int32_t id) const;  // times seen in the training part; 0 for kUnknown and for words kept from elsewhere

  void append(const std::string& form, int64_t count);  // a word that is new, as the last
  void add_count(int32_t id, int64_t count);

  // The file vocab.txt: a first line "fovea-vocab 1", then per word "count TAB form LF" in the order of the numbers,
  // form with \\, \n, \r, \t escaped. parse throws UserError (kBadData) that begins with `name`, with the line and
  // reason.
  std::string serialize() const;
  static Vocabulary parse(std::string_view content, const std::string& name);

 private:
  friend class VocabularyBuilder;
  std::vector<std::string> forms_;  // of id 1, 2, …
  std::vector<int64_t> counts_;
  FormMap<int32_t> ids_;
};

}  // namespace fovea::data
