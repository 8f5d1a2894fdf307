#include "nn/encoders/encoder.h"

#include "support/gradients.h"

namespace fovea::nn {
namespace {

using test::awkward;
using test::offsets_of;

Encoder make_encoder(EncoderKind kind, int64_t layers, int64_t directions, double dropout = 0) {
  Encoder encoder(EncoderOptions{kind, 3, 4, layers, directions, dropout}, 5);
  encoder->to(at::kDouble);
  return encoder;
}

TEST(Encoder, ShapesOfEveryKind) {
  const at::Tensor values = awkward({7, 3}, 1.0), offsets = offsets_of({4, 0, 3});
  for (const EncoderKind kind : {EncoderKind::kLstm, EncoderKind::kGru, EncoderKind::kElman}) {
    for (const int64_t directions : {1, 2}) {
      for (const int64_t layers : {1, 3}) {
        Encoder encoder = make_encoder(kind, layers, directions);
        EXPECT_EQ(encoder->output_size(), 4 * directions);
        EXPECT_EQ(encoder->forward(values, offsets, {}).sizes(), (std::vector<int64_t>{7, 4 * directions}));
        EXPECT_EQ(encoder->parameters().size(), static_cast<size_t>(4 * layers * directions));
      }
    }
  }
}

TEST(Encoder, AverageIsTheWordsOwnVector) {
  Encoder encoder = make_encoder(EncoderKind::kAverage, 1, 2);
  const at::Tensor values = awkward({7, 3}, 1.0);
  EXPECT_TRUE(at::equal(encoder->forward(values, offsets_of({4, 3}), {}), values));
  EXPECT_EQ(encoder->output_size(), 3);
}

TEST(Encoder, OneDirectionDoesNotSeeTheFuture) {
  Encoder encoder = make_encoder(EncoderKind::kLstm, 2, 1);
  at::Tensor values = awkward({6, 3}, 1.0);
  const at::Tensor before = encoder->forward(values, offsets_of({6}), {});
  values[4].add_(1.0);
  const at::Tensor after = encoder->forward(values, offsets_of({6}), {});
  EXPECT_TRUE(at::equal(before.slice(0, 0, 4), after.slice(0, 0, 4)));
  EXPECT_FALSE(at::allclose(before.slice(0, 4, 6), after.slice(0, 4, 6)));
}

TEST(Encoder, GradientThroughTwoLayersOfBothDirections) {
  const at::Tensor offsets = offsets_of({2, 0, 3}), mix = awkward({5, 8}, 1.0, 3);
  Encoder encoder = make_encoder(EncoderKind::kGru, 2, 2);
  test::expect_gradients({awkward({5, 3}, 1.0, 7)}, [&](const std::vector<at::Tensor>& in) {
    return (encoder->forward(in[0], offsets, {}) * mix).sum();
  });
}

TEST(Encoder, DropoutActsInTrainingOnlyAndByItsStep) {
  Encoder encoder = make_encoder(EncoderKind::kLstm, 1, 2, 0.5);
  const at::Tensor values = awkward({6, 3}, 1.0), offsets = offsets_of({6});
  const at::Tensor quiet = encoder->forward(values, offsets, {});
  EXPECT_TRUE(at::equal(quiet, encoder->forward(values, offsets, {false, 1, 9})));
  const at::Tensor step9 = encoder->forward(values, offsets, {true, 1, 9});
  EXPECT_FALSE(at::equal(quiet, step9));
  EXPECT_TRUE(at::equal(step9, encoder->forward(values, offsets, {true, 1, 9})));
  EXPECT_FALSE(at::equal(step9, encoder->forward(values, offsets, {true, 1, 10})));
}

TEST(Encoder, SameSeedSameStart) {
  Encoder first = make_encoder(EncoderKind::kLstm, 1, 2), second = make_encoder(EncoderKind::kLstm, 1, 2);
  for (const auto& item : first->named_parameters())
    EXPECT_TRUE(at::equal(item.value(), second->named_parameters()[item.key()])) << item.key();
}

TEST(Encoder, HiddenWeightsStartOrthogonalAndForgetGatesOpen) {
  Encoder encoder(EncoderOptions{EncoderKind::kLstm, 3, 8, 1, 1, 0}, 5);
  const at::Tensor weight =
      encoder->named_parameters()["layer0_forward_hidden_weight"].detach().to(at::kDouble).slice(0, 8, 16);
  EXPECT_TRUE(at::allclose(at::mm(weight, weight.t()), at::eye(8, at::kDouble), 1e-5, 1e-5));
  EXPECT_TRUE(
      at::equal(encoder->named_parameters()["layer0_forward_input_bias"].detach().slice(0, 8, 16), at::ones({8})));
}

}  // namespace
}  // namespace fovea::nn
