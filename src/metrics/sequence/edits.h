// Errors of a transcript: the fewest words, or characters, to change, leave out and put in (Levenshtein 1966), from
// which word and character error rates are made.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::metrics {

struct Edits {
  int64_t substitutions = 0;
  int64_t deletions = 0;   // of the reference, not in the transcript
  int64_t insertions = 0;  // of the transcript, not in the reference
  int64_t length = 0;      // of the reference

  int64_t count() const { return substitutions + deletions + insertions; }
  Edits& operator+=(const Edits& other);
  std::array<double, 2> sums() const;  // edits, length
  bool operator==(const Edits&) const = default;
};

// From the reference to the transcript, both as numbers. The fewest edits; where several ways have as few, that with
// the most substitutions, and so the fewest deletions and insertions. O(reference · transcript) steps, O(transcript)
// memory.
Edits edits(std::span<const int64_t> reference, std::span<const int64_t> transcript);

// Words as a tokenizer has cut them; case counts.
Edits word_edits(std::span<const std::string> reference, std::span<const std::string> transcript);

// Code points of UTF-8, white space among them; a byte that begins no code point is one by itself.
Edits character_edits(std::string_view reference, std::string_view transcript);

}  // namespace fovea::metrics
