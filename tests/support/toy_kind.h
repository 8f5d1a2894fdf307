// A kind of task that is no text: rows of numbers, whose label is the sign of the number farthest from 0. It is
// registered in tests alone and shows what a new kind has to write (docs/structure.md lists the files).
#pragma once

#include <filesystem>
#include <string>

#include "tasks/kind.h"

namespace fovea::test {

// Adds it to the kinds of task where it is not there yet.
const tasks::Kind& toy_kind();

// A table of so many rows, "plus" or "minus", a tab, and two to nine numbers. The same seed, the same rows.
void write_toy_rows(const std::filesystem::path& place, int64_t rows, uint64_t seed);

}  // namespace fovea::test
