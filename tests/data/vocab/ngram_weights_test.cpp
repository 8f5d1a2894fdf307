#include "data/vocab/ngram_weights.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"
#include "data/vocab/grown.h"
#include "data/vocab/ngrams.h"

namespace fovea::data {
namespace {

constexpr int64_t kEntries = 12, kFolds = 3;

// 60 texts of four of twelve n-grams; the first four speak for class 0, the next four for class 1, the rest for
// nothing.
NgramTexts made_texts(int64_t classes = 2) {
  NgramTexts texts;
  for (uint64_t t = 0; t < 60; ++t) {
    const auto label = static_cast<int32_t>(t % static_cast<uint64_t>(classes));
    texts.labels.push_back(label);
    texts.folds.push_back(static_cast<int32_t>(t / 4 % kFolds));
    const auto draw = [&](uint64_t i) { return static_cast<int32_t>(mix64(t * 10 + i) % 4); };
    texts.entries.push_back((label == 1 ? 4 : 0) + draw(0));
    texts.entries.push_back((mix64(t) % 5 == 0 ? 4 : 0) + draw(1));  // noise
    texts.entries.push_back(8 + draw(2));
    texts.offsets.push_back(std::ssize(texts.entries));
  }
  return texts;
}

NgramWeights learn(const NgramTexts& texts, int64_t classes = 2, const std::vector<float>& start = {},
                   int64_t threads = 1) {
  return learn_ngram_weights(texts, kEntries, classes, kFolds, start, threads);
}

TEST(NgramWeights, TellTheSidesApart) {
  const NgramWeights weights = learn(made_texts());
  ASSERT_EQ(weights.mean.size(), 12u);
  ASSERT_EQ(weights.each.size(), 36u);
  for (size_t e = 0; e < 4; ++e) EXPECT_LT(weights.mean[e], 0) << e;
  for (size_t e = 4; e < 8; ++e) EXPECT_GT(weights.mean[e], 0) << e;
  for (size_t e = 0; e < 12; ++e) {
    EXPECT_NEAR(weights.mean[e], (weights.each[e] + weights.each[12 + e] + weights.each[24 + e]) / 3, 1e-6) << e;
  }
}

// What a text says must not reach the weights by which it will be read in training.
TEST(NgramWeights, AModelDoesNotKnowTheTextsOfItsFold) {
  const NgramTexts texts = made_texts();
  NgramTexts changed = texts;
  for (size_t t = 0; t < changed.labels.size(); ++t) {
    if (changed.folds[t] == 1) changed.labels[t] = 1 - changed.labels[t];
  }
  const NgramWeights before = learn(texts), after = learn(changed);
  double others = 0;
  for (size_t e = 0; e < 12; ++e) {
    EXPECT_NEAR(before.each[12 + e], after.each[12 + e], 1e-6) << e;
    others += std::abs(before.each[e] - after.each[e]);
  }
  EXPECT_GT(others, 0.1);
}

// At the minimum of |w|²/2 + C Σ max(0, 1 − y m)² every weight is 2 C Σ max(0, 1 − y m) y x.
TEST(NgramWeights, AreTheMinimumOfTheirObjective) {
  constexpr double kCost = 0.3;
  const NgramTexts texts = made_texts();
  const NgramWeights weights = learn(texts);
  double inside_texts = 0, all_texts = 0, bias = 0;
  std::vector<double> inside(12, 0), all(12, 0), ratio(12, 0);
  for (size_t t = 0; t < 60; ++t) {
    if (texts.folds[t] == 0) continue;
    ++all_texts, inside_texts += texts.labels[t];
    for (size_t k = t * 3; k < t * 3 + 3; ++k) {
      const auto e = static_cast<size_t>(texts.entries[k]);
      ++all[e], inside[e] += texts.labels[t];
    }
  }
  const double share = inside_texts / all_texts;
  for (size_t e = 0; e < 12; ++e) {
    ratio[e] = std::log((inside[e] + 2 * share) / inside_texts) -
               std::log((all[e] - inside[e] + 2 * (1 - share)) / (all_texts - inside_texts));
  }
  const auto pull = [&](double offset, std::vector<double>* each) {
    double sum = 0;
    for (size_t t = 0; t < 60; ++t) {
      if (texts.folds[t] == 0) continue;
      const double sign = texts.labels[t] == 1 ? 1 : -1;
      double margin = offset;
      for (size_t k = t * 3; k < t * 3 + 3; ++k) margin += weights.each[static_cast<size_t>(texts.entries[k])];
      const double force = 2 * kCost * std::max(0.0, 1 - sign * margin) * sign;
      sum += force;
      for (size_t k = t * 3; each && k < t * 3 + 3; ++k) (*each)[static_cast<size_t>(texts.entries[k])] += force;
    }
    return sum;
  };
  for (int i = 0; i < 200; ++i) bias += 0.05 * (pull(bias, nullptr) - bias);  // the constant feature's weight
  std::vector<double> forces(12, 0);
  pull(bias, &forces);
  for (size_t e = 0; e < 12; ++e) {
    EXPECT_NEAR(weights.each[e], forces[e] * ratio[e] * ratio[e], 0.05) << e;
  }
}

TEST(NgramWeights, DoNotDependOnThreads) {
  const NgramTexts texts = made_texts(3);
  EXPECT_EQ(learn(texts, 3, {}, 1).each, learn(texts, 3, {}, 4).each);
}

// Where the new texts say nothing of an n-gram, what was known of it stays.
TEST(NgramWeights, GoOnFromAStart) {
  NgramTexts texts = made_texts();
  std::vector<float> start(13, 0);
  start[12] = 6;
  const NgramWeights weights = learn_ngram_weights(texts, 13, 2, kFolds, start, 1);
  EXPECT_EQ(weights.scale, 1);
  EXPECT_EQ(weights.mean[12], 6);
  EXPECT_GT(weights.mean[5], 0);
}

TEST(NgramWeights, AFoldThatLeavesOneClassLearnsNothing) {
  NgramTexts texts = made_texts();
  for (size_t t = 0; t < 60; ++t) texts.folds[t] = texts.labels[t];
  const NgramWeights weights = learn_ngram_weights(texts, kEntries, 2, 2, {}, 1);
  for (const float value : weights.each) EXPECT_EQ(value, 0);
}

// The table adds up the weights of the n-grams that end at a word, and gives a training text those of its fold.
TEST(NgramWeights, StandBehindTheRatiosOfAWord) {
  using Ids = std::vector<int32_t>;
  NgramCounter counter({}, 2);
  counter.add(Ids{1, 2}, 0), counter.add(Ids{2, 1}, 1), counter.add(Ids{1, 3}, 0), counter.add(Ids{3, 2}, 1);
  NgramTable table(counter.count());
  ASSERT_EQ(table.width(), 3);
  const auto n = static_cast<int64_t>(table.counts().keys.size());
  NgramWeights weights;
  weights.folds = 2;
  for (int64_t e = 0; e < n; ++e) weights.mean.push_back(static_cast<float>(1 + e));
  for (int64_t i = 0; i < 2 * n; ++i) weights.each.push_back(static_cast<float>(i < n ? 100 : 1000));
  table.weigh(weights);
  ASSERT_EQ(table.width(), 4);
  const Ids text = {1, 2};
  std::vector<float> out(8, 77);
  table.ratios(text, NgramTable::kAllTexts, out.data());
  double all = 0;
  for (const float value : weights.mean) all += value;
  EXPECT_GT(out[3], 0);
  EXPECT_LT(out[3] + out[7], all);
  EXPECT_EQ(out[3], std::floor(out[3]));
  table.ratios(text, 0, out.data());
  EXPECT_TRUE((out[3] == 100 && out[7] == 200) || (out[3] == 1000 && out[7] == 2000)) << out[3] << " " << out[7];
}

TEST(NgramWeights, GrowWithTheClasses) {
  using Ids = std::vector<int32_t>;
  NgramCounter counter({.longest = 1}, 2), more({.longest = 1}, 3);
  counter.add(Ids{1}, 0), counter.add(Ids{2}, 1);
  more.add(Ids{1}, 0), more.add(Ids{3}, 1), more.add(Ids{2}, 2);
  NgramTable known(counter.count());
  NgramWeights weights;
  weights.mean = {2, -3};
  weights.scale = 5;
  known.weigh(weights);
  const std::vector<int32_t> classes = {0, 2};
  const NgramCounts grown = grown_ngrams(known.counts(), classes, more.count(), 3);
  const NgramWeights now = grown_weights(known.weights(), known.counts().keys, classes, grown.keys, 3);
  EXPECT_EQ(now.scale, 5);
  ASSERT_EQ(now.mean.size(), 9u);
  for (size_t i = 0; i < 3; ++i) {
    const int64_t entry = known.find(grown.keys[i]);
    const float value = entry < 0 ? 0 : weights.mean[static_cast<size_t>(entry)];
    EXPECT_EQ(now.mean[i * 3], -value);
    EXPECT_EQ(now.mean[i * 3 + 1], 0);
    EXPECT_EQ(now.mean[i * 3 + 2], value);
  }
}

}  // namespace
}  // namespace fovea::data
