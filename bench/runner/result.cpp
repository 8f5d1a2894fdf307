#include "runner/result.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "kernels/dispatch.h"

namespace fovea::bench {
namespace {

Json or_null(double value) {
  if (!(value > 0) || !std::isfinite(value)) return nullptr;
  return value;
}

// Four digits say all that a timing knows.
double rounded(double value) {
  if (!(value > 0)) return value;
  const double scale = std::pow(10.0, 3 - std::floor(std::log10(value)));
  return std::round(value * scale) / scale;
}

struct Spread {
  double low, middle, high;
};

// Seconds a call in the case's unit.
Spread in_unit(const Case& c, const std::vector<double>& seconds, double tokens) {
  const auto value = [&](double share) {
    return c.in_milliseconds ? 1e3 * quantile(seconds, share) : tokens / quantile(seconds, 1 - share);
  };
  return {rounded(value(0.25)), rounded(value(0.5)), rounded(value(0.75))};
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.3f", value);
  return text;
}

std::string share(double part, double whole) {
  if (!(part > 0) || !(whole > 0)) return "";
  char text[32];
  std::snprintf(text, sizeof text, "%.0f %%", 100 * part / whole);
  return text;
}

}  // namespace

std::vector<Row> rows_of(const Case& c, const std::vector<Contestant>& contestants,
                         const std::vector<std::vector<double>>& timings, const std::vector<double>& tokens) {
  const Spread ours = in_unit(c, timings[0], tokens[0]);
  Row row;
  row.name = c.name;
  row.unit = c.in_milliseconds ? "ms" : "tokens/s";
  row.ours = ours.middle, row.spread[0] = ours.low, row.spread[1] = ours.high;
  row.timings = timings[0].size();
  row.rate = operations_of(c) / quantile(timings[0], 0.5);
  row.bytes = contestants[0].bytes / tokens[0];
  if (contestants.size() == 1) return {row};
  std::vector<Row> rows;
  for (size_t k = 1; k < contestants.size(); ++k) {
    const Spread peer = in_unit(c, timings[k], tokens[k]);
    row.peer_name = contestants[k].name;
    row.peer = peer.middle, row.peer_spread[0] = peer.low, row.peer_spread[1] = peer.high;
    row.peer_timings = timings[k].size();
    row.ratio = rounded(c.in_milliseconds ? row.peer / row.ours : row.ours / row.peer);
    row.peer_bytes = contestants[k].bytes / tokens[k];
    rows.push_back(row);
  }
  return rows;
}

Json Row::to_json() const {
  Json out;
  out["case"] = name;
  out["ours"] = ours;
  out["peer"] = or_null(peer);
  out["peer_name"] = peer_name.empty() ? Json(nullptr) : Json(peer_name);
  out["ratio"] = or_null(ratio);
  out["share_of_fma_peak"] = or_null(rounded(rate / machine.fma_peak));
  out["share_of_gemm_peak"] = or_null(rounded(rate / machine.best_gemm));
  out["unit"] = unit;
  out["spread"] = {spread[0], spread[1]};
  out["peer_spread"] = peer_name.empty() ? Json(nullptr) : Json({peer_spread[0], peer_spread[1]});
  out["timings"] = timings;
  out["peer_timings"] = peer_timings;
  out["bytes_per_token"] = or_null(std::round(bytes));
  out["peer_bytes_per_token"] = or_null(std::round(peer_bytes));
  out["threads"] = threads;
  out["instruction_set"] = kernels::instruction_set();
  out["processor"] = processor_name();
  out["fma_peak"] = rounded(machine.fma_peak / 1e9);
  out["best_gemm"] = rounded(machine.best_gemm / 1e9);
  return out;
}

std::string table_head() {
  char line[200];
  std::snprintf(line, sizeof line, "%-30s %10s %-10s %10s  %-24s %7s  %8s %8s", "case", "ours", "", "peer", "", "ratio",
                "of FMA", "of GEMM");
  return line;
}

std::string table_line(const Row& row) {
  char line[300];
  std::snprintf(line, sizeof line, "%-30s %10s %-10s %10s  %-24s %7s  %8s %8s", row.name.c_str(),
                number(row.ours).c_str(), row.unit.c_str(), row.peer > 0 ? number(row.peer).c_str() : "",
                row.peer_name.c_str(), row.ratio > 0 ? number(row.ratio).c_str() : "",
                share(row.rate, row.machine.fma_peak).c_str(), share(row.rate, row.machine.best_gemm).c_str());
  return line;
}

}  // namespace fovea::bench
