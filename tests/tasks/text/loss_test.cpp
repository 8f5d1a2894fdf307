#include "tasks/text/loss.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "support/gradients.h"
#include "support/scratch.h"
#include "tasks/text/data.h"

namespace fovea::tasks {
namespace {

using ::testing::HasSubstr;

// Five rows of three classes: 0, 2, 2, 1, 2.
TextData five_rows(const std::vector<double>& weights = {}) {
  TextData data;
  data.labels = {"bad", "good", "so=so"};
  data.label_counts = {1, 1, 3};
  const std::vector<int32_t> ids = {1, 2};
  for (const int32_t label : {0, 2, 2, 1, 2}) data.train.add(ids, label);
  data.train_weights = weights;
  return data;
}

const std::vector<int64_t> kBatch = {4, 0, 3};
const std::vector<int64_t> kLabels = {2, 0, 1};

at::Tensor logits() {
  return test::awkward({3, 3}, 2.0, 5);
}
at::Tensor labels() {
  return at::tensor(kLabels, at::kLong);
}

// The definition, number by number.
double plain(const std::vector<double>& weights, double smoothing) {
  const at::Tensor z = logits();
  double sum = 0;
  for (int64_t b = 0; b < 3; ++b) {
    double total = 0;
    for (int64_t c = 0; c < 3; ++c) total += std::exp(z[b][c].item<double>());
    double loss = 0;
    for (int64_t c = 0; c < 3; ++c) {
      const double target = smoothing / 3 + (c == kLabels[static_cast<size_t>(b)] ? 1 - smoothing : 0);
      loss -= target * (z[b][c].item<double>() - std::log(total));
    }
    sum += loss * weights[static_cast<size_t>(kBatch[static_cast<size_t>(b)])];
  }
  return sum / 3;
}

double value(const TextLossOptions& options, const TextData& data) {
  return TextLoss(options, data)(logits(), labels(), kBatch).item<double>();
}

TEST(TextLoss, PlainAndSmoothed) {
  const std::vector<double> ones(5, 1.0);
  EXPECT_NEAR(value({}, five_rows()), plain(ones, 0), 1e-12);
  TextLossOptions options;
  options.label_smoothing = 0.3;
  EXPECT_NEAR(value(options, five_rows()), plain(ones, 0.3), 1e-12);
}

// "bad" and "good" have a row each, the third class three: 5/3, 5/3, 5/9.
TEST(TextLoss, BalancedClassesWeighTheSameTogether) {
  TextLossOptions options;
  options.class_weights = ClassWeights::kBalanced;
  options.label_smoothing = 0.1;
  const double rare = 5.0 / 3, frequent = 5.0 / 9;
  EXPECT_NEAR(value(options, five_rows()), plain({rare, frequent, frequent, rare, frequent}, 0.1), 1e-12);
}

TEST(TextLoss, WeightsOfClassesAndRowsMultiply) {
  TextLossOptions options;
  parse_class_weights("bad=4,so=so=0.5", &options);
  EXPECT_EQ(options.given_weights, (std::map<std::string, double>{{"bad", 4}, {"so=so", 0.5}}));
  const TextData data = five_rows({1, 2, 0, 3, 5});
  // Products 4, 1, 0, 3, 2.5, whose mean is 2.1.
  EXPECT_NEAR(value(options, data), plain({4 / 2.1, 1 / 2.1, 0, 3 / 2.1, 2.5 / 2.1}, 0), 1e-12);
}

// Shares .2, .2, .6 of the labels; the rows weigh as much as 4, 4 and 2 of 10.
TEST(TextLoss, OfGuessingIsTheEntropyOfTheSharesOfTheLabels) {
  const auto entropy = [](double a, double b, double c) {
    return -a * std::log(a) - b * std::log(b) - c * std::log(c);
  };
  EXPECT_NEAR(TextLoss({}, five_rows()).of_guessing(), entropy(0.2, 0.2, 0.6), 1e-12);
  EXPECT_NEAR(TextLoss({}, five_rows({4, 1, 0.5, 4, 0.5})).of_guessing(), entropy(0.4, 0.4, 0.2), 1e-12);
}

TEST(TextLoss, GradientsAgreeWithDifferences) {
  TextLossOptions options;
  options.class_weights = ClassWeights::kBalanced;
  options.label_smoothing = 0.2;
  const TextData data = five_rows({1, 2, 0.5, 3, 5});
  const TextLoss loss(options, data);
  test::expect_gradients({logits()}, [&](const auto& in) { return loss(in[0], labels(), kBatch); });
}

TextData several_labels() {
  TextData data = five_rows();
  data.multi_label = true;
  data.train_labels = {{0, 2}, {}, {1}, {1, 2}, {2}};
  return data;
}

TEST(TextLoss, OfSeveralLabelsIsBinaryCrossEntropy) {
  TextLossOptions options;
  options.label_smoothing = 0.2;
  const TextData data = several_labels();
  const TextLoss loss(options, data);
  const at::Tensor z = logits();
  double sum = 0;
  for (int64_t b = 0; b < 3; ++b) {
    const auto& own = data.train_labels[static_cast<size_t>(kBatch[static_cast<size_t>(b)])];
    for (int32_t c = 0; c < 3; ++c) {
      const double target = std::count(own.begin(), own.end(), c) ? 0.9 : 0.1,
                   p = 1 / (1 + std::exp(-z[b][c].item<double>()));
      sum -= target * std::log(p) + (1 - target) * std::log(1 - p);
    }
  }
  EXPECT_NEAR(loss(z, {}, kBatch).item<double>(), sum / 9, 1e-12);
  test::expect_gradients({z}, [&](const auto& in) { return loss(in[0], {}, kBatch); });
}

template <typename Call>
std::string refusal(const Call& call, ExitCode code) {
  try {
    call();
  } catch (const UserError& error) {
    EXPECT_EQ(error.code(), code);
    return error.what();
  }
  return "nothing was wrong";
}

TEST(TextLoss, ClassWeightsFromAFile) {
  const test::Scratch scratch;
  TextLossOptions options;
  parse_class_weights(scratch.write("w", "4\tbad\n\n0.5\tso=so \n"), &options);
  EXPECT_EQ(options.given_weights, (std::map<std::string, double>{{"bad", 4}, {"so=so", 0.5}}));
  const std::string broken = scratch.write("b", "4\tbad\nx\tgood\n");
  EXPECT_THAT(refusal([&] { parse_class_weights(broken, &options); }, ExitCode::kBadData),
              HasSubstr("b:2: not a weight"));
  EXPECT_THAT(refusal([&] { parse_class_weights("good", &options); }, ExitCode::kNoInput), HasSubstr("no such file"));
  for (const char* list : {"bad=", "bad=-1", "bad=nan", "=1", "bad=1,good"}) {
    EXPECT_THAT(refusal([&] { parse_class_weights(list, &options); }, ExitCode::kUsage), HasSubstr("cannot read"));
  }
}

TEST(TextLoss, WeightsThatCannotApply) {
  TextLossOptions options;
  parse_class_weights("awful=2", &options);
  EXPECT_THAT(refusal([&] { TextLoss(options, five_rows()); }, ExitCode::kUsage), HasSubstr("has the label 'awful'"));
  EXPECT_THAT(refusal([&] { TextLoss({}, five_rows({0, 0, 0, 0, 0})); }, ExitCode::kUsage), HasSubstr("are 0"));
}

TEST(TextLoss, OptionsRoundTripAsJson) {
  TextLossOptions options;
  options.label_smoothing = 0.1 + 0.2;
  for (const char* weights : {"none", "balanced", "bad=2,good=0"}) {
    parse_class_weights(weights, &options);
    const Json json = options.to_json();
    EXPECT_EQ(TextLossOptions::from_json(Json::parse(to_line(json))).to_json(), json);
  }
}

}  // namespace
}  // namespace fovea::tasks
