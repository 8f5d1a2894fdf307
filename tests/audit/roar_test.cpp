// Recursive ROAR on trainings whose outcome is known: a model that is trained answers by whatever words it has seen.
#include "audit/roar.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "audit/fake_model.h"

namespace fovea::audit {
namespace {

using test::FakeAttributor;
using test::FakeModel;
using test::no_progress;

constexpr size_t kTexts = 60;
using attribution::Method;

struct WeightsAttributor : FakeAttributor {
  using FakeAttributor::FakeAttributor;
  std::vector<attribution::Attribution> attribute(Method method, std::span<const int64_t> towards,
                                                  uint64_t seed) override {
    if (method != Method::kAttention) return FakeAttributor::attribute(method, towards, seed);
    std::vector<attribution::Attribution> out;
    for (const test::Text& text : model.texts) out.push_back({.scores = model.weights_of(text)});
    return out;
  }
};

struct OwnedModel {
  explicit OwnedModel(const FakeModel& of) : model(of), attributor(model) {}
  FakeModel model;
  WeightsAttributor attributor;
};

Twin twin_of(FakeModel model, const Hidden& hidden, int64_t first, int64_t count) {
  std::vector<test::Text> texts;
  for (int64_t i = first; i < first + count; ++i) {
    texts.push_back(model.texts[static_cast<size_t>(i)]);
    for (const int64_t part : hidden[static_cast<size_t>(i)]) texts.back().ids[static_cast<size_t>(part)] = 0;
  }
  model.texts = std::move(texts);
  const auto kept = std::make_shared<OwnedModel>(model);
  return {{kept, &kept->model}, {kept, &kept->attributor}};
}

struct MadeModel : Retrained {
  explicit MadeModel(FakeModel of) : model(std::move(of)) {}
  Twin on_taught(const Hidden& hidden, int64_t first, int64_t count) override {
    return twin_of(model, hidden, first, count);
  }
  Twin on_chosen_by(const Hidden& hidden, int64_t first, int64_t count) override {
    return twin_of(model, hidden, first, count);
  }
  Twin on_audited(const Hidden& hidden) override { return twin_of(model, hidden, 0, std::ssize(model.texts)); }
  FakeModel model;
};

// Two words say the same in each text that has a class: 1 and 31, or 2 and 32. Attention looks at the first, and where
// training has not seen that, at the second.
struct MadeTrainings : Retraining {
  MadeTrainings() {
    whole_model = test::rule_model();
    whole_model.texts = material.texts;
    whole_model.values.resize(33, {0, 0, 0});
    whole_model.scores.resize(33, 2);
    whole_model.values[31] = whole_model.values[1];
    whole_model.values[32] = whole_model.values[2];
    for (test::Text& text : whole_model.texts) {
      const auto named = std::find_if(text.ids.begin(), text.ids.end(), [](int32_t id) { return id == 1 || id == 2; });
      if (named == text.ids.end()) continue;
      const int32_t twin = *named + 30;
      text.ids.push_back(twin);
    }
  }
  LearnedParts parts() const override {
    LearnedParts out;
    for (const test::Text& text : whole_model.texts) out.taught.push_back(std::ssize(text.ids));
    out.chosen_by = out.taught;
    return out;
  }
  std::shared_ptr<Retrained> train(const std::string& name, int64_t seed, const HiddenLearned& hidden) override {
    names.insert(name);
    seeds.insert(seed);
    FakeModel model = whole_model;
    std::set<int32_t> seen;
    for (size_t i = 0; i < model.texts.size(); ++i) {
      std::vector<int32_t> ids = model.texts[i].ids;
      EXPECT_EQ(hidden.taught[i].size(), hidden.chosen_by[i].size());
      for (const int64_t part : hidden.taught[i]) ids[static_cast<size_t>(part)] = 0;
      seen.insert(ids.begin(), ids.end());
    }
    for (const int32_t word : {1, 2, 31, 32}) {
      if (seen.count(word)) continue;
      model.values[static_cast<size_t>(word)] = {0, 0, 0};
      model.scores[static_cast<size_t>(word)] = 0;
    }
    if (blind) std::fill(model.scores.begin(), model.scores.end(), 0.0);
    most = std::max(most, hidden.taught.front().size());
    return std::make_shared<MadeModel>(model);
  }
  std::shared_ptr<Retrained> whole(int64_t) override { return std::make_shared<MadeModel>(whole_model); }

  test::RuleTexts material = test::rule_texts(kTexts);
  FakeModel whole_model;
  bool blind = false;
  std::set<std::string> names;
  std::set<int64_t> seeds;
  size_t most = 0;
};

RoarResult roar_of(MadeTrainings& trainings, const RoarOptions& options = {.seeds = 2}) {
  return recursive_roar(trainings, trainings.material, {Method::kAttention}, options, no_progress);
}

TEST(RecursiveRoar, AMapThatNamesWhatDecidesLeavesNothingToLearn) {
  MadeTrainings trainings;
  const RoarResult result = roar_of(trainings);
  EXPECT_EQ(result.seeds, 2);
  EXPECT_EQ(result.trainings, 2 * (2 * 9 + 1));
  EXPECT_EQ(trainings.names.size(), 2U * (2 * 9 + 1));
  EXPECT_EQ(trainings.seeds, (std::set<int64_t>{0, 1}));
  EXPECT_EQ(trainings.most, trainings.whole_model.texts.front().ids.size()) << "all are masked at the end";
  const RoarMap& attention = result.maps.front();
  EXPECT_EQ(attention.curve.name, "attention");
  ASSERT_EQ(attention.curve.accuracy.size(), 11U);
  EXPECT_EQ(attention.curve.accuracy.front().mean, 1);
  EXPECT_NEAR(attention.curve.accuracy[3].mean, 1 / 3.0, 0.05) << "both words are gone: one in three is right";
  EXPECT_GT(result.random.accuracy[3].mean, 0.7) << "most texts have kept one of the two";
  EXPECT_EQ(attention.curve.accuracy.back().mean, result.random.accuracy.back().mean);
  EXPECT_GT(attention.racu.low, 0.6);
  EXPECT_LE(attention.racu.high, 1);
  EXPECT_EQ(attention.by_seed.size(), 2U);
}

// A map that says nothing breaks its ties at random.
TEST(RecursiveRoar, AMapThatSaysNothingIsAsRandom) {
  MadeTrainings trainings;
  trainings.blind = true;
  trainings.whole_model.scores.assign(33, 0);
  for (size_t word : {1, 2, 31, 32}) {
    for (double& value : trainings.whole_model.values[word]) value *= 20;
  }
  const RoarResult result = roar_of(trainings);
  EXPECT_LT(std::abs(result.maps.front().racu.mean), 0.25);
  EXPECT_GT(result.random.accuracy[2].mean, 0.8);
}

TEST(RecursiveRoar, WithoutHarmByRandomMaskingThereIsNoNumber) {
  MadeTrainings trainings;
  trainings.whole_model.bias = {-50, -50, 50};  // it answers one class to all
  const RoarResult result = roar_of(trainings, {.seeds = 1});
  EXPECT_EQ(result.maps.front().racu.n, 0);
  EXPECT_TRUE(std::isnan(result.maps.front().by_seed[0]));
}

}  // namespace
}  // namespace fovea::audit
