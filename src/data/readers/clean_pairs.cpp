#include "data/readers/clean_pairs.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "base/text.h"
#include "data/readers/bytes.h"
#include "data/readers/scripts.h"

namespace fovea::data {
namespace {

constexpr size_t kListedLines = 5;
constexpr int64_t kMostWordsOfSide = 250;
constexpr double kFewWords = 8, kFewBytes = 60;  // below them lengths differ for good reasons

enum Why : size_t { kEmpty, kAlike, kLong, kUneven, kForeign, kReasons };
constexpr std::array<const char*, kReasons> kWhy = {"one side is empty", "both sides are alike", "a side is very long",
                                                    "one side is many times as long", "a side is in another script"};

class Cleaner {
 public:
  Cleaner(const PairOptions& options, const SpillOptions& spill) : options_(options) {
    pairs_.texts = PairTexts(spill);
    for (const char* why : kWhy) pairs_.left_out.push_back({why, 0, {}});
  }

  void take(const PairView& pair) {
    const size_t why = reason(pair.source, pair.target);
    if (why != kReasons) return leave_out(why, pair.line);
    source_scripts_.add(pair.source);
    target_scripts_.add(pair.target);
    pairs_.texts.add(pair);
  }

  // A script that hardly any sentence of a side is in is known when all have been read.
  CleanPairs finish(ReadReport report) {
    pairs_.texts.finish();
    pairs_.texts.erase_if([&](const PairView& pair) {
      const bool foreign = source_scripts_.foreign(pair.source) || target_scripts_.foreign(pair.target);
      if (foreign) leave_out(kForeign, pair.line);
      return foreign;
    });
    std::erase_if(pairs_.left_out, [](const LeftOut& one) { return one.pairs == 0; });
    pairs_.report = std::move(report);
    pairs_.report.rows = pairs_.texts.size();
    return std::move(pairs_);
  }

 private:
  void leave_out(size_t why, int64_t line) {
    LeftOut& left_out = pairs_.left_out[why];
    ++left_out.pairs;
    if (left_out.lines.size() < kListedLines) left_out.lines.push_back(line);
  }

  size_t reason(std::string_view source, std::string_view target) const {
    if (source.empty() || target.empty()) return kEmpty;
    if (source == target) return kAlike;
    const int64_t a = count_words(source), b = count_words(target);
    if (std::max(a, b) > kMostWordsOfSide) return kLong;
    const bool by_words = std::min(a, b) > 2;
    const auto left = static_cast<double>(by_words ? a : std::ssize(source));
    const auto right = static_cast<double>(by_words ? b : std::ssize(target));
    const double few = by_words ? kFewWords : kFewBytes, ratio = (by_words ? 1 : 2) * options_.longest_ratio;
    return std::max(left, right) > few && std::max(left, right) > ratio * std::min(left, right) ? kUneven : kReasons;
  }

  const PairOptions& options_;
  CleanPairs pairs_;
  Scripts source_scripts_, target_scripts_;
};

}  // namespace

CleanPairs read_clean_pairs(const std::vector<std::string>& paths, const PairOptions& options,
                            const SpillOptions& spill) {
  Cleaner cleaner(options, spill);
  ReadReport report;
  for_pairs(
      paths, options, spill, [&](const PairView& pair) { cleaner.take(pair); }, &report);
  CleanPairs pairs = cleaner.finish(std::move(report));
  if (pairs.texts.size() == 0) throw no_pairs(paths.front(), left_out_text(pairs.left_out));
  return pairs;
}

std::string left_out_text(const std::vector<LeftOut>& left_out) {
  const int64_t all = std::accumulate(left_out.begin(), left_out.end(), int64_t{0},
                                      [](int64_t sum, const LeftOut& one) { return sum + one.pairs; });
  if (all == 0) return "";
  std::string text = counted(all, "pair is", "pairs are") + " left out: ";
  for (size_t i = 0; i < left_out.size(); ++i) {
    std::vector<std::string> lines;
    for (const int64_t line : left_out[i].lines) lines.push_back(std::to_string(line));
    const bool more = left_out[i].pairs > std::ssize(lines);
    text += (i ? "; " : "") + std::string(left_out[i].why) + " (" + with_commas(left_out[i].pairs) + ": " +
            (lines.size() > 1 ? "lines " : "line ") + joined(lines) + (more ? " …" : "") + ")";
  }
  return text;
}

}  // namespace fovea::data
