// The gradients of a step that is computed in shares, on translators.
#include "train/gradients.h"

#include <numeric>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "ops/aten.h"
#include "support/gradients.h"
#include "support/scratch.h"
#include "tasks/translation/task.h"

namespace fovea::train {
namespace {

using test::expect_same_bits;
using test::Scratch;

// Sentences of 1 to 40 words, 120 of them.
std::string sentences(const char* words) {
  std::string lines;
  for (int line = 0; line < 120; ++line) {
    for (int word = 0; word <= line % 40; ++word) {
      lines += std::string(word ? " " : "") + words[(line + word * word) % 9] + words[(line * 3 + word) % 9];
    }
    lines += "\n";
  }
  return lines;
}

tasks::TranslationSettings settings_of(const Scratch& scratch, tasks::TranslatorKind network, double dropout) {
  tasks::TranslationSettings settings;
  settings.data.paths = {scratch.write("a.en", sentences("abcdefghi")), scratch.write("a.de", sentences("qrstuvwxy"))};
  settings.data.subwords = data::SubwordKind::kWord;
  settings.data.split = {.train = 90, .valid = 10, .test = 0};
  settings.model.network = network;
  settings.model.embedding_size = settings.model.hidden_size = settings.model.attention_size = 16;
  settings.model.layers = 2;
  settings.model.embedding_dropout = settings.model.state_dropout = settings.model.output_dropout = dropout;
  return settings;
}

struct Gradients {
  double loss = 0;
  size_t shares = 0;
  std::vector<at::Tensor> of;
};

// Of all pairs in one step. `whole`: whatever the task's shares, in one.
Gradients gradients_of(const tasks::TranslationData& data, const tasks::TranslationSettings& settings, int threads,
                       bool whole = false) {
  at::globalContext().setDeterministicAlgorithms(true, false);
  at::set_num_threads(threads);
  tasks::TranslationTask task(data, settings, 3);
  std::vector<int64_t> examples(task.train_lengths().size());
  std::iota(examples.begin(), examples.end(), 0);
  const std::vector<at::Tensor> parameters = task.module().parameters();
  Gradients made;
  made.shares = task.shares(examples).size();
  if (whole) {
    const at::Tensor loss = task.loss(examples, {.number = 5});
    loss.backward();
    made.loss = loss.item<double>();
  } else {
    made.loss = find_gradients(task, examples, {.number = 5}, parameters);
  }
  for (const at::Tensor& parameter : parameters) made.of.push_back(parameter.grad().to_dense());
  at::set_num_threads(1);
  return made;
}

TEST(Gradients, OfSharesAreThoseOfTheWhole) {
  const Scratch scratch;
  const auto settings = settings_of(scratch, tasks::TranslatorKind::kTransformer, 0);
  const tasks::TranslationData data(settings.data);
  const Gradients whole = gradients_of(data, settings, 1, /*whole=*/true), shares = gradients_of(data, settings, 1);
  EXPECT_GT(shares.shares, 2U);
  EXPECT_NEAR(shares.loss, whole.loss, 1e-5 * whole.loss);
  for (size_t p = 0; p < whole.of.size(); ++p) {
    EXPECT_TRUE(at::allclose(shares.of[p], whole.of[p], 1e-4, 1e-6)) << "parameter " << p;
  }
}

TEST(Gradients, AreTheSameBitsOnAnyNumberOfThreads) {
  const Scratch scratch;
  const auto settings = settings_of(scratch, tasks::TranslatorKind::kTransformer, 0.3);
  const tasks::TranslationData data(settings.data);
  const Gradients one = gradients_of(data, settings, 1);
  for (const int threads : {2, 3, 7}) {
    const Gradients many = gradients_of(data, settings, threads);
    EXPECT_EQ(many.loss, one.loss);
    expect_same_bits(many.of, one.of);
  }
}

// Shares draw numbers of their own: were they those of the first, two alike would have masks alike.
TEST(Gradients, SharesDropForThemselves) {
  const Scratch scratch;
  const auto settings = settings_of(scratch, tasks::TranslatorKind::kTransformer, 0.3);
  const tasks::TranslationData data(settings.data);
  tasks::TranslationTask task(data, settings, 3);
  const std::vector<int64_t> examples = {1, 2, 3, 4};
  const double first = task.loss(examples, {.number = 5}).item<double>();
  EXPECT_EQ(task.loss(examples, {.number = 5}).item<double>(), first);
  EXPECT_NE(task.loss(examples, {.number = 5, .share = 1}).item<double>(), first);
}

TEST(Shares, CountEveryPairOnceByItsSteps) {
  const Scratch scratch;
  const auto settings = settings_of(scratch, tasks::TranslatorKind::kTransformer, 0);
  const tasks::TranslationData data(settings.data);
  tasks::TranslationTask task(data, settings, 3);
  std::vector<int64_t> examples(task.train_lengths().size()), found;
  std::iota(examples.begin(), examples.end(), 0);
  double weight = 0;
  for (const tasks::Share& share : task.shares(examples)) {
    found.insert(found.end(), share.examples.begin(), share.examples.end());
    weight += share.weight;
  }
  EXPECT_EQ(found, examples);
  EXPECT_NEAR(weight, 1, 1e-12);
  EXPECT_EQ(task.shares(std::vector<int64_t>{4, 5}).size(), 1U);

  const auto recurrent = settings_of(scratch, tasks::TranslatorKind::kLstm, 0);
  tasks::TranslationTask whole(data, recurrent, 3);
  EXPECT_EQ(whole.shares(examples).size(), 1U);
}

}  // namespace
}  // namespace fovea::train
