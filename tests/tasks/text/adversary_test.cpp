#include "tasks/text/adversary.h"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "metrics/trust/distance.h"
#include "tasks/text/kind.h"
#include "tasks/text/task.h"
#include "tasks/text/trained.h"
#include "tasks/text/untrained.h"

namespace fovea::tasks {
namespace {

std::vector<int64_t> numbers_to(int64_t count) {
  std::vector<int64_t> all(static_cast<size_t>(count));
  std::iota(all.begin(), all.end(), int64_t{0});
  return all;
}

std::vector<double> plain(const at::Tensor& row) {
  const at::Tensor dense = row.detach().to(at::kDouble).contiguous();
  return {dense.const_data_ptr<double>(), dense.const_data_ptr<double>() + dense.numel()};
}

TextModelOptions without_dropout(TextModelOptions options) {
  options.embedding_dropout = options.word_dropout = options.state_dropout = options.output_dropout = 0;
  options.ngram_dropout = 0;
  return options;
}

// Untrained weights are nearly even: these are not.
void sharpen(TextModel& model) {
  const at::NoGradGuard guard;
  for (auto& item : model->named_parameters()) {
    if (item.key().find("score_vector") != std::string::npos) item.value().mul_(25);
    if (item.key().find("head.weight") != std::string::npos) item.value().mul_(9);
  }
}

// By the formulas of the audit, text by text.
double expected_loss(const TextForward& made, const TextForward& base, const at::Tensor& offsets, double temperature,
                     double pull) {
  const auto tempered = [&](const TextForward& of) { return (of.logits.detach() / temperature).softmax(1); };
  const at::Tensor own = tempered(made), other = tempered(base);
  double sum = 0;
  const int64_t texts = offsets.numel() - 1;
  for (int64_t b = 0; b < texts; ++b) {
    const int64_t from = offsets[b].item<int64_t>(), to = offsets[b + 1].item<int64_t>();
    sum += metrics::total_variation(plain(own[b]), plain(other[b])) -
           pull * metrics::kullback_leibler(plain(made.weights.slice(0, from, to)),
                                            plain(base.weights.slice(0, from, to)));
  }
  return sum / static_cast<double>(texts);
}

TEST(AdversaryLoss, IsTheFormulaOfEveryStructure) {
  const test::Scratch scratch;
  TextDataOptions read = test::review_options(scratch, 120);
  read.text.sentences = true;
  const TextData data = load_text_data(read);
  for (const Structure structure : {Structure::kFlat, Structure::kRows, Structure::kHierarchical}) {
    for (const int64_t members : {1, 2}) {
      TextModelOptions options = test::tiny_model();
      options.structure = structure;
      options.members = members;
      TextModel other(options, test::sizes_of(data), 5), model(options, test::sizes_of(data), 8);
      sharpen(other);
      sharpen(model);
      TextClassifierParts parts = test::make_parts(data, options);
      parts.temperature = 1.7;
      const AdversaryLoss loss(TextClassifier(parts, other), 0.3);
      const data::TextBatch batch = data::make_batch(data.train, numbers_to(7), data.ngrams, data::Counted::kYes);
      const TextForward made = model->forward(batch, {}), base = other->forward(batch, {});
      const double expected = expected_loss(made, base, batch.offsets, 1.7, 0.3);
      EXPECT_NEAR(loss(made, batch).item<double>(), expected, 1e-5) << static_cast<int>(structure) << members;
      EXPECT_NEAR(loss(base, batch).item<double>(), 0, 1e-5) << "nothing is nearer to a model than itself";
    }
  }
}

// A step along the gradient: the maps go apart where λ is there, and the answers together.
TEST(TextTask, AnAdversaryLearnsToLookElsewhere) {
  const test::Scratch scratch;
  const TextData data = load_text_data(test::review_options(scratch, 200));
  const TextModelOptions options = without_dropout(test::tiny_model());
  TextModel other(options, test::sizes_of(data), 5);
  sharpen(other);
  const TextClassifier base(test::make_parts(data, options), other);
  const std::vector<int64_t> examples = numbers_to(32);
  const data::TextBatch batch = data::make_batch(data.train, examples, data.ngrams, data::Counted::kYes);
  const auto after_steps = [&](double pull) {
    TextTask task(data, options, 9);
    task.learn_against({base, pull});
    EXPECT_TRUE(std::isinf(task.chance_loss()));
    for (uint64_t step = 0; step < 60; ++step) {
      for (const at::Tensor& parameter : task.module().parameters()) parameter.mutable_grad() = at::Tensor();
      task.loss(examples, {step}).backward();
      const at::NoGradGuard guard;
      for (at::Tensor parameter : task.module().parameters()) {
        if (parameter.grad().defined()) parameter.sub_(0.5 * parameter.grad().to_dense());
      }
    }
    const TextForward made = task.model()->forward(batch, {}), own = other->forward(batch, {});
    const double moved = expected_loss(made, own, batch.offsets, 1, 0);
    return std::pair(moved, moved - expected_loss(made, own, batch.offsets, 1, 1));  // TVD, KL
  };
  const auto [near, near_apart] = after_steps(0);
  const auto [far, far_apart] = after_steps(0.3);
  EXPECT_LT(near, 0.1);
  EXPECT_GT(far_apart, 2 * near_apart);
}

// What it answers is compared with another model's, so that it must be as warm.
TEST(TextWork, AnAdversaryHasTheTemperatureOfItsModel) {
  const test::Scratch scratch;
  const LoadedText data(load_text_data(test::review_options(scratch, 900)));
  TextSettings settings;
  settings.model = test::tiny_model();
  TextClassifierParts parts = test::make_parts(data.texts, settings.model);
  parts.temperature = 2.5;
  const TrainedText base(TextClassifier(parts, TextModel(settings.model, test::sizes_of(data.texts), 5)));
  TextWork adversary(settings, data.texts, {.adversary = {&base, 0.1}}), other(settings, data.texts, {});
  adversary.finish(false, 1);
  other.finish(false, 1);
  EXPECT_EQ(adversary.model()->temperature(), 2.5);
  EXPECT_NE(other.model()->temperature(), 2.5);
}

// Its own weights, made elsewhere, change nothing; those of other words do.
TEST(TextTask, ReadsRowsUnderTheirWeights) {
  const test::Scratch scratch;
  const TextData data = load_text_data(test::review_options(scratch, 150));
  const TextModelOptions options = without_dropout(test::tiny_model(nn::EncoderKind::kWord));
  const auto task_under = [&](const FrozenWeights* weights) {
    auto task = std::make_unique<TextTask>(data, options, 3);
    TextModel model = task->model();
    sharpen(model);
    if (weights) task->read_under(*weights);
    return task;
  };
  TextModel model = task_under(nullptr)->model();
  FrozenWeights weights = text_weights(TextClassifier(test::make_parts(data, options), model), data);
  ASSERT_EQ(std::ssize(weights.train), data.train.size());
  ASSERT_EQ(std::ssize(weights.valid), data.valid.size());
  const std::vector<int64_t> examples = {5, 0, 11, 2};
  const auto loss_under = [&](const FrozenWeights* under) {
    return task_under(under)->loss(examples, {}).item<double>();
  };
  const auto valid_under = [&](const FrozenWeights* under) { return task_under(under)->validate().at("loss"); };
  const double loss = loss_under(nullptr), valid = valid_under(nullptr);
  EXPECT_NEAR(loss_under(&weights), loss, 1e-5);
  EXPECT_NEAR(valid_under(&weights), valid, 1e-5);
  for (auto* part : {&weights.train, &weights.valid}) {
    for (std::vector<float>& row : *part) {
      std::fill(row.begin(), row.end(), 0.0F);
      if (!row.empty()) row.back() = 1;
    }
  }
  EXPECT_GT(std::abs(loss_under(&weights) - loss), 1e-3);
  EXPECT_GT(std::abs(valid_under(&weights) - valid), 1e-3);
}

TEST(TextKind, WithoutContextAWordIsReadByItself) {
  const test::Scratch scratch;
  const LoadedText data(load_text_data(test::review_options(scratch, 150)));
  ASSERT_GT(data.texts.ngrams.width(), 0);
  TextSettings settings;
  settings.model.structure = Structure::kHierarchical;
  settings.model.members = 3;
  settings.model.look = Look::kClear;
  const std::unique_ptr<Data> alone = text_kind().without_context(settings, data);
  const TextData& texts = static_cast<const LoadedText&>(*alone).texts;
  EXPECT_EQ(texts.ngrams.width(), 0) << "n-grams tell of a word's neighbours";
  EXPECT_EQ(texts.train.tokens(), data.texts.train.tokens());
  settings.model.embedding_size = settings.model.hidden_size = settings.model.attention_size = 8;
  TextModel model(settings.model, test::sizes_of(texts), 4);
  data::EncodedTexts two;
  two.add(std::vector<int32_t>{3, 4, 5}, 0);
  two.add(std::vector<int32_t>{6, 4, 2}, 0);
  const data::TextBatch batch = data::make_batch(two, numbers_to(2), texts.ngrams, data::Counted::kNo);
  const at::Tensor memory = model->forward(batch, {}).memory;
  EXPECT_TRUE(at::equal(memory[1], memory[4])) << "one word between other neighbours";
  EXPECT_FALSE(at::equal(memory[0], memory[3]));
}

}  // namespace
}  // namespace fovea::tasks
