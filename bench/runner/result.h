// What came out of a case, as rows: one for each peer.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "runner/case.h"
#include "runner/machine.h"
#include "runner/measure.h"

namespace fovea::bench {

struct Row {
  std::string name;                            // of the case
  std::string unit;                            // "tokens/s": more is better; "ms": less is better
  std::string peer_name;                       // empty: nobody else ran it
  double ours = 0, peer = 0;                   // medians, in the unit
  double ratio = 0;                            // how many times as fast ours is: above 1 where Fovea leads
  double spread[2] = {}, peer_spread[2] = {};  // lower and upper quartile, in the unit
  size_t timings = 0, peer_timings = 0;
  double rate = 0;                   // operations a second of ours; 0: not counted
  double bytes = 0, peer_bytes = 0;  // of tensors a token; 0: not known
  int threads = 1;
  Machine machine;

  Json to_json() const;  // a rate, ratio or share that is not known is null
};

// Rows of a case from the timings of its contestants, Fovea first. `tokens` by contestant.
std::vector<Row> rows_of(const Case& given, const std::vector<Contestant>& contestants,
                         const std::vector<std::vector<double>>& timings, const std::vector<double>& tokens);

std::string table_head();
std::string table_line(const Row& row);

}  // namespace fovea::bench
