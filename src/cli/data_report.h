// The summary of the data for people, printed before training.
#pragma once

#include <string>

#include "tasks/data_summary.h"

namespace fovea::cli {

// Lines of at most 80 columns, the first beginning with the file's name.
std::string data_report(const tasks::DataSummary& summary, const std::string& split, uint64_t seed);

// "name          text": the two columns of every summary; further lines of `text` are wrapped and indented.
std::string summary_lines(const std::string& name, const std::string& text);

}  // namespace fovea::cli
