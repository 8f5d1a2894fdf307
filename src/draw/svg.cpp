#include "draw/svg.h"

#include <array>
#include <vector>

#include "base/text.h"
#include "draw/html.h"

namespace fovea::draw::svg {

std::string number(double value) {
  return fixed(value, 1);
}

std::string text_at(double x, double y, const std::string& anchor, const std::string& text, const char* style) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\"" +
         (*style ? std::string(" class=\"") + style + "\"" : "") + ">" + text_for_html(text) + "</text>\n";
}

std::string line(double x1, double y1, double x2, double y2, const std::string& style) {
  return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) +
         "\" class=\"" + style + "\"/>\n";
}

std::string mark(double x, double y, size_t series) {
  constexpr double r = 5;
  const std::string style = "\" class=\"mark s" + std::to_string(series % kShapes) + "\"/>\n";
  const auto path = [&](const std::vector<std::array<double, 2>>& corners) {
    std::string d;
    for (const auto& [dx, dy] : corners) d += (d.empty() ? "M" : "L") + number(x + dx) + " " + number(y + dy);
    return "<path d=\"" + d + "Z" + style;
  };
  switch (series % kShapes) {
    case 0:
      return "<circle cx=\"" + number(x) + "\" cy=\"" + number(y) + "\" r=\"" + number(r) + style;
    case 1:
      return path({{-r, -r}, {r, -r}, {r, r}, {-r, r}});
    case 2:
      return path({{0, -r - 1}, {r + 1, r}, {-r - 1, r}});
    case 3:
      return path({{0, -r - 2}, {r + 2, 0}, {0, r + 2}, {-r - 2, 0}});
    case 4:
      return path({{0, r + 1}, {r + 1, -r}, {-r - 1, -r}});
    default:
      return path(
          {{-r, -2}, {-2, -2}, {-2, -r}, {2, -r}, {2, -2}, {r, -2}, {r, 2}, {2, 2}, {2, r}, {-2, r}, {-2, 2}, {-r, 2}});
  }
}

std::string opened(double height, const std::string& title, double width) {
  const std::string size =
      width > kWidth ? " width=\"" + number(width) + "\" height=\"" + number(height) + "\"" : std::string();
  return "<svg viewBox=\"0 0 " + number(width) + " " + number(height) + "\"" + size + " role=\"img\" aria-label=\"" +
         text_for_html(title) + "\">\n";
}

std::string x_ticks(const Axis& axis, double top, double bottom) {
  std::string out;
  for (const double tick : axis.ticks()) {
    const double x = axis.place(tick);
    out += line(x, top, x, bottom, "grid") + text_at(x, bottom + 17, "middle", axis.label(tick), "tick");
  }
  return out;
}

std::string y_ticks(const Axis& axis, double left, double right) {
  std::string out;
  for (const double tick : axis.ticks()) {
    const double y = axis.place(tick);
    out += line(left, y, right, y, "grid") + text_at(left - 7, y + 4, "end", axis.label(tick), "tick");
  }
  return out;
}

}  // namespace fovea::draw::svg
