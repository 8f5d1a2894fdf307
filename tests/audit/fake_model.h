// Models whose answers can be worked out by hand, for tests of the audit.
#pragma once

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "attribution/methods.h"
#include "audit/material.h"
#include "base/random.h"
#include "metrics/trust/distance.h"

namespace fovea::test {

using attribution::Attribution;
using attribution::Looks;
using attribution::Method;
using attribution::Reading;
using attribution::Text;
using attribution::Weights;

// logits = bias + Σ_i a_i · values[id_i] with a_i ∝ exp(scores[id_i]). Word 0, the mask, is worth nothing.
struct FakeModel : attribution::Subject {
  std::vector<std::vector<double>> values;  // [id][class]
  std::vector<double> scores;               // [id]
  std::vector<double> bias;                 // [class]
  size_t looks = 1;
  bool past_attention = false;  // the answer is the sum over the words, whatever their weights
  std::vector<size_t> asked;    // texts in each call of logits()

  int64_t classes() const override { return std::ssize(bias); }

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

  std::vector<Reading> read(std::span<const Text> texts) override {
    std::vector<Reading> out;
    for (const Text& text : texts) {
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

  std::vector<std::vector<double>> logits(std::span<const Text> texts) override {
    asked.push_back(texts.size());
    std::vector<std::vector<double>> out;
    for (const Text& text : texts) out.push_back(answer(text, weights_of(text)));
    return out;
  }

  std::vector<std::vector<double>> logits_under(const Text& text, std::span<const Looks> variants) override {
    std::vector<std::vector<double>> out;
    for (const Looks& variant : variants) {
      Weights mean(text.ids.size(), 0);
      for (const Weights& look : variant) {
        for (size_t i = 0; i < mean.size(); ++i) mean[i] += look[i] / static_cast<double>(variant.size());
      }
      out.push_back(answer(text, mean));
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

inline audit::Material rule_texts(size_t count) {
  audit::Material out;
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
  explicit FakeAttributor(FakeModel& asked) : model(asked) {}

  std::vector<double> without_each(const Text& text, size_t c) {
    const auto p = [&](const Text& one) { return metrics::probabilities_of(model.logits({&one, 1})[0])[c]; };
    std::vector<double> out;
    const double whole = p(text);
    for (int64_t i = 0; i < text.size(); ++i) out.push_back(whole - p(text.without(std::vector<int64_t>{i})));
    return out;
  }

  std::vector<Attribution> attribute(Method method, std::span<const Text> texts, std::span<const int64_t> towards,
                                     uint64_t) override {
    std::vector<Attribution> out;
    for (size_t text = 0; text < texts.size(); ++text) {
      const size_t c = static_cast<size_t>(towards[text]);
      Attribution one;
      const Weights weights = model.weights_of(texts[text]);
      for (size_t i = 0; i < weights.size(); ++i) {
        const double value = model.values[static_cast<size_t>(texts[text].ids[i])][c];
        const double place = static_cast<double>(i) / static_cast<double>(weights.size());
        one.scores.push_back(method == Method::kPosition         ? 1 - place
                             : method == Method::kFrequency      ? std::sin(13.0 * texts[text].ids[i])
                             : method == Method::kWeightGradient ? value
                                                                 : weights[i] * value);
      }
      if (method == Method::kLeaveOneOut) one.scores = without_each(texts[text], c);
      if (method == Method::kGradient || method == Method::kLeaveOneOutDistance) {
        for (double& score : one.scores) score = std::abs(score);
      }
      if (method == Method::kIntegratedGradients) {
        one.steps = 20;
        one.gap = 0.004;
      }
      out.push_back(std::move(one));
    }
    return out;
  }
};

inline void no_progress(double) {}

}  // namespace fovea::test
