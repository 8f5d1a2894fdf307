// Rows of a table looked up by number, with a gradient that costs by the rows looked up and not by the table.
#pragma once

#include <ATen/core/Tensor.h>

namespace fovea::ops {

// table [V, E] (float or double, CPU), ids [N] int64 in [0, V) → [N, E]. The table's gradient is a sparse tensor: its
// indices are the rows that occur, ascending and without repeats, its values the sums over their places in ascending
// order, so any number of threads gives the same bits. Throws InternalError on an id outside the table.
at::Tensor lookup(const at::Tensor& table, const at::Tensor& ids);

// That gradient, of values [N, E] for the rows `ids` [N] of a table of `table_rows` rows.
at::Tensor lookup_gradient(const at::Tensor& values, const at::Tensor& ids, int64_t table_rows);

}  // namespace fovea::ops
