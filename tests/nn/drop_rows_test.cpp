#include "nn/drop_rows.h"

#include "support/gradients.h"

namespace fovea::nn {
namespace {

TEST(DropRows, RowsAreThereAsTheyAreOrNotAtAll) {
  const at::Tensor values = test::awkward({1030, 7}, 1.0);
  const RandomKey key{3, Purpose::kDropoutNgrams, 5};
  const at::Tensor out = drop_rows(values, 0.3, key);
  int64_t dropped = 0;
  for (int64_t i = 0; i < values.size(0); ++i) {
    const bool gone = out[i].abs().sum().item<double>() == 0;
    dropped += gone;
    EXPECT_TRUE(gone || out[i].equal(values[i])) << i;
  }
  EXPECT_NEAR(static_cast<double>(dropped) / 1030, 0.3, 0.05);
  EXPECT_TRUE(drop_rows(values, 0.3, key).equal(out)) << "the same key draws the same rows";
  EXPECT_FALSE(drop_rows(values, 0.3, {3, Purpose::kDropoutNgrams, 6}).equal(out));
  EXPECT_TRUE(drop_rows(values, 0, key).equal(values));
}

}  // namespace
}  // namespace fovea::nn
