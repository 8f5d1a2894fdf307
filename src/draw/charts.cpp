#include "draw/charts.h"

#include <algorithm>

#include "draw/axis.h"
#include "draw/svg.h"
#include "draw/terminal.h"

namespace fovea::draw {
namespace {

using svg::kShapes;
using svg::kWidth;
using svg::line;
using svg::mark;
using svg::number;
using svg::opened;
using svg::text_at;
using svg::x_ticks;
using svg::y_ticks;

constexpr double kLeft = 46, kBottom = 42;
constexpr double kNames = 140, kNamesApart = 15;  // names to the right of a chart, below each other

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

// What a mark in the chart means, to its right.
std::string named_mark(double right, double y, size_t shape, const std::string& name) {
  return mark(right + 14, y, shape) + text_at(right + 25, y + 4, "start", ellipsize(name, 14), "name");
}

}  // namespace

std::string interval_chart(const std::vector<IntervalRow>& rows, const std::string& axis_name,
                           const IntervalScale& scale) {
  constexpr double kRow = 50, kTop = 6, kSide = 14;
  std::vector<double> covered = scale.covered;
  if (scale.reference) covered.push_back(*scale.reference);
  for (const IntervalRow& row : rows) {
    covered.insert(covered.end(), {row.mean, row.low, row.high});
    covered.insert(covered.end(), row.singles.begin(), row.singles.end());
  }
  const Axis axis(covered, kSide + 8, kWidth - kSide - 8);  // room for half a number at either end
  const double bottom = kTop + kRow * static_cast<double>(rows.size()) + 4;
  std::string out = opened(bottom + kBottom, axis_name) + x_ticks(axis, kTop, bottom);
  if (!rows.empty()) {
    const double x = axis.place(scale.reference.value_or(rows[0].mean));
    out += line(x, kTop, x, bottom, "first");
  }
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
    out += mark(axis.place(row.mean), y, row.shape);
  }
  return out + text_at(kWidth / 2, bottom + 35, "middle", axis_name, "axis") + "</svg>\n";
}

std::string line_chart(const std::vector<std::string>& categories, const std::vector<Series>& series,
                       const std::string& x_axis, const std::string& y_axis, const Band* band) {
  constexpr double kTop = 24, kHeight = 210;
  std::vector<double> covered;
  for (const Series& one : series) {
    for (const auto* values : {&one.values, &one.low, &one.high}) {
      covered.insert(covered.end(), values->begin(), values->end());
    }
  }
  if (band) {
    for (const auto* values : {&band->low, &band->high}) covered.insert(covered.end(), values->begin(), values->end());
  }
  const double bottom = kTop + kHeight, right = kWidth - kNames;
  const Axis axis(covered, bottom, kTop);
  const double step = (right - kLeft) / static_cast<double>(std::max<size_t>(categories.size(), 1));
  const auto x_of = [&](size_t category) { return kLeft + step * (static_cast<double>(category) + 0.5); };

  std::string out = opened(bottom + kBottom, y_axis + ", " + x_axis) + y_ticks(axis, kLeft, right);
  for (size_t i = 0; i < categories.size(); ++i) {
    out += text_at(x_of(i), bottom + 17, "middle", categories[i], "tick");
  }
  const auto places_of = [&](const std::vector<double>& values, bool backwards) {
    std::string places;
    for (size_t n = 0; n < values.size(); ++n) {
      const size_t i = backwards ? values.size() - 1 - n : n;
      places += (n ? " " : "") + number(x_of(i)) + "," + number(axis.place(values[i]));
    }
    return places;
  };
  std::vector<double> ends;
  const auto end_at = [&](const std::vector<double>& values) {
    ends.push_back(values.empty() ? bottom : axis.place(values.back()));
  };
  for (const Series& one : series) end_at(one.values);
  if (band) {
    out += "<polygon points=\"" + places_of(band->high, false) + " " + places_of(band->low, true) +
           "\" class=\"band\"/>\n";
    for (const auto* edge : {&band->high, &band->low}) {
      out += "<polyline points=\"" + places_of(*edge, false) + "\" class=\"edge\"/>\n";
      end_at(*edge);
    }
  }
  const std::vector<double> places = spread_out(ends, kNamesApart, kTop, bottom);
  const auto leader = [&](size_t end) {
    return line(x_of(categories.size() - 1) + 8, ends[end], right + 6, places[end], "leader");
  };
  for (size_t s = 0; s < series.size(); ++s) {
    const Series& one = series[s];
    out += "<polyline points=\"" + places_of(one.values, false) + "\" class=\"line s" + std::to_string(s % kShapes) +
           "\"/>\n";
    for (size_t i = 0; i < one.low.size(); ++i) {
      out += line(x_of(i), axis.place(one.low[i]), x_of(i), axis.place(one.high[i]), "interval");
    }
  }
  for (size_t s = 0; s < series.size(); ++s) {
    for (size_t i = 0; i < series[s].values.size(); ++i) out += mark(x_of(i), axis.place(series[s].values[i]), s);
    out += leader(s) + named_mark(right, places[s], s, series[s].name);
  }
  for (size_t edge = 0; band && edge < 2; ++edge) {
    const size_t end = series.size() + edge;
    out += leader(end) + text_at(right + 8, places[end] + 4, "start",
                                 ellipsize(edge == 0 ? band->high_name : band->low_name, 15), "edge-name");
  }
  return out + text_at(4, 12, "start", y_axis, "axis") +
         text_at((kLeft + right) / 2, bottom + 35, "middle", x_axis, "axis") + "</svg>\n";
}

std::string scatter_chart(const std::vector<ScatterPoint>& points, const std::string& x_axis,
                          const std::string& y_axis) {
  constexpr double kTop = 24;
  const double height = std::max(210.0, kNamesApart * static_cast<double>(points.size()));
  std::vector<double> xs = {0}, ys, wanted;
  for (const ScatterPoint& point : points) {
    xs.push_back(point.x);
    ys.insert(ys.end(), {point.y - point.spread, point.y + point.spread});
  }
  const double bottom = kTop + height, right = kWidth - kNames;
  const Axis across(xs, kLeft, right), up(ys, bottom, kTop);
  std::string out = opened(bottom + kBottom, y_axis + ", " + x_axis) + y_ticks(up, kLeft, right);
  for (const double tick : across.ticks()) {
    out += text_at(across.place(tick), bottom + 17, "middle", across.label(tick), "tick");
  }
  for (const ScatterPoint& point : points) wanted.push_back(up.place(point.y));
  const std::vector<double> places = spread_out(wanted, kNamesApart, kTop, bottom);
  for (size_t i = 0; i < points.size(); ++i) {
    const double x = across.place(points[i].x);
    out += line(x + 8, wanted[i], right + 6, places[i], "leader");
    out += line(x, up.place(points[i].y - points[i].spread), x, up.place(points[i].y + points[i].spread), "interval");
  }
  for (size_t i = 0; i < points.size(); ++i) {
    out += mark(across.place(points[i].x), wanted[i], i) + named_mark(right, places[i], i, points[i].name);
  }
  return out + text_at(4, 12, "start", y_axis, "axis") +
         text_at((kLeft + right) / 2, bottom + 35, "middle", x_axis, "axis") + "</svg>\n";
}

}  // namespace fovea::draw
