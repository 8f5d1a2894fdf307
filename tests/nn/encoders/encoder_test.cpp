#include "nn/encoders/encoder.h"

#include "base/errors.h"
#include "support/gradients.h"

namespace fovea::nn {
namespace {

using test::awkward;
using test::offsets_of;

Encoder make_encoder(EncoderKind kind, int64_t layers, int64_t directions, double dropout = 0) {
  EncoderOptions options{kind, 3, 4, layers, directions, {dropout}};
  options.heads = 2;
  Encoder encoder(options, 5);
  test::convert(*encoder, at::kDouble);
  return encoder;
}

std::string encoder_kind_name(const testing::TestParamInfo<EncoderKind>& info) {
  const char* names[] = {"Lstm", "Gru", "Elman", "Average", "Cnn", "Transformer", "Word"};
  return names[static_cast<int>(info.param)];
}

class EveryEncoder : public testing::TestWithParam<EncoderKind> {};

TEST_P(EveryEncoder, ReadsEachSequenceForItself) {
  const at::Tensor values = awkward({9, 3}, 1.0);
  Encoder encoder = make_encoder(GetParam(), 2, 2);
  const at::Tensor together = encoder->forward(values, offsets_of({0, 4, 0, 1, 4, 0}), {});
  ASSERT_EQ(together.sizes(), (std::vector<int64_t>{9, encoder->output_size()}));
  const at::Tensor first = encoder->forward(values.slice(0, 0, 4), offsets_of({4}), {});
  const at::Tensor last = encoder->forward(values.slice(0, 5, 9), offsets_of({4}), {});
  EXPECT_TRUE(at::allclose(together.slice(0, 0, 4), first, 1e-12, 1e-12));
  EXPECT_TRUE(at::allclose(together.slice(0, 5, 9), last, 1e-12, 1e-12));
}

TEST_P(EveryEncoder, TakesBatchesWithoutAWord) {
  Encoder encoder = make_encoder(GetParam(), 2, 2);
  const at::Tensor nothing = at::zeros({0, 3}, at::kDouble);
  for (const at::Tensor& offsets : {offsets_of({0, 0}), offsets_of({})}) {
    EXPECT_EQ(encoder->forward(nothing, offsets, {}).sizes(), (std::vector<int64_t>{0, encoder->output_size()}));
  }
}

TEST_P(EveryEncoder, GradientsOfValuesAndOfEveryParameter) {
  const at::Tensor offsets = offsets_of({2, 0, 3});
  Encoder encoder = make_encoder(GetParam(), 2, 2);
  const at::Tensor mix = awkward({5, encoder->output_size()}, 1.0, 3);
  test::expect_gradients({awkward({5, 3}, 1.0, 7)}, [&](const std::vector<at::Tensor>& in) {
    return (encoder->forward(in[0], offsets, {}) * mix).sum();
  });
  if (encoder->parameters().empty()) return;
  (encoder->forward(awkward({5, 3}, 1.0, 7), offsets, {}) * mix).sum().backward();
  for (const auto& item : encoder->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_GT(item.value().grad().abs().sum().item<double>(), 0) << item.key();
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryEncoder,
                         testing::Values(EncoderKind::kLstm, EncoderKind::kGru, EncoderKind::kElman,
                                         EncoderKind::kAverage, EncoderKind::kCnn, EncoderKind::kTransformer,
                                         EncoderKind::kWord),
                         encoder_kind_name);

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
  for (const EncoderKind kind : {EncoderKind::kLstm, EncoderKind::kCnn, EncoderKind::kTransformer}) {
    Encoder encoder = make_encoder(kind, 1, 2, 0.5);
    const at::Tensor values = awkward({6, 3}, 1.0), offsets = offsets_of({6});
    const at::Tensor quiet = encoder->forward(values, offsets, {});
    EXPECT_TRUE(at::equal(quiet, encoder->forward(values, offsets, {false, 1, 9})));
    const at::Tensor step9 = encoder->forward(values, offsets, {true, 1, 9});
    EXPECT_FALSE(at::equal(quiet, step9));
    EXPECT_TRUE(at::equal(step9, encoder->forward(values, offsets, {true, 1, 9})));
    EXPECT_FALSE(at::equal(step9, encoder->forward(values, offsets, {true, 1, 10})));
  }
}

// Matrices are random. Two of one network begin with numbers of their own, for the paths of their streams differ.
TEST(Encoder, SameSeedAndPathSameStart) {
  for (const EncoderKind kind : {EncoderKind::kLstm, EncoderKind::kCnn, EncoderKind::kTransformer}) {
    const EncoderOptions options{kind, 3, 4, 2, 2, {}};
    Encoder first(options, Stream(5) / "encoder"), second(options, Stream(5) / "encoder"),
        reseeded(options, Stream(6) / "encoder"), beside(options, Stream(5) / "decoder");
    int64_t random = 0;
    for (const auto& item : first->named_parameters()) {
      EXPECT_TRUE(at::equal(item.value(), second->named_parameters()[item.key()])) << item.key();
      if (item.value().dim() < 2) continue;
      ++random;
      EXPECT_FALSE(at::equal(item.value(), reseeded->named_parameters()[item.key()])) << item.key();
      EXPECT_FALSE(at::equal(item.value(), beside->named_parameters()[item.key()])) << item.key();
    }
    EXPECT_GT(random, 1);
  }
}

TEST(Encoder, HandsOutTheStatesThatItsLayersEndWith) {
  Encoder encoder = make_encoder(EncoderKind::kLstm, 2, 2);
  const at::Tensor values = awkward({7, 3}, 1.0), offsets = offsets_of({4, 0, 3});
  const RecurrentOutput out = encoder->read(values, offsets, {});
  EXPECT_TRUE(at::equal(out.states, encoder->forward(values, offsets, {})));
  ASSERT_EQ(out.last.size(), 2U);
  EXPECT_EQ(out.last[0].cell.sizes(), (std::vector<int64_t>{2, 3, 4}));
  EXPECT_TRUE(at::equal(out.last[1].hidden[0][0], out.states[3].slice(0, 0, 4))) << "forward: the last row";
  EXPECT_TRUE(at::equal(out.last[1].hidden[1][2], out.states[4].slice(0, 4, 8))) << "backward: the first row";
  EXPECT_TRUE(at::equal(out.last[1].hidden.select(1, 1), at::zeros({2, 4}, at::kDouble))) << "no rows";
  EXPECT_THROW(make_encoder(EncoderKind::kCnn, 1, 2)->read(values, offsets, {}), InternalError);
}

TEST(Encoder, AFilterSeesAsFarAsItsWidth) {
  EncoderOptions options{EncoderKind::kCnn, 3, 4, 1, 1, {}};
  options.filter_width = 5;
  Encoder encoder(options, 5);
  test::convert(*encoder, at::kDouble);
  at::Tensor values = awkward({9, 3}, 1.0);
  const at::Tensor before = encoder->forward(values, offsets_of({9}), {});
  values[4].add_(1.0);
  const at::Tensor changed = (encoder->forward(values, offsets_of({9}), {}) - before).abs().sum(1);
  EXPECT_TRUE(at::equal(changed.slice(0, 0, 2), at::zeros({2}, at::kDouble)));
  EXPECT_GT(changed[2].item<double>(), 0);
  EXPECT_TRUE(at::equal(changed.slice(0, 7, 9), at::zeros({2}, at::kDouble)));
}

TEST(Encoder, AWordByItselfSeesNoOther) {
  Encoder encoder = make_encoder(EncoderKind::kWord, 1, 2);
  at::Tensor values = awkward({5, 3}, 1.0);
  const at::Tensor before = encoder->forward(values, offsets_of({5}), {});
  const auto parameters = encoder->named_parameters();
  const at::Tensor bias = parameters["per_word.layer0_bias"], weight = parameters["per_word.layer0_weight"];
  EXPECT_TRUE(at::allclose(before, at::tanh(at::mm(values, weight.t()) + bias), 1e-12, 1e-12));
  values[2].add_(1.0);
  const at::Tensor changed = (encoder->forward(values, offsets_of({5}), {}) - before).abs().sum(1);
  for (const int64_t row : {0, 1, 3, 4}) EXPECT_EQ(changed[row].item<double>(), 0);
  EXPECT_GT(changed[2].item<double>(), 0);
}

TEST(Encoder, ATransformerKnowsTheOrderOfWords) {
  Encoder encoder = make_encoder(EncoderKind::kTransformer, 2, 2);
  const at::Tensor values = awkward({4, 3}, 1.0), order = at::tensor({2, 0, 3, 1}, at::kLong);
  const at::Tensor before = encoder->forward(values, offsets_of({4}), {});
  const at::Tensor after = encoder->forward(values.index_select(0, order), offsets_of({4}), {});
  EXPECT_FALSE(at::allclose(before.index_select(0, order), after, 1e-6, 1e-6));
  {
    const at::NoGradGuard guard;
    encoder->named_parameters()["transformer.place_scale"].zero_();
  }
  const at::Tensor blind = encoder->forward(values, offsets_of({4}), {});
  EXPECT_TRUE(at::allclose(blind.index_select(0, order),
                           encoder->forward(values.index_select(0, order), offsets_of({4}), {}), 1e-10, 1e-10));
}

TEST(Encoder, PlaceWavesBeginAnewInEverySequence) {
  const at::Tensor waves = place_waves(offsets_of({2, 0, 3}), 5);
  EXPECT_TRUE(at::equal(waves.slice(0, 0, 2), waves.slice(0, 2, 4)));
  EXPECT_FLOAT_EQ(waves[1][0].item<float>(), std::sin(1.0f));
  EXPECT_FLOAT_EQ(waves[4][1].item<float>(), std::cos(2.0f));
  EXPECT_NEAR(waves[4][2].item<float>(), std::sin(2 * std::pow(10000.0, -0.4)), 1e-6);
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
