#include "tasks/translation/translate.h"

#include <cmath>
#include <numeric>

#include <gmock/gmock.h>

#include "ops/aten.h"
#include "tasks/translation/data.h"
#include "tasks/translation/made.h"

namespace fovea::tasks {
namespace {

std::vector<TranslationModelOptions> all_kinds() {
  std::vector<TranslationModelOptions> kinds;
  for (const SourceLook look :
       {SourceLook::kAdditive, SourceLook::kDot, SourceLook::kScaledDot, SourceLook::kGeneral, SourceLook::kNone}) {
    TranslationModelOptions options = small_options();
    options.attention = look;
    kinds.push_back(options);
    options.clear = false;
    options.cell = ops::Cell::kGru;
    options.layers = 2;
    kinds.push_back(options);
  }
  return kinds;
}

// What the search hands out step by step is what the network says when it reads the same translation as a whole.
TEST(Translate, StepByStepIsAsReadingTheWhole) {
  for (const TranslationModelOptions& options : all_kinds()) {
    const Translator network = small_translator(options);
    DecodingOptions decoding;
    decoding.beam = decoding.best = 3;
    const auto found = translate(*network.ptr(), kSources, decoding);
    std::vector<std::vector<int32_t>> sources, targets;
    std::vector<const Translation*> made;
    for (size_t i = 0; i < found.size(); ++i) {
      ASSERT_FALSE(found[i].empty());
      for (const Translation& one : found[i]) {
        if (one.log_probabilities.size() != one.ids.size() + 1) continue;  // the search had no symbol left
        sources.push_back(kSources[i]);
        targets.push_back(one.ids);
        made.push_back(&one);
      }
    }
    const std::vector<Translation> known = read_translations(*network.ptr(), sources, targets);
    for (size_t i = 0; i < known.size(); ++i) {
      ASSERT_EQ(known[i].log_probabilities.size(), made[i]->log_probabilities.size());
      for (size_t step = 0; step < known[i].log_probabilities.size(); ++step) {
        EXPECT_NEAR(known[i].log_probabilities[step], made[i]->log_probabilities[step], 1e-4);
        if (!options.attends()) continue;
        for (size_t part = 0; part < sources[i].size(); ++part) {
          EXPECT_NEAR(known[i].weights[step][part], made[i]->weights[step][part], 1e-5);
        }
      }
    }
  }
}

TEST(Translate, WeightsOfEachStepSumToOneOverTheSource) {
  const Translator network = small_translator();
  for (const Translation& one : read_translations(*network.ptr(), kSources, kTargets)) {
    ASSERT_EQ(one.weights.size(), one.ids.size() + 1);
    for (const std::vector<float>& look : one.weights) {
      EXPECT_NEAR(std::accumulate(look.begin(), look.end(), 0.0), 1, 1e-5);
    }
  }
}

TEST(Translate, ASentenceAloneIsAsInABatch) {
  const Translator network = small_translator();
  const auto together = translate(*network.ptr(), kSources, {});
  for (size_t i = 0; i < kSources.size(); ++i) {
    const auto alone = translate(*network.ptr(), std::vector<std::vector<int32_t>>{kSources[i]}, {});
    EXPECT_EQ(alone[0][0].ids, together[i][0].ids);
    EXPECT_EQ(alone[0][0].weights, together[i][0].weights);
  }
}

TEST(Translate, ForbidsTheUnknownSubwordUnlessItIsToBeCopied) {
  const Translator network = small_translator();
  for (const bool unknown : {false, true}) {
    DecodingOptions decoding;
    decoding.seed = 3;
    decoding.best = 20;
    decoding.unknown = unknown;
    int64_t count = 0;
    for (const auto& drawn : translate(*network.ptr(), kSources, decoding)) {
      for (const Translation& one : drawn) {
        count += std::count(one.ids.begin(), one.ids.end(), data::SubwordModel::kUnknown);
        EXPECT_EQ(std::count(one.ids.begin(), one.ids.end(), data::SubwordModel::kBegin), 0);
      }
    }
    EXPECT_EQ(count > 0, unknown);
  }
}

TEST(Translate, DrawsTheSameWithTheSameSeedWhateverStandsBeside) {
  const Translator network = small_translator();
  DecodingOptions decoding;
  decoding.seed = 5;
  const auto all = translate(*network.ptr(), kSources, decoding);
  const std::vector<uint64_t> number = {2};
  const auto one = translate(*network.ptr(), std::vector<std::vector<int32_t>>{kSources[2]}, decoding, number);
  EXPECT_EQ(one[0][0].ids, all[2][0].ids);
  decoding.seed = 6;
  EXPECT_NE(translate(*network.ptr(), kSources, decoding)[2][0].ids, all[2][0].ids);
}

// Central differences of the loss by some numbers of every parameter, in float: the ways back of the parts have tests
// of their own, in double; this one shows that they are put together rightly.
TEST(Translator, GradientsAreTheSlopesOfTheLoss) {
  for (const bool clear : {true, false}) {
    TranslationModelOptions options = small_options();
    options.clear = clear;
    const Translator network = small_translator(options, /*joint=*/true);
    {  // as it begins, nothing hangs on where it looks
      const at::NoGradGuard guard;
      for (at::Tensor& parameter : network->parameters()) parameter.mul_(4);
    }
    EncodedPairs pairs;
    for (size_t i = 0; i < kSources.size(); ++i) pairs.add(kSources[i], kTargets[i]);
    const std::vector<int64_t> all = {0, 1, 2, 3};
    const PairBatch batch = make_pair_batch(pairs, all);
    const auto loss = [&] {
      const EncodedSources sources = network.ptr()->encode(batch.source, batch.source_offsets, {});
      const Decoded decoded = network.ptr()->decode(sources, batch.read, batch.target_offsets, {});
      return at::cross_entropy_loss(decoded.logits, batch.answer);
    };
    loss().backward();
    for (const auto& item : network->named_parameters()) {
      at::Tensor parameter = item.value();
      const at::Tensor gradient = parameter.grad().is_sparse() ? parameter.grad().to_dense() : parameter.grad();
      // Where the slope is steepest, so that it stands out from the rounding of the loss.
      const at::Tensor sizes = gradient.abs().flatten();
      const int64_t at = sizes.argmax().item<int64_t>();
      const double steepest = gradient.flatten()[at].item<double>();
      EXPECT_GT(std::abs(steepest), 2e-4) << item.key();
      const at::NoGradGuard guard;
      float* const number = parameter.mutable_data_ptr<float>() + at;
      const float before = *number, step = 1e-2F;
      *number = before + step;
      const double above = loss().item<double>();
      *number = before - step;
      const double below = loss().item<double>();
      *number = before;
      EXPECT_NEAR(steepest, (above - below) / (2 * step), 0.03 * std::abs(steepest) + 4e-5) << item.key();
    }
  }
}

}  // namespace
}  // namespace fovea::tasks
