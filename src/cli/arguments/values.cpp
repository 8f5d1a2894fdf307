#include "cli/arguments/values.h"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace fovea::cli {
namespace {

// Stricter than CLI::Range, which lets "nan" pass and has no words for what is not a number at all.
template <typename Number>
CLI::Validator number_between(Number low, Number high, const std::string& kind) {
  std::ostringstream range;
  range.precision(12);  // enough for a million to be written in full
  range << "from " << low;
  if (static_cast<double>(high) < 1e15) range << " to " << high;
  const std::string wanted = kind + " " + range.str();
  const auto refuse = [low, high, wanted](const std::string& text) -> std::string {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole_text = error == std::errc() && end == text.data() + text.size();
    return whole_text && value >= low && value <= high ? "" : "'" + text + "' is not " + wanted;
  };
  return CLI::Validator(refuse, range.str());
}

}  // namespace

CLI::Validator whole_number(uint64_t low, uint64_t high) {
  return number_between<uint64_t>(low, high, "a whole number");
}
CLI::Validator number(double low, double high) {
  return number_between<double>(low, high, "a number");
}
CLI::Validator one_of(const std::vector<std::string>& words) {
  const std::string known = CLI::detail::join(words, ", ");
  const auto refuse = [words, known](const std::string& text) -> std::string {
    const bool fine = std::find(words.begin(), words.end(), text) != words.end();
    return fine ? "" : "there is no '" + text + "', choose one of: " + known;
  };
  return CLI::Validator(refuse, "");
}
CLI::Validator share() {
  return number(0.0, 0.95);
}
CLI::Validator size() {
  return whole_number(1, 65536);
}
CLI::Validator count() {
  return whole_number(0, 1'000'000'000'000'000);
}

}  // namespace fovea::cli
