// Charts as inline SVG: legible without colour (shapes, dashes and labels tell the series apart), coloured by classes
// of the page's style alone. Texts are made safe here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace fovea::draw {

// A row of a chart of intervals: its mean with a line from low to high, and single values as rings.
struct IntervalRow {
  std::string name, value;  // value: what stands at the end of the row's heading
  double mean = 0, low = 0, high = 0;
  std::vector<double> singles;
  size_t shape = 3;  // of the mark, 0 … 5: circle, square, triangle, diamond, triangle downwards, cross
};
// What a chart of intervals is drawn on beside its rows.
struct IntervalScale {
  std::optional<double> reference;  // a dashed line through all rows; none: at the mean of the first
  std::vector<double> covered;      // values that the axis covers whatever the rows are
};
// Rows below each other over one axis.
std::string interval_chart(const std::vector<IntervalRow>& rows, const std::string& axis,
                           const IntervalScale& scale = {});

// A line over categories.
struct Series {
  std::string name;
  std::vector<double> values;         // one per category
  std::vector<double> low{}, high{};  // an interval around each; none: not drawn
};
// What the values lie between: shaded, with a name at either edge. One value per category.
struct Band {
  std::string low_name, high_name;
  std::vector<double> low, high;
};
std::string line_chart(const std::vector<std::string>& categories, const std::vector<Series>& series,
                       const std::string& x_axis, const std::string& y_axis, const Band* band = nullptr);

// A point with the spread of its y.
struct ScatterPoint {
  std::string name;
  double x = 0, y = 0, spread = 0;
};
std::string scatter_chart(const std::vector<ScatterPoint>& points, const std::string& x_axis,
                          const std::string& y_axis);

}  // namespace fovea::draw
