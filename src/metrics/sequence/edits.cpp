#include "metrics/sequence/edits.h"

#include <tuple>
#include <unordered_map>

namespace fovea::metrics {
namespace {

bool fewer(const Edits& a, const Edits& b) {
  return std::tuple(a.count(), -a.substitutions) < std::tuple(b.count(), -b.substitutions);
}

// The code points, each as its bytes in one number: equal numbers are equal bytes.
std::vector<int64_t> characters(std::string_view text) {
  std::vector<int64_t> numbers;
  int missing = 0;  // bytes of the last code point that are to come
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if ((value & 0xC0) == 0x80 && missing > 0) {
      numbers.back() = numbers.back() << 8 | value;
      --missing;
    } else {
      numbers.push_back(value);
      missing = value >= 0xF0 ? 3 : value >= 0xE0 ? 2 : value >= 0xC0 ? 1 : 0;
    }
  }
  return numbers;
}

}  // namespace

Edits& Edits::operator+=(const Edits& other) {
  substitutions += other.substitutions;
  deletions += other.deletions;
  insertions += other.insertions;
  length += other.length;
  return *this;
}

std::array<double, 2> Edits::sums() const {
  return {static_cast<double>(count()), static_cast<double>(length)};
}

Edits edits(std::span<const int64_t> reference, std::span<const int64_t> transcript) {
  // row[j]: from the beginning of the reference that was come to, to the first j of the transcript.
  std::vector<Edits> row(transcript.size() + 1);
  for (size_t j = 0; j < row.size(); ++j) row[j].insertions = static_cast<int64_t>(j);
  for (const int64_t symbol : reference) {
    Edits diagonal = row[0];
    ++row[0].deletions;
    for (size_t j = 1; j < row.size(); ++j) {
      Edits best = diagonal, deleted = row[j], inserted = row[j - 1];
      best.substitutions += transcript[j - 1] != symbol;
      ++deleted.deletions;
      ++inserted.insertions;
      if (fewer(deleted, best)) best = deleted;
      if (fewer(inserted, best)) best = inserted;
      diagonal = row[j];
      row[j] = best;
    }
  }
  row.back().length = std::ssize(reference);
  return row.back();
}

Edits word_edits(std::span<const std::string> reference, std::span<const std::string> transcript) {
  std::unordered_map<std::string_view, int64_t> numbers;
  const auto numbered = [&](std::span<const std::string> words) {
    std::vector<int64_t> out;
    for (const std::string& word : words) out.push_back(numbers.try_emplace(word, std::ssize(numbers)).first->second);
    return out;
  };
  const std::vector<int64_t> first = numbered(reference), second = numbered(transcript);
  return edits(first, second);
}

Edits character_edits(std::string_view reference, std::string_view transcript) {
  const std::vector<int64_t> first = characters(reference), second = characters(transcript);
  return edits(first, second);
}

}  // namespace fovea::metrics
