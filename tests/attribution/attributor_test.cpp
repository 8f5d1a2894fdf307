#include "attribution/attributor.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>

#include "attribution/made_subject.h"
#include "base/errors.h"

namespace fovea::attribution {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

// A kind of model that has rows of numbers and no tensors: of each class it knows which numbers speak for it. It counts
// what it is asked.
class Bag : public Subject {
 public:
  std::vector<std::vector<int>> rows;
  bool deletes = true;
  int asked = 0;

  int64_t inputs() const override { return std::ssize(rows); }
  int64_t parts(int64_t input) const override { return std::ssize(rows[static_cast<size_t>(input)]); }
  int64_t classes() const override { return 3; }
  bool can(Erased how) const override { return deletes == (how == Erased::kDeleted); }
  std::vector<Reading> read(std::span<const Question> questions) override {
    std::vector<Reading> readings;
    for (const Question& question : questions) {
      readings.emplace_back();
      for (const int number : rows[static_cast<size_t>(question.input)]) readings.back().weights.push_back(number);
    }
    return readings;
  }
  std::vector<std::vector<double>> logits(std::span<const Question> questions) override {
    std::vector<std::vector<double>> all;
    for (const Question& question : questions) {
      ++asked;
      EXPECT_TRUE(question.gone.empty() || can(question.how));
      std::vector<double> logits = {0.1, -0.2, 0.3};
      const std::vector<int>& row = rows[static_cast<size_t>(question.input)];
      for (int64_t i = 0; i < std::ssize(row); ++i) {
        const bool gone = std::find(question.gone.begin(), question.gone.end(), i) != question.gone.end();
        const int number = row[static_cast<size_t>(i)];
        if (!gone) logits[static_cast<size_t>(number % 3)] += 0.4 * number;
      }
      all.push_back(logits);
    }
    return all;
  }
  std::vector<std::vector<double>> logits_under(int64_t, std::span<const Looks>) override { return {}; }
  std::vector<Prior> priors(int64_t) override { return {}; }
  uint64_t identity(int64_t input) const override {
    uint64_t mixed = 0;
    for (const int number : rows[static_cast<size_t>(input)]) mixed = mixed * 31 + static_cast<uint64_t>(number);
    return mixed;
  }
  Nouns nouns() const override { return {"number", "numbers", "row", "rows", "0"}; }
};

std::vector<double> softmax(const std::vector<double>& logits) {
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit);
  std::vector<double> out;
  for (const double logit : logits) out.push_back(std::exp(logit) / sum);
  return out;
}

TEST(LeaveOneOut, IsWhatTheAnswerLosesWithThePart) {
  Bag bag;
  bag.rows = {{1, 3, 5}, {}, {2}};
  const std::vector<int64_t> towards = {2, 0, 1};
  const auto whole = softmax({0.1 + 1.2, -0.2 + 0.4, 0.3 + 2.0});
  const auto without_one = softmax({0.1 + 1.2, -0.2, 0.3 + 2.0}), without_three = softmax({0.1, -0.2 + 0.4, 0.3 + 2.0}),
             without_five = softmax({0.1 + 1.2, -0.2 + 0.4, 0.3});
  const std::vector<Attribution> all = leave_one_out(bag, towards, Method::kLeaveOneOut);
  EXPECT_THAT(all[0].scores,
              ElementsAre(DoubleNear(whole[2] - without_one[2], 1e-12), DoubleNear(whole[2] - without_three[2], 1e-12),
                          DoubleNear(whole[2] - without_five[2], 1e-12)));
  EXPECT_LT(all[0].scores[0], 0);  // it spoke for another class
  EXPECT_THAT(all[1].scores, IsEmpty());
  EXPECT_THAT(all[2].scores,
              ElementsAre(DoubleNear(softmax({0.1, -0.2, 0.3 + 0.8})[1] - softmax({0.1, -0.2, 0.3})[1], 1e-12)));
  EXPECT_EQ(bag.asked, 3 + 3 + 1);

  double distance = 0;
  for (size_t y = 0; y < 3; ++y) distance += std::abs(whole[y] - without_five[y]) / 2;
  EXPECT_NEAR(leave_one_out(bag, towards, Method::kLeaveOneOutDistance)[0].scores[2], distance, 1e-12);

  bag.deletes = false;  // its parts can only be masked, which it is asked for then
  EXPECT_EQ(leave_one_out(bag, towards, Method::kLeaveOneOut)[0].scores, all[0].scores);
}

TEST(LeaveOneOut, OfTheRealOneIsThatOfSingleCalls) {
  for (const test::SubjectForm& form : test::every_form()) {
    test::MadeSubject made(form);
    const std::vector<int64_t> towards = {1, 0, 1, 0};
    const std::vector<Attribution> all = leave_one_out(*made, towards, Method::kLeaveOneOut);
    for (int64_t t = 0; t < made->inputs(); ++t) {
      const auto row = static_cast<size_t>(t), c = static_cast<size_t>(towards[row]);
      ASSERT_EQ(std::ssize(all[row].scores), made->parts(t));
      const auto p = [&](const Question& question) { return made->read({&question, 1})[0].probabilities[c]; };
      for (int64_t i = 0; i < made->parts(t); ++i) {
        const double left = p({.input = t, .gone = {i}, .how = Erased::kDeleted});
        EXPECT_NEAR(all[row].scores[static_cast<size_t>(i)], p({.input = t}) - left, 2e-6)
            << form.name << ", word " << i;
      }
    }
  }
}

TEST(RandomScores, AreDrawnBySeedAndContent) {
  Bag bag;
  bag.rows = {{4, 5, 6, 4}, {5, 4, 6, 4}, {4, 5, 6, 4}};
  const std::vector<double> drawn = random_scores(bag, 0, 1);
  ASSERT_EQ(drawn.size(), 4u);
  EXPECT_EQ(drawn, random_scores(bag, 2, 1)) << "the same content once more";
  EXPECT_NE(drawn, random_scores(bag, 0, 2));
  EXPECT_NE(drawn, random_scores(bag, 1, 1));
  EXPECT_NE(drawn[0], drawn[3]);  // a part is not its score
  double sum = 0;
  for (uint64_t seed = 0; seed < 1000; ++seed) sum += random_scores(bag, 0, seed)[2];
  EXPECT_NEAR(sum / 1000, 0.5, 0.03);  // three standard errors
}

TEST(PlainAttributor, HasWhatEverySubjectCanBeAsked) {
  Bag bag;
  bag.rows = {{1, 3, 5}, {2, 4}};
  PlainAttributor attributor(bag);
  const std::vector<int64_t> towards = {2, 1};
  int offered = 0;
  for (const MethodFacts& facts : kMethods) {
    if (!attributor.offers(facts.method)) {
      EXPECT_THROW(attributor.attribute(facts.method, towards, 1), InternalError) << facts.name;
      continue;
    }
    ++offered;
    const std::vector<Attribution> all = attributor.attribute(facts.method, towards, 1);
    ASSERT_EQ(all.size(), 2U) << facts.name;
    EXPECT_EQ(all[0].scores.size(), 3U) << facts.name;
  }
  EXPECT_EQ(offered, 4);
  EXPECT_THAT(attributor.attribute(Method::kAttention, towards, 1)[1].scores, ElementsAre(2, 4));
  EXPECT_FALSE(attributor.offers(Method::kPrior));
}

}  // namespace
}  // namespace fovea::attribution
