#include "runner/batch.h"

#include <algorithm>
#include <numeric>

#include <ATen/TensorOperators.h>

#include "base/random.h"
#include "ops/aten.h"

namespace fovea::bench {

at::Tensor padded_rows(const at::Tensor& rows, const at::Tensor& offsets) {
  const int64_t* at = offsets.const_data_ptr<int64_t>();
  const int64_t B = offsets.numel() - 1;
  int64_t T = 0;
  for (int64_t b = 0; b < B; ++b) T = std::max(T, at[b + 1] - at[b]);
  std::vector<int64_t> shape = rows.sizes().vec();
  shape.insert(shape.begin(), B);
  shape[1] = T;
  at::Tensor padded = at::zeros(shape, rows.options());
  for (int64_t b = 0; b < B; ++b)
    padded[b].narrow(0, 0, at[b + 1] - at[b]).copy_(rows.narrow(0, at[b], at[b + 1] - at[b]));
  return padded;
}

Batch make_batch(const Case& given) {
  const std::vector<int64_t> lengths = lengths_of(given);
  Batch made;
  made.tokens = std::accumulate(lengths.begin(), lengths.end(), int64_t{0});
  std::vector<int64_t> offsets = {0}, order(lengths.size());
  for (const int64_t length : lengths) offsets.push_back(offsets.back() + length);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return lengths[static_cast<size_t>(a)] > lengths[static_cast<size_t>(b)];
  });
  const auto copied = [](const std::vector<int64_t>& values) { return at::tensor(values, at::kLong); };
  made.offsets = copied(offsets);
  made.order = copied(order);
  const uint64_t words = stream_base({1, Purpose::kTest, 0}), classes = stream_base({1, Purpose::kTest, 1});
  made.ids = at::empty({made.tokens}, at::kLong);
  for (int64_t i = 0; i < made.tokens; ++i) {
    made.ids.mutable_data_ptr<int64_t>()[i] =
        static_cast<int64_t>(uniform_below(words, static_cast<uint64_t>(i), static_cast<uint64_t>(given.vocabulary)));
  }
  made.labels = at::empty({given.batch}, at::kLong);
  for (int64_t b = 0; b < given.batch; ++b) {
    made.labels.mutable_data_ptr<int64_t>()[b] =
        static_cast<int64_t>(uniform_below(classes, static_cast<uint64_t>(b), 2));
  }
  Padded& padded = made.padded;
  padded.lengths = copied(lengths);
  padded.ids = padded_rows(made.ids, made.offsets);
  padded.mask = at::arange(padded.ids.size(1)).unsqueeze(0).ge(padded.lengths.unsqueeze(1));
  padded.labels = made.labels;
  made.sorted = {padded.ids.index_select(0, made.order), padded.mask.index_select(0, made.order),
                 padded.lengths.index_select(0, made.order), padded.labels.index_select(0, made.order)};
  return made;
}

}  // namespace fovea::bench
