#include "base/nearest.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace fovea {
namespace {

// Levenshtein distance, for "did you mean".
size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row.back();
}

// What other tools call it.
const std::map<std::string, std::string> kElsewhere = {{"--lr", "--learning-rate"},
                                                       {"--epochs", "--max-epochs"},
                                                       {"--epoch", "--max-epochs"},
                                                       {"--output", "--out"},
                                                       {"-o", "--out"},
                                                       {"--steps", "--max-steps"},
                                                       {"--dim", "--embedding-size"},
                                                       {"--input", "DATA"},
                                                       {"--model", "MODEL"},
                                                       {"supervised", "train"},
                                                       {"fit", "train"},
                                                       {"eval", "test"},
                                                       {"evaluate", "test"},
                                                       {"predict-prob", "predict"},
                                                       {"classify", "predict"},
                                                       {"show", "explain"},
                                                       {"help", "--help"},
                                                       {"version", "--version"}};

}  // namespace

std::string nearest(const std::string& given, const std::vector<std::string>& known) {
  const auto elsewhere = kElsewhere.find(given);
  if (elsewhere != kElsewhere.end()) return elsewhere->second;
  constexpr size_t kFarthest = 4;  // beyond, a guess misleads more than it helps
  std::string best;
  size_t least = kFarthest;
  for (const std::string& name : known) {
    const bool begins = given.size() >= 3 && name.rfind(given, 0) == 0;
    const size_t distance = begins ? 1 : edit_distance(given, name);
    if (distance < least && distance < name.size()) {
      least = distance;
      best = name;
    }
  }
  return best;
}

}  // namespace fovea
