#include "report/charts.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "report/axis.h"
#include "report/columns.h"
#include "report/html.h"
#include "report/terminal.h"

namespace fovea::report {
namespace {

constexpr double kWidth = 400;  // units of the picture; the page draws it between 300 and 520 pixels wide
constexpr double kLeft = 46, kRight = 16, kBottom = 42;

std::string number(double value) {
  return fixed(value, 1);
}

std::string text_at(double x, double y, const std::string& anchor, const std::string& text, const char* style = "") {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\"" +
         (*style ? std::string(" class=\"") + style + "\"" : "") + ">" + text_for_html(text) + "</text>\n";
}

std::string line(double x1, double y1, double x2, double y2, const std::string& style) {
  return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) +
         "\" class=\"" + style + "\"/>\n";
}

constexpr int kShapes = 6;

// The mark of a series: shape and fill differ from one to the next.
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

std::string opened(double height, const std::string& title) {
  return "<svg viewBox=\"0 0 " + number(kWidth) + " " + number(height) + "\" role=\"img\" aria-label=\"" +
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

// Places for labels beside marks at `wanted`, in its order: as near as may be, and none upon another.
std::vector<double> spread_out(const std::vector<double>& wanted, double apart, double top, double bottom) {
  std::vector<size_t> order(wanted.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return wanted[a] < wanted[b]; });
  std::vector<double> placed = wanted;
  double least = top;
  for (const size_t i : order) {
    placed[i] = std::max(placed[i], least);
    least = placed[i] + apart;
  }
  double most = bottom;
  for (auto i = order.rbegin(); i != order.rend(); ++i) {
    placed[*i] = std::min(placed[*i], most);
    most = placed[*i] - apart;
  }
  return placed;
}

}  // namespace

std::string interval_chart(const std::vector<IntervalRow>& rows, const std::string& axis_name) {
  constexpr double kRow = 50, kTop = 6, kSide = 14;
  std::vector<double> covered;
  for (const IntervalRow& row : rows) {
    covered.insert(covered.end(), {row.mean, row.low, row.high});
    covered.insert(covered.end(), row.singles.begin(), row.singles.end());
  }
  const Axis axis(covered, kSide, kWidth - kSide);
  const double bottom = kTop + kRow * static_cast<double>(rows.size()) + 4;
  std::string out = opened(bottom + kBottom, axis_name) + x_ticks(axis, kTop, bottom);
  if (!rows.empty()) out += line(axis.place(rows[0].mean), kTop, axis.place(rows[0].mean), bottom, "first");
  for (size_t i = 0; i < rows.size(); ++i) {
    const IntervalRow& row = rows[i];
    const double top = kTop + kRow * static_cast<double>(i), y = top + 30;
    out += text_at(kSide, top + 16, "start", ellipsize(row.name, 36), "name halo");
    out += text_at(kWidth - kSide, top + 16, "end", row.value, "value halo");
    out += line(axis.place(row.low), y, axis.place(row.high), y, "interval");
    for (const double end : {row.low, row.high})
      out += line(axis.place(end), y - 4, axis.place(end), y + 4, "interval");
    for (const double single : row.singles) {
      out += "<circle cx=\"" + number(axis.place(single)) + "\" cy=\"" + number(y + 10) +
             "\" r=\"3.2\" class=\"single\"/>\n";
    }
    out += mark(axis.place(row.mean), y, 3);
  }
  return out + text_at(kWidth / 2, bottom + 35, "middle", axis_name, "axis") + "</svg>\n";
}

std::string line_chart(const std::vector<std::string>& categories, const std::vector<Series>& series,
                       const std::string& x_axis, const std::string& y_axis) {
  constexpr double kTop = 24, kHeight = 210, kLabels = 112, kApart = 15;
  std::vector<double> covered;
  for (const Series& one : series) covered.insert(covered.end(), one.values.begin(), one.values.end());
  const double bottom = kTop + kHeight, right = kWidth - kLabels;
  const Axis axis(covered, bottom, kTop);
  const double step = (right - kLeft) / static_cast<double>(std::max<size_t>(categories.size(), 1));
  const auto x_of = [&](size_t category) { return kLeft + step * (static_cast<double>(category) + 0.5); };

  std::string out = opened(bottom + kBottom, y_axis + ", " + x_axis) + y_ticks(axis, kLeft, right);
  for (size_t i = 0; i < categories.size(); ++i) {
    out += text_at(x_of(i), bottom + 17, "middle", categories[i], "tick");
  }
  std::vector<double> ends;
  for (size_t s = 0; s < series.size(); ++s) {
    std::string points;
    for (size_t i = 0; i < series[s].values.size(); ++i) {
      points += (i ? " " : "") + number(x_of(i)) + "," + number(axis.place(series[s].values[i]));
    }
    out += "<polyline points=\"" + points + "\" class=\"line s" + std::to_string(s % kShapes) + "\"/>\n";
    ends.push_back(series[s].values.empty() ? bottom : axis.place(series[s].values.back()));
  }
  const std::vector<double> places = spread_out(ends, kApart, kTop, bottom);
  for (size_t s = 0; s < series.size(); ++s) {
    for (size_t i = 0; i < series[s].values.size(); ++i) out += mark(x_of(i), axis.place(series[s].values[i]), s);
    out += line(x_of(categories.size() - 1) + 8, ends[s], right + 6, places[s], "leader");
    out += mark(right + 14, places[s], s) +
           text_at(right + 25, places[s] + 4, "start", ellipsize(series[s].name, 13), "name");
  }
  return out + text_at(4, 12, "start", y_axis, "axis") +
         text_at((kLeft + right) / 2, bottom + 35, "middle", x_axis, "axis") + "</svg>\n";
}

std::string scatter_chart(const std::vector<ScatterPoint>& points, const std::string& x_axis,
                          const std::string& y_axis) {
  constexpr double kTop = 24, kHeight = 210, kApart = 15;
  std::vector<double> xs = {0}, ys, wanted;
  for (const ScatterPoint& point : points) {
    xs.push_back(point.x);
    ys.insert(ys.end(), {point.y - point.spread, point.y + point.spread});
  }
  const double bottom = kTop + kHeight, right = kWidth - kRight;
  const Axis across(xs, kLeft, right), up(ys, bottom, kTop);
  std::string out = opened(bottom + kBottom, y_axis + ", " + x_axis) + y_ticks(up, kLeft, right);
  for (const double tick : across.ticks()) {
    out += text_at(across.place(tick), bottom + 17, "middle", across.label(tick), "tick");
  }
  for (const ScatterPoint& point : points) wanted.push_back(up.place(point.y));
  const std::vector<double> places = spread_out(wanted, kApart, kTop, bottom);
  for (size_t i = 0; i < points.size(); ++i) {
    const ScatterPoint& point = points[i];
    const double x = across.place(point.x), y = wanted[i];
    out += line(x, up.place(point.y - point.spread), x, up.place(point.y + point.spread), "interval");
    const bool to_the_left = x > kLeft + (right - kLeft) * 0.6;
    const double label = to_the_left ? x - 14 : x + 14;
    if (std::abs(places[i] - y) > 3) out += line(x, y, label, places[i], "leader");
    out += mark(x, y, i) +
           text_at(label, places[i] + 4, to_the_left ? "end" : "start", ellipsize(point.name, 26), "name halo");
  }
  return out + text_at(4, 12, "start", y_axis, "axis") +
         text_at((kLeft + right) / 2, bottom + 35, "middle", x_axis, "axis") + "</svg>\n";
}

}  // namespace fovea::report
