// What charts are drawn with: pieces of SVG, coloured by classes of the page's style alone. Texts are made safe here.
#pragma once

#include <string>

#include "draw/axis.h"

namespace fovea::draw::svg {

inline constexpr double kWidth = 400;  // units of a picture; the page draws it between 300 and 520 pixels wide
inline constexpr int kShapes = 6;      // series beyond that begin again

std::string number(double value);  // a place, with one decimal

// anchor: "start", "middle" or "end" of the text is at x.
std::string text_at(double x, double y, const std::string& anchor, const std::string& text, const char* style = "");
std::string line(double x1, double y1, double x2, double y2, const std::string& style);

// The mark of a series: shape and fill differ from one to the next.
std::string mark(double x, double y, size_t series);

// The opening tag; the picture ends with "</svg>". One that is wider than kWidth says so, for a page to scroll in.
std::string opened(double height, const std::string& title, double width = kWidth);

// Grid lines with their numbers below or to the left.
std::string x_ticks(const Axis& axis, double top, double bottom);
std::string y_ticks(const Axis& axis, double left, double right);

}  // namespace fovea::draw::svg
