#include "data/vocab/split.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>

#include "base/errors.h"
#include "base/files.h"
#include "base/random.h"
#include "data/vocab/characters.h"
#include "data/vocab/normalise.h"

namespace fovea::data {
namespace {

constexpr size_t kParts = 3;
constexpr size_t kFewestTexts = 3;  // a class of fewer cannot be in every part

// White space runs as one space, none at the ends.
std::string collapse_white_space(std::string_view text) {
  std::string collapsed;
  collapsed.reserve(text.size());
  bool pending = false;
  for (size_t position = 0; position < text.size();) {
    const size_t start = position;
    if (is_white_space(next_character(text, &position))) {
      pending = !collapsed.empty();
      continue;
    }
    if (pending) collapsed += ' ';
    pending = false;
    collapsed.append(text, start, position - start);
  }
  return collapsed;
}

std::array<double, kParts> scaled_shares(const SplitOptions& options) {
  const double sum = options.train + options.valid + options.test;
  return {options.train / sum, options.valid / sum, options.test / sum};
}

// How many of `count` texts go to each part: largest remainders, so within one of the exact share; then at least one to
// every part whose share is above 0, taken from the fullest.
std::array<size_t, kParts> deal_counts(size_t count, const std::array<double, kParts>& shares) {
  std::array<size_t, kParts> counts{};
  std::array<double, kParts> remainders{};
  size_t dealt = 0;
  for (size_t part = 0; part < kParts; ++part) {
    const double exact = static_cast<double>(count) * shares[part];
    counts[part] = static_cast<size_t>(std::floor(exact + 1e-9));
    remainders[part] = exact - static_cast<double>(counts[part]);
    dealt += counts[part];
  }
  for (; dealt < count; ++dealt) {
    const auto largest = std::max_element(remainders.begin(), remainders.end());
    ++counts[static_cast<size_t>(largest - remainders.begin())];
    *largest = -1;
  }
  for (size_t part = 0; part < kParts; ++part) {
    if (shares[part] <= 0 || counts[part] > 0) continue;
    --*std::max_element(counts.begin(), counts.end());
    ++counts[part];
  }
  return counts;
}

struct ClassTexts {
  size_t rows = 0;
  std::vector<uint64_t> identities;  // distinct; those of which this class has the first row
};

std::optional<double> parse_share(std::string_view text) {
  double share = 0;
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), share);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return share;
}

}  // namespace

uint64_t text_identity(std::string_view text) {
  std::string normalised;
  append_normalised(text, NormaliseOptions{}, &normalised);
  const std::string digest = sha256(collapse_white_space(normalised)).substr(0, 16);
  uint64_t identity = 0;
  std::from_chars(digest.data(), digest.data() + digest.size(), identity, 16);
  return identity;
}

Split split_rows(const std::vector<uint64_t>& identities, const std::vector<std::string>& labels,
                 const SplitOptions& options) {
  FOVEA_CHECK(identities.size() == labels.size(), identities.size(), labels.size());
  FOVEA_CHECK(options.train > 0 && options.valid >= 0 && options.test >= 0, options.train, options.valid, options.test);
  std::map<std::string_view, ClassTexts> classes;
  std::unordered_map<uint64_t, Part> part_of;
  part_of.reserve(identities.size());
  for (size_t i = 0; i < identities.size(); ++i) {
    ClassTexts& own = classes[labels[i]];
    ++own.rows;
    if (part_of.emplace(identities[i], Part::kTrain).second) own.identities.push_back(identities[i]);
  }

  Split split;
  const std::array<double, kParts> shares = scaled_shares(options);
  const uint64_t base = stream_base({options.seed, Purpose::kSplit});
  for (auto& [label, texts] : classes) {
    std::vector<uint64_t>& own = texts.identities;
    if (texts.rows < kFewestTexts || own.size() < kFewestTexts) {
      auto& named = texts.rows < kFewestTexts ? split.small_classes : split.repetitive_classes;
      named.emplace_back(label);
      continue;
    }
    std::sort(own.begin(), own.end(), [base](uint64_t a, uint64_t b) {
      return std::pair(random_bits(base, a), a) < std::pair(random_bits(base, b), b);
    });
    const std::array<size_t, kParts> counts = deal_counts(own.size(), shares);
    for (size_t i = 0; i < own.size(); ++i) {
      part_of[own[i]] = i < counts[0] ? Part::kTrain : i < counts[0] + counts[1] ? Part::kValid : Part::kTest;
    }
  }
  split.parts.reserve(identities.size());
  for (const uint64_t identity : identities) split.parts.push_back(part_of[identity]);
  return split;
}

SplitOptions parse_split(const std::string& text, uint64_t seed) {
  const auto refuse = [&](const std::string& reason) {
    return UserError(
        ExitCode::kUsage, "--split " + text + ": " + reason,
        "Write the shares of training, validation and test as in --split 80/10/10, or --split 90/10 for no "
        "test part.");
  };
  std::vector<double> shares;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find('/', start), text.size());
    const std::string field = text.substr(start, end - start);
    const std::optional<double> share = parse_share(field);
    if (!share) throw refuse("\"" + field + "\" is not a number from 0");
    shares.push_back(*share);
    start = end + 1;
  }
  if (shares.size() != 2 && shares.size() != 3) {
    throw refuse(std::to_string(shares.size()) + (shares.size() == 1 ? " share" : " shares") + ", not two or three");
  }
  if (shares[0] <= 0) throw refuse("the training share must be above 0");
  double sum = 0;
  for (const double share : shares) sum += share;
  if (!std::isfinite(sum)) throw refuse("the shares are too large");
  if (std::abs(sum - 100) > 0.5) throw refuse("the shares must sum to 100");  // 33.3/33.3/33.3 does, near enough
  SplitOptions options;
  options.train = 100 * shares[0] / sum;
  options.valid = 100 * shares[1] / sum;
  options.test = shares.size() == 3 ? 100 * shares[2] / sum : 0;
  options.seed = seed;
  return options;
}

}  // namespace fovea::data
