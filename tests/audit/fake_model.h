// Models whose answers can be worked out by hand, for tests of the audit.
#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "attribution/methods.h"
#include "audit/material.h"
#include "base/random.h"
#include "metrics/trust/distance.h"

namespace fovea::test {

using attribution::Attribution;
using attribution::Erased;
using attribution::Looks;
using attribution::Method;
using attribution::Question;
using attribution::Reading;
using attribution::Weights;

struct Text {
  std::vector<int32_t> ids;  // word 0 is the mask
};

// logits = bias + Σ_i a_i · values[id_i] with a_i ∝ exp(scores[id_i]). Word 0, the mask, is worth nothing.
struct FakeModel : attribution::Subject {
  std::vector<Text> texts;                  // its inputs
  std::vector<std::vector<double>> values;  // [id][class]
  std::vector<double> scores;               // [id]
  std::vector<double> bias;                 // [class]
  size_t looks = 1;
  bool past_attention = false;  // the answer is the sum over the words, whatever their weights
  std::vector<Erased> ways = {Erased::kDeleted, Erased::kMasked};
  std::vector<size_t> asked;  // questions in each call of logits()

  int64_t inputs() const override { return std::ssize(texts); }
  int64_t parts(int64_t input) const override { return std::ssize(text(input).ids); }
  int64_t classes() const override { return std::ssize(bias); }
  bool can(Erased how) const override { return std::find(ways.begin(), ways.end(), how) != ways.end(); }
  attribution::Nouns nouns() const override { return {"word", "words", "text", "texts", "the unknown word"}; }
  uint64_t identity(int64_t input) const override { return static_cast<uint64_t>(input); }

  const Text& text(int64_t input) const { return texts[static_cast<size_t>(input)]; }

  Text asked_text(const Question& question) const {
    EXPECT_TRUE(question.gone.empty() || can(question.how)) << "this model cannot erase so";
    EXPECT_TRUE(std::is_sorted(question.gone.begin(), question.gone.end()));
    Text rest;
    for (int64_t i = 0; i < parts(question.input); ++i) {
      const bool gone = std::binary_search(question.gone.begin(), question.gone.end(), i);
      if (gone && question.how == Erased::kDeleted) continue;
      rest.ids.push_back(gone ? 0 : text(question.input).ids[static_cast<size_t>(i)]);
    }
    return rest;
  }

  Weights weights_of(const Text& text) const {
    Weights out;
    double sum = 0;
    for (const int32_t id : text.ids) {
      out.push_back(std::exp(scores[static_cast<size_t>(id)]));
      sum += out.back();
    }
    for (double& weight : out) weight /= sum;
    return out;
  }

  std::vector<double> answer(const Text& text, const Weights& weights) const {
    std::vector<double> logits = bias;
    for (size_t i = 0; i < text.ids.size(); ++i) {
      const auto& value = values[static_cast<size_t>(text.ids[i])];
      for (size_t c = 0; c < logits.size(); ++c) logits[c] += (past_attention ? 0.25 : weights[i]) * value[c];
    }
    return logits;
  }
  std::vector<double> answer(const Text& text) const { return answer(text, weights_of(text)); }

  std::vector<Reading> read(std::span<const Question> questions) override {
    std::vector<Reading> out;
    for (const Question& question : questions) {
      const Text text = asked_text(question);
      Reading reading;
      reading.weights = weights_of(text);
      reading.looks.assign(looks, reading.weights);
      reading.logits = answer(text, reading.weights);
      reading.probabilities = metrics::probabilities_of(reading.logits);
      reading.conicity = 0.5;
      out.push_back(std::move(reading));
    }
    return out;
  }

  std::vector<std::vector<double>> logits(std::span<const Question> questions) override {
    asked.push_back(questions.size());
    std::vector<std::vector<double>> out;
    for (const Question& question : questions) out.push_back(answer(asked_text(question)));
    return out;
  }

  std::vector<std::vector<double>> logits_under(int64_t input, std::span<const Looks> variants) override {
    std::vector<std::vector<double>> out;
    for (const Looks& variant : variants) {
      Weights mean(text(input).ids.size(), 0);
      for (const Weights& look : variant) {
        for (size_t i = 0; i < mean.size(); ++i) mean[i] += look[i] / static_cast<double>(variant.size());
      }
      out.push_back(answer(text(input), mean));
    }
    return out;
  }

  std::vector<attribution::Prior> priors(int64_t input) override {
    const size_t n = text(input).ids.size();
    std::vector<attribution::Prior> out = {{"position", "earlier {parts} first", {}},
                                           {"frequency", "rarer {parts} first", {}}};
    for (size_t i = 0; i < n; ++i) {
      out[0].scores.push_back(1 - static_cast<double>(i) / static_cast<double>(n));
      out[1].scores.push_back(std::sin(13.0 * text(input).ids[i]));
    }
    return out;
  }
};

// Two classes have a word each (1 and 2), the third has none; words 3 to 30 say nothing.
inline FakeModel rule_model(double attention = 3) {
  FakeModel model;
  model.bias = {0, 0, 1.5};
  model.values.assign(31, {0, 0, 0});
  model.scores.assign(31, 0);
  model.values[1] = {6, 0, 0};
  model.values[2] = {0, 6, 0};
  model.scores[1] = model.scores[2] = attention;
  for (size_t id = 3; id < 31; ++id) {
    model.values[id] = {0.01 * std::sin(static_cast<double>(id)), 0.01 * std::cos(3.0 * static_cast<double>(id)), 0};
    model.scores[id] = 0.3 * std::sin(7.0 * static_cast<double>(id));
  }
  return model;
}

struct RuleTexts : audit::Material {
  std::vector<Text> texts;
};

inline RuleTexts rule_texts(size_t count) {
  RuleTexts out;
  out.classes = {"one", "two", "none"};
  for (size_t text = 0; text < count; ++text) {
    const uint64_t base = stream_base({3, Purpose::kTest, text});
    Text words;
    const uint64_t n = 5 + uniform_below(base, 0, 12);
    for (uint64_t i = 1; i <= n; ++i) words.ids.push_back(static_cast<int32_t>(3 + uniform_below(base, i, 28)));
    const size_t truth = text % 3;
    if (truth < 2) words.ids[uniform_below(base, 99, n)] = static_cast<int32_t>(truth + 1);
    out.texts.push_back(std::move(words));
    out.truth.push_back(static_cast<int64_t>(truth));
  }
  return out;
}

// Leave-one-out, and by it what stands in for the methods that need a gradient.
struct FakeAttributor : attribution::Attributor {
  FakeModel& model;
  bool gradients = true;
  explicit FakeAttributor(FakeModel& asked) : model(asked) {}

  bool offers(Method method) const override {
    return gradients || method == Method::kLeaveOneOut || method == Method::kLeaveOneOutDistance;
  }

  std::vector<double> without_each(int64_t input, size_t c) {
    const auto p = [&](const Question& question) {
      return metrics::probabilities_of(model.answer(model.asked_text(question)))[c];
    };
    std::vector<double> out;
    const Erased how = attribution::way_of(model, Erased::kDeleted);
    const double whole = p({.input = input});
    for (int64_t i = 0; i < model.parts(input); ++i)
      out.push_back(whole - p({.input = input, .gone = {i}, .how = how}));
    return out;
  }

  std::vector<Attribution> attribute(Method method, std::span<const int64_t> towards, uint64_t) override {
    EXPECT_TRUE(offers(method));
    std::vector<Attribution> out;
    for (size_t text = 0; text < model.texts.size(); ++text) {
      const size_t c = static_cast<size_t>(towards[text]);
      Attribution of_text;
      const Weights weights = model.weights_of(model.texts[text]);
      for (size_t i = 0; i < weights.size(); ++i) {
        const double value = model.values[static_cast<size_t>(model.texts[text].ids[i])][c];
        of_text.scores.push_back(method == Method::kWeightGradient ? value : weights[i] * value);
      }
      if (method == Method::kLeaveOneOut) of_text.scores = without_each(static_cast<int64_t>(text), c);
      if (method == Method::kGradient || method == Method::kLeaveOneOutDistance) {
        for (double& score : of_text.scores) score = std::abs(score);
      }
      if (method == Method::kIntegratedGradients) {
        of_text.steps = 20;
        of_text.gap = 0.004;
      }
      out.push_back(std::move(of_text));
    }
    return out;
  }
};

// One that softens: the value of each class of a word is a feature of what is read of it; its weight stays.
struct SoftAttributor : FakeAttributor {
  using FakeAttributor::FakeAttributor;
  bool softens() const override { return true; }
  std::vector<std::vector<double>> logits_softened(std::span<const attribution::Softened> questions,
                                                   uint64_t seed) override {
    std::vector<std::vector<double>> out;
    for (const attribution::Softened& question : questions) {
      const Text& text = model.text(question.input);
      const Weights weights = model.weights_of(text);
      const uint64_t base = stream_base({seed, Purpose::kTest, question.draw});
      std::vector<double> logits = model.bias;
      uint64_t at = 0;
      for (size_t i = 0; i < weights.size(); ++i) {
        for (size_t c = 0; c < logits.size(); ++c) {
          const bool stays = uniform(base, at++) < question.kept[i];
          logits[c] += stays ? weights[i] * model.values[static_cast<size_t>(text.ids[i])][c] : 0;
        }
      }
      out.push_back(std::move(logits));
    }
    return out;
  }
};

inline void no_progress(double) {}

}  // namespace fovea::test
