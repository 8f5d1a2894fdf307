// Which rows train, validate and test: stratified, seeded, equal texts together.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::data {

enum class Part : uint8_t { kTrain = 0, kValid = 1, kTest = 2 };

// Shares in per cent; they are scaled to sum to 100. train > 0.
struct SplitOptions {
  double train = 80, valid = 10, test = 10;
  uint64_t seed = 1;
};

// A text's identity for splits and overlap: 64 bits of the SHA-256 of its normalised form (NFKC, case folded, white
// space runs as one space, trimmed). Equal texts, equal identity, on every machine.
uint64_t text_identity(std::string_view text);

struct Split {
  std::vector<Part> parts;                 // per row
  std::vector<std::string> small_classes;  // classes of fewer than 3 rows: all of them train; sorted
  // Classes of at least 3 rows but fewer than 3 distinct texts: all of them train, too; sorted.
  std::vector<std::string> repetitive_classes;
};

// Within each class (labels[i]) distinct texts are ordered by a hash of seed and identity and dealt by the shares; rows
// of equal identity always share a part, whatever their labels (the class of the first decides). A class of at least 3
// distinct texts gets at least one text in each part whose share is above 0. Same input, same seed: same split; the
// order of rows does not matter but for identical texts under different labels.
Split split_rows(const std::vector<uint64_t>& identities, const std::vector<std::string>& labels,
                 const SplitOptions& options);

// "80/10/10" (scaled to sum to 100) or "90/10" (test 0; must sum to 100, so that a forgotten third share is noticed).
// Throws UserError (kUsage) naming the option and the rule.
SplitOptions parse_split(const std::string& text, uint64_t seed);

}  // namespace fovea::data
