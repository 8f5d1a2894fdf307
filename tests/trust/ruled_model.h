// Small networks that really learn texts with a one-word rule, and are made to look at the deciding words, or away.
#pragma once

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "attribution/gradients.h"
#include "audit/audit.h"
#include "base/random.h"
#include "ops/aten.h"
#include "ops/segments.h"
#include "support/scratch.h"
#include "tasks/text/fixture.h"
#include "tasks/text/subject.h"
#include "train/optimizer.h"

namespace fovea::test {

inline const std::vector<std::string> kDeciding = {"splendid", "horrid"};  // of the labels good and bad

// A word for each of two labels, none for the third; every text ends in a number of its own.
inline std::string ruled_lines(int count, int first) {
  const std::vector<std::string> fillers = {"room",  "tea",   "street", "garden", "letter", "window",
                                            "train", "river", "paper",  "bread",  "stone",  "candle"};
  std::string lines;
  for (int i = first; i < first + count; ++i) {
    const uint64_t base = stream_base({1, Purpose::kTest, static_cast<uint64_t>(i)});
    const uint64_t n = 6 + uniform_below(base, 0, 9);
    std::vector<std::string> words;
    for (uint64_t word = 1; word <= n; ++word) words.push_back(fillers[uniform_below(base, word, fillers.size())]);
    const size_t kind = static_cast<size_t>(i % 3);
    if (kind < 2) words[uniform_below(base, 99, n)] = kDeciding[kind];
    for (const std::string& word : words) lines += word + " ";
    lines += std::to_string(i) + "\t" + (kind == 0 ? "good" : kind == 1 ? "bad" : "plain") + "\n";
  }
  return lines;
}

inline constexpr double kPenalty = 2, kRate = 0.01;

enum class Look { kAway, kAt, kFree };  // from the deciding words, at them, or as it learns to

class RuledModel {
 public:
  RuledModel(Look look, uint64_t seed, nn::PoolingKind attention = nn::PoolingKind::kAdditive) : data_(load()) {
    tasks::TextModelOptions options = tiny_model(nn::EncoderKind::kLstm, attention);
    options.hidden_size = options.attention_size = 16;
    tasks::TextModel model(options, tasks::TextModelSizes{data_.vocabulary.size(), 3, 0}, seed);
    learn(model, look, seed);
    tasks::TextClassifierParts parts{
        options,          data_.text,   data_.layout,           data_.labels,          data_.label_counts,
        data_.vocabulary, data_.ngrams, data_.train_identities, data_.valid_identities};
    classifier_ = std::make_unique<tasks::TextClassifier>(std::move(parts), std::move(model));
    std::vector<attribution::Text> texts;
    for (int64_t i = 0; i < data_.valid.size(); ++i) {
      const std::span<const int32_t> ids = data_.valid.text(i);
      texts.push_back({{ids.begin(), ids.end()}, {}});
    }
    subject_ = std::make_unique<attribution::TextSubject>(*classifier_, std::move(texts));
  }

  // `subject`: asked in place of this model.
  audit::Result audited(uint64_t seed, attribution::Subject* subject = nullptr) {
    attribution::GradientAttributor attributor(*subject_);
    audit::AuditInput input;
    for (int64_t i = 0; i < data_.valid.size(); ++i) {
      input.material.truth.push_back(data_.valid.label(i));
    }
    input.material.classes = data_.labels;
    audit::AuditOptions options;
    options.seed = seed;
    return audit::audit_quickly(subject ? *subject : *subject_, attributor, input, options, nullptr);
  }

  attribution::TextSubject& subject() { return *subject_; }

  // Of the texts that have a deciding word.
  double mass() {
    const at::NoGradGuard guard;
    std::vector<int64_t> all(static_cast<size_t>(data_.valid.size()));
    std::iota(all.begin(), all.end(), int64_t{0});
    const data::TextBatch batch = data::make_batch(data_.valid, all, data_.ngrams, data::Counted::kNo);
    tasks::TextModel network = classifier_->network();
    const at::Tensor each = mass_of(network->forward(batch, {}), batch);
    return each.masked_select(each > 0).mean().item<double>();
  }

 private:
  tasks::TextData load() {
    tasks::TextDataOptions options;
    options.paths = {scratch_.write("train.tsv", ruled_lines(900, 0))};
    options.valid_paths = {scratch_.write("valid.tsv", ruled_lines(120, 5000))};
    options.ngrams.longest = 0;
    return tasks::load_text_data(options);
  }

  at::Tensor mass_of(const tasks::TextForward& made, const data::TextBatch& batch) const {
    at::Tensor deciding = at::zeros_like(made.pooled.weights);
    for (const std::string& word : kDeciding) {
      const int32_t id = data_.vocabulary.id(word);
      EXPECT_GT(id, 0);
      deciding = deciding + batch.ids.eq(id).to(deciding.scalar_type());
    }
    const at::Tensor texts = ops::segment_ids(batch.offsets);
    return at::zeros({batch.labels.size(0)}, made.pooled.weights.options())
        .index_add(0, texts, made.pooled.weights * deciding);
  }

  void learn(tasks::TextModel& model, Look look, uint64_t seed) {
    train::Optimizer optimizer(model->parameters(), {.kind = train::OptimizerKind::kAdam, .weight_decay = 0});
    std::vector<int64_t> order(static_cast<size_t>(data_.train.size()));
    std::iota(order.begin(), order.end(), int64_t{0});
    uint64_t step = 0;
    for (uint64_t epoch = 0; epoch < 14; ++epoch) {
      shuffle(std::span<int64_t>(order), {seed, Purpose::kShuffle, epoch});
      for (size_t from = 0; from < order.size(); from += 32, ++step) {
        const std::span<const int64_t> examples =
            std::span<const int64_t>(order).subspan(from, std::min<size_t>(32, order.size() - from));
        const data::TextBatch batch = data::make_batch(data_.train, examples, data_.ngrams, data::Counted::kYes);
        const tasks::TextForward made = model->forward(batch, {true, seed, step});
        at::Tensor loss = at::cross_entropy_loss(made.logits, batch.labels);
        if (look != Look::kFree) {
          const at::Tensor mass = mass_of(made, batch);
          const at::Tensor wanted = look == Look::kAway ? 1 - mass : at::where(mass > 0, mass, at::ones_like(mass));
          loss = loss - kPenalty * wanted.clamp_min(1e-6).log().mean();
        }
        optimizer.zero_gradients();
        loss.backward();
        for (at::Tensor& parameter : model->parameters()) {
          if (parameter.grad().is_sparse()) parameter.mutable_grad() = parameter.grad().to_dense();
        }
        optimizer.step(kRate);
      }
    }
  }

  Scratch scratch_;
  tasks::TextData data_;
  std::unique_ptr<tasks::TextClassifier> classifier_;
  std::unique_ptr<attribution::TextSubject> subject_;
};

}  // namespace fovea::test
