#include "attribution/leave_one_out.h"

#include <cmath>

#include <gmock/gmock.h>

#include "attribution/made_subject.h"

namespace fovea::attribution {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

// Knows of each class which words speak for it, and counts what it is asked.
class Bag : public Subject {
 public:
  int64_t classes() const override { return 3; }
  std::vector<Reading> read(std::span<const Text>) override { return {}; }
  std::vector<std::vector<double>> logits(std::span<const Text> texts) override {
    std::vector<std::vector<double>> all;
    for (const Text& text : texts) {
      ++asked;
      std::vector<double> logits = {0.1, -0.2, 0.3};
      for (const int32_t id : text.ids) logits[static_cast<size_t>(id % 3)] += 0.4 * id;
      all.push_back(logits);
    }
    return all;
  }
  std::vector<std::vector<double>> logits_under(const Text&, std::span<const Looks>) override { return {}; }

  int asked = 0;
};

std::vector<double> softmax(const std::vector<double>& logits) {
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit);
  std::vector<double> out;
  for (const double logit : logits) out.push_back(std::exp(logit) / sum);
  return out;
}

TEST(LeaveOneOut, IsWhatTheAnswerLosesWithTheWord) {
  Bag bag;
  const std::vector<Text> texts = {{{1, 3, 5}, {}}, {{}, {}}, {{2}, {}}};
  const std::vector<int64_t> towards = {2, 0, 1};
  const auto whole = softmax({0.1 + 1.2, -0.2 + 0.4, 0.3 + 2.0});
  const auto without_one = softmax({0.1 + 1.2, -0.2, 0.3 + 2.0}), without_three = softmax({0.1, -0.2 + 0.4, 0.3 + 2.0}),
             without_five = softmax({0.1 + 1.2, -0.2 + 0.4, 0.3});
  const std::vector<Attribution> all = leave_one_out(bag, texts, towards, Loss::kSigned);
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
  EXPECT_NEAR(leave_one_out(bag, texts, towards, Loss::kDistance)[0].scores[2], distance, 1e-12);
}

TEST(LeaveOneOut, OfTheRealOneIsThatOfSingleCalls) {
  for (const test::SubjectForm& form : test::every_form()) {
    test::MadeSubject made(form);
    const std::vector<Text> texts = made.texts();
    const std::vector<int64_t> towards = {1, 0, 1, 0};
    const std::vector<Attribution> all = leave_one_out(*made, texts, towards, Loss::kSigned);
    for (size_t t = 0; t < texts.size(); ++t) {
      ASSERT_EQ(all[t].scores.size(), texts[t].ids.size());
      const double whole = made->read({&texts[t], 1})[0].probabilities[static_cast<size_t>(towards[t])];
      for (int64_t i = 0; i < texts[t].size(); ++i) {
        const Text rest = texts[t].without({&i, 1});
        const double left = made->read({&rest, 1})[0].probabilities[static_cast<size_t>(towards[t])];
        EXPECT_NEAR(all[t].scores[static_cast<size_t>(i)], whole - left, 2e-6) << form.name << ", word " << i;
      }
    }
  }
}

}  // namespace
}  // namespace fovea::attribution
