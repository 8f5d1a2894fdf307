// Ten training steps against a run recorded in double: losses, gradient norms and the weights at the end. The run in
// float, which takes the fast operators, must stay near the same record. A change that moves them on purpose records
// them anew: FOVEA_RECORD=1 build/release/tests/test_train --gtest_filter='Golden*'.
#include <cstdlib>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/json.h"
#include "support/gradients.h"
#include "tasks/text/fixture.h"
#include "tasks/text/task.h"
#include "train/optimizer.h"
#include "train/schedule.h"

namespace fovea::train {
namespace {

constexpr const char* kRecord = FOVEA_SOURCE_DIR "/tests/golden/text_ten_steps.json";
// Machines differ in the order of sums inside a matrix product. In float AdamW makes that large where a gradient is
// near nothing, for it divides by the gradient's own size: the query, which begins at 0, moved by 1e-4 between AVX2 and
// AVX-512.
constexpr double kToleranceDouble = 1e-9, kToleranceFloat = 2e-3;

Json ten_steps(nn::EncoderKind encoder, nn::PoolingKind attention, at::ScalarType type) {
  const test::Scratch scratch;
  const tasks::TextData data = tasks::load_text_data(test::review_options(scratch, 160, 7));
  tasks::TextTask task(data, test::tiny_model(encoder, attention), 7);
  test::convert(task.module(), type);
  TrainOptions options;
  options.learning_rate = 0.02;
  Optimizer optimizer(task.module().parameters(), {.weight_decay = options.weight_decay});
  Json steps = Json::array();
  for (int64_t step = 0; step < 10; ++step) {
    std::vector<int64_t> examples;
    for (int64_t i = 0; i < 8; ++i) examples.push_back((step * 8 + i) % data.train.size());
    optimizer.zero_gradients();
    const at::Tensor loss = task.loss(examples, {static_cast<uint64_t>(step)});
    loss.backward();
    const double norm = optimizer.clip(options.clip_norm);
    optimizer.step(learning_rate_at(options, step, 10));
    steps.push_back({{"loss", loss.item<double>()}, {"gradient_norm", norm}});
  }
  Json sums = Json::object();
  for (const auto& item : task.module().named_parameters()) {
    sums[item.key()] = {item.value().detach().to(at::kDouble).sum().item<double>(),
                        item.value().detach().to(at::kDouble).norm().item<double>()};
  }
  return {{"steps", steps}, {"weights", sums}};
}

void expect_near(const Json& expected, const Json& actual, double tolerance, const std::string& where) {
  if (expected.is_number()) {
    EXPECT_NEAR(expected.get<double>(), actual.get<double>(),
                tolerance * std::max(1.0, std::abs(expected.get<double>())))
        << where;
    return;
  }
  ASSERT_EQ(expected.size(), actual.size()) << where;
  if (expected.is_object()) {
    for (const auto& [key, value] : expected.items()) expect_near(value, actual.at(key), tolerance, where + "/" + key);
  } else {
    for (size_t i = 0; i < expected.size(); ++i) {
      expect_near(expected[i], actual[i], tolerance, where + "/" + std::to_string(i));
    }
  }
}

Json all_runs(at::ScalarType type) {
  at::globalContext().setDeterministicAlgorithms(true, false);
  at::set_num_threads(1);
  return {{"lstm-additive", ten_steps(nn::EncoderKind::kLstm, nn::PoolingKind::kAdditive, type)},
          {"gru-dot", ten_steps(nn::EncoderKind::kGru, nn::PoolingKind::kDot, type)},
          {"elman-max", ten_steps(nn::EncoderKind::kElman, nn::PoolingKind::kMax, type)}};
}

TEST(Golden, TenTrainingStepsOfTheTextTask) {
  const Json now = all_runs(at::kDouble);
  if (std::getenv("FOVEA_RECORD")) {
    write_file(kRecord, to_pretty(now));
    GTEST_SKIP() << "recorded anew: " << kRecord;
  }
  expect_near(Json::parse(read_file(kRecord)), now, kToleranceDouble, "");
}

TEST(Golden, TenTrainingStepsInFloatStayNearTheRecord) {
  expect_near(Json::parse(read_file(kRecord)), all_runs(at::kFloat), kToleranceFloat, "");
}

}  // namespace
}  // namespace fovea::train
