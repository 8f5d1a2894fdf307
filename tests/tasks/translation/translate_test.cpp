#include "tasks/translation/translate.h"

#include <cmath>
#include <map>
#include <numeric>

#include <gmock/gmock.h>

#include "ops/aten.h"
#include "support/gradients.h"
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
    options.network = TranslatorKind::kGru;
    options.layers = 2;
    kinds.push_back(options);
  }
  for (const bool feeds : {true, false}) {
    TranslationModelOptions options = small_options();
    options.input_feeding = feeds;
    options.coverage = 0.5;
    options.layers = feeds ? 2 : 1;
    kinds.push_back(options);
  }
  TranslationModelOptions stack = small_options();
  stack.network = TranslatorKind::kTransformer;
  stack.layers = 2;
  stack.hidden_size = 8;
  stack.heads = 2;
  for (const bool clear : {true, false}) {
    stack.clear = clear;
    stack.positions = clear ? nn::Positions::kSines : nn::Positions::kRotary;
    kinds.push_back(stack);
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

// The loss of all sentences, with what a decoder that knows where it has looked adds to it.
at::Tensor loss_of(const Translator& network) {
  EncodedPairs pairs;
  for (size_t i = 0; i < kSources.size(); ++i) pairs.add(kSources[i], kTargets[i]);
  const std::vector<int64_t> all = {0, 1, 2, 3};
  const PairBatch batch = make_pair_batch(pairs, all);
  const EncodedSources sources = network.ptr()->encode(batch.source, batch.source_offsets, {});
  const Choosing choosing = network.ptr()->read(sources, batch.read, batch.target_offsets, {}, {});
  const at::Tensor loss = network->loss(choosing, batch.answer, 0.1, {});
  return choosing.looked_again.defined() ? loss + choosing.looked_again : loss;
}

std::map<std::string, at::Tensor> gradients_of(const Translator& network) {
  loss_of(network).backward();
  std::map<std::string, at::Tensor> gradients;
  for (const auto& item : network->named_parameters()) {
    const at::Tensor gradient = item.value().grad();
    gradients[item.key()] = (gradient.is_sparse() ? gradient.to_dense() : gradient).to(at::kDouble);
  }
  return gradients;
}

Translator strong_translator(const TranslationModelOptions& options) {
  const Translator network = small_translator(options, /*joint=*/true);
  const at::NoGradGuard guard;  // as it begins, nothing hangs on where it looks
  for (at::Tensor& parameter : network->parameters()) parameter.mul_(options.transformer() ? 1.5 : 4);
  return network;
}

// In double the slopes where they are steepest, by central differences; in float, which other code computes, the same
// gradients.
TEST(Translator, GradientsAreTheSlopesOfTheLoss) {
  constexpr double kStep = 1e-5;
  for (const TranslationModelOptions& options : all_kinds()) {
    const bool other_score = !options.transformer() && options.attention != SourceLook::kAdditive;
    if (other_score) continue;  // the scores have tests of their own
    const Translator exact = strong_translator(options);
    test::convert(*exact.ptr(), at::kDouble);
    const auto gradients = gradients_of(exact), fast = gradients_of(strong_translator(options));
    for (const auto& item : exact->named_parameters()) {
      at::Tensor parameter = item.value();
      const at::Tensor& gradient = gradients.at(item.key());
      const int64_t at = gradient.abs().flatten().argmax().item<int64_t>();
      const double steepest = gradient.flatten()[at].item<double>();
      // What shifts all keys alike shifts all scores alike, and changes no weight.
      const bool shifts_keys = options.transformer() && options.clear && item.key() == "encoder.last_shift";
      EXPECT_EQ(std::abs(steepest) > 1e-5, !shifts_keys) << item.key();
      EXPECT_LE((fast.at(item.key()) - gradient).abs().max().item<double>(), 2e-3 * std::abs(steepest) + 1e-5)
          << item.key();
      const at::NoGradGuard guard;
      double* const number = parameter.mutable_data_ptr<double>() + at;
      const double before = *number;
      *number = before + kStep;
      const double above = loss_of(exact).item<double>();
      *number = before - kStep;
      const double below = loss_of(exact).item<double>();
      *number = before;
      EXPECT_NEAR(steepest, (above - below) / (2 * kStep), 1e-5 * std::max(1.0, std::abs(steepest))) << item.key();
    }
  }
}

}  // namespace
}  // namespace fovea::tasks
