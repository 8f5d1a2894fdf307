// The summary of the data for people, told before training.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "draw/columns.h"
#include "tasks/text/summary.h"

namespace fovea::tasks {

// Name by name what was found; lines fit beside their names into 80 columns. split: "80/10/10".
std::vector<draw::Told> summary_told(const DataSummary& summary, const std::string& split, uint64_t seed);

}  // namespace fovea::tasks
