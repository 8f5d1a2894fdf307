#include "draw/shade.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace fovea::draw {
namespace {

// Orange of rising saturation and nearly equal lightness, under black letters: it stands out the more the stronger it
// is on a dark terminal and on a light one.
constexpr int kShadeColours[kShadeLevels] = {180, 216, 215, 209, 208, 202};
constexpr int kAgainstColours[kShadeLevels] = {153, 117, 111, 75, 39, 33};  // the same of blue
constexpr double kBoldLift = 4;
const std::string kFaint = "\x1b[2m";
constexpr const char* kResetColour = "\x1b[0m";

std::string in_colour(const std::string& text, double lift, bool against) {
  const int level = shade_level(lift);
  if (level == 0) return text;
  std::string codes = "38;5;16;48;5;" + std::to_string((against ? kAgainstColours : kShadeColours)[level - 1]);
  if (lift >= kMarkedLift) codes += ";4";
  if (lift >= kBoldLift) codes += ";1";
  return "\x1b[" + codes + "m" + text + kResetColour;
}

}  // namespace

double lift_of(double weight, size_t tokens) {
  return std::isfinite(weight) ? weight * static_cast<double>(tokens) : 0;
}

bool is_marked(double weight, size_t tokens) {
  return lift_of(std::abs(weight), tokens) >= kMarkedLift;
}

bool nearly_even(std::span<const double> weights) {
  const auto parts = static_cast<double>(weights.size());
  const double limit = std::min(kMarkedLift, (parts + 1) / 2);
  return weights.size() > 1 && std::none_of(weights.begin(), weights.end(), [&](double weight) {
           return std::abs(lift_of(weight, weights.size())) >= limit;
         });
}

int shade_level(double lift) {
  if (!(lift > 1)) return 0;
  return std::min(kShadeLevels, static_cast<int>(std::floor(2 * std::log2(lift))));
}

std::string short_weight(double weight) {
  if (weight < 0) return "−" + short_weight(-weight);
  if (weight >= 0.995) return "1.0";
  if (weight < 0.005) return "<.01";
  return fixed(weight, 2).substr(1);
}

std::string on_shade(const std::string& text, double share, size_t parts, const Style& style) {
  return style.colour ? in_colour(text, lift_of(std::abs(share), parts), share < 0) : text;
}

ShadedWord shaded_word(const std::string& word, double share, size_t tokens, const Style& style) {
  const double lift = lift_of(std::abs(share), tokens);
  const bool against = share < 0;
  if (style.colour) {
    const bool signed_here = against && shade_level(lift) > 0;
    return {in_colour((signed_here ? "−" : "") + word, lift, against), display_width(word) + (signed_here ? 1 : 0)};
  }
  const std::string shown = lift < kMarkedLift ? word : word + "(" + short_weight(share) + ")";
  return {shown, display_width(shown)};
}

ShadedWord sentence_mark(double weight, const Style& style) {
  const std::string mark = "[" + short_weight(weight) + "]";
  return {(style.colour ? kFaint + mark + kResetColour : mark) + " ", display_width(mark) + 1};
}

}  // namespace fovea::draw
