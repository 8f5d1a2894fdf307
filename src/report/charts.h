// Charts as inline SVG: legible without colour (shapes, dashes and labels tell the series apart), coloured by classes
// of the page's style alone. Texts are made safe here.
#pragma once

#include <string>
#include <vector>

namespace fovea::report {

// A row of a chart of intervals: its mean with a line from low to high, and single values as rings.
struct IntervalRow {
  std::string name, value;  // value: what stands at the end of the row's heading
  double mean = 0, low = 0, high = 0;
  std::vector<double> singles;
};
// Rows below each other over one axis; the mean of the first row is drawn through all of them as a thin line.
std::string interval_chart(const std::vector<IntervalRow>& rows, const std::string& axis);

// A line over categories.
struct Series {
  std::string name;
  std::vector<double> values;  // one per category
};
std::string line_chart(const std::vector<std::string>& categories, const std::vector<Series>& series,
                       const std::string& x_axis, const std::string& y_axis);

// A point with the spread of its y.
struct ScatterPoint {
  std::string name;
  double x = 0, y = 0, spread = 0;
};
std::string scatter_chart(const std::vector<ScatterPoint>& points, const std::string& x_axis,
                          const std::string& y_axis);

}  // namespace fovea::report
