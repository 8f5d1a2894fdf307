// A kind of model that has nothing to do with texts, tensors or gradients: rows of numbers, of which the largest
// decides. The audit reads it by positions alone.
#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attribution/attributor.h"
#include "audit/audit.h"
#include "base/random.h"
#include "metrics/trust/distance.h"
#include "report/audit_json.h"
#include "report/audit_page.h"
#include "report/audit_text.h"

namespace fovea::attribution {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::Not;

// Class 1 where the number that it looks at most is above 0, else class 0; it looks at large sizes, or, where it lies,
// at small ones and answers by the large ones all the same. A masked number is 0.
class Rows : public Subject {
 public:
  Rows(std::vector<std::vector<double>> rows, bool lies) : rows_(std::move(rows)), lies_(lies) {}

  int64_t inputs() const override { return std::ssize(rows_); }
  int64_t parts(int64_t input) const override { return std::ssize(rows_[static_cast<size_t>(input)]); }
  int64_t classes() const override { return 2; }
  bool can(Erased how) const override { return how == Erased::kMasked; }
  uint64_t identity(int64_t input) const override { return static_cast<uint64_t>(input); }
  Nouns nouns() const override { return {"number", "numbers", "row", "rows", "0"}; }

  std::vector<Reading> read(std::span<const Question> questions) override {
    std::vector<Reading> readings;
    for (const Question& question : questions) {
      const std::vector<double> row = asked(question);
      Reading reading;
      reading.weights = weights_of(row);
      reading.looks = {reading.weights};
      reading.logits = answer(row, reading.weights);
      reading.probabilities = metrics::probabilities_of(reading.logits);
      reading.representation = row;
      readings.push_back(std::move(reading));
    }
    return readings;
  }
  std::vector<std::vector<double>> logits(std::span<const Question> questions) override {
    std::vector<std::vector<double>> all;
    for (const Reading& reading : read(questions)) all.push_back(reading.logits);
    return all;
  }
  std::vector<std::vector<double>> logits_under(int64_t input, std::span<const Looks> variants) override {
    std::vector<std::vector<double>> all;
    for (const Looks& looks : variants) all.push_back(answer(rows_[static_cast<size_t>(input)], looks.front()));
    return all;
  }
  std::vector<Prior> priors(int64_t input) override {
    Prior centre{"centre", "{parts} in the middle first", {}};
    const auto middle = static_cast<double>(parts(input) - 1) / 2;
    for (int64_t i = 0; i < parts(input); ++i) centre.scores.push_back(-std::abs(static_cast<double>(i) - middle));
    return {centre};
  }

 private:
  std::vector<double> asked(const Question& question) const {
    std::vector<double> row = rows_[static_cast<size_t>(question.input)];
    for (const int64_t part : question.gone) row[static_cast<size_t>(part)] = 0;
    return row;
  }
  Weights weights_of(const std::vector<double>& row) const {
    Weights weights;
    double sum = 0;
    for (const double number : row) sum += weights.emplace_back(std::exp((lies_ ? -2 : 2) * std::abs(number)));
    for (double& weight : weights) weight /= sum;
    return weights;
  }
  std::vector<double> answer(const std::vector<double>& row, const Weights& weights) const {
    double sum = 0;
    for (size_t i = 0; i < row.size(); ++i) sum += lies_ ? std::pow(row[i], 3) / 4 : 4 * weights[i] * row[i];
    return {0, sum};
  }

  std::vector<std::vector<double>> rows_;
  bool lies_;
};

audit::Result audited(bool lies) {
  std::vector<std::vector<double>> rows;
  audit::AuditInput input;
  input.material.classes = {"below", "above"};
  for (uint64_t i = 0; i < 80; ++i) {
    const uint64_t base = stream_base({4, Purpose::kTest, i});
    std::vector<double>& row = rows.emplace_back();
    const uint64_t size = 4 + uniform_below(base, 0, 8);
    for (uint64_t k = 1; k <= size; ++k) row.push_back(uniform(base, k) - 0.5);
    const bool above = i % 2 == 0;
    row[uniform_below(base, 99, size)] = above ? 2.5 : -2.5;
    input.material.truth.push_back(above ? 1 : 0);
  }
  Rows subject(std::move(rows), lies);
  PlainAttributor attributor(subject);
  return audit::audit_quickly(subject, attributor, input, {}, nullptr);
}

TEST(RowsOfNumbers, AnHonestModelIsInformative) {
  const audit::Result result = audited(false);
  EXPECT_EQ(result.verdict.grade, audit::Grade::kInformative) << testing::PrintToString(result.verdict.reasons);
  EXPECT_EQ(result.accuracy.mean, 1);
  EXPECT_TRUE(result.erasure.masked);
  std::vector<std::string> names;
  for (const audit::MapErasure& map : result.erasure.maps) names.push_back(map.name);
  EXPECT_EQ(names, (std::vector<std::string>{"attention", "loo", "centre"}));
}

TEST(RowsOfNumbers, OneThatLooksAwayIsDecorative) {
  EXPECT_EQ(audited(true).verdict.grade, audit::Grade::kDecorative);
}

// Nowhere does a report call a number a word.
TEST(RowsOfNumbers, IsReportedInItsOwnWords) {
  const audit::Result result = audited(false);
  EXPECT_EQ(result.left_out,
            (std::vector<std::string>{"contribution", "gradient", "gradient-input", "attention-gradient", "ig"}));
  const std::string text = report::audit_text(result, {}, report::Told::kAll),
                    page = report::audit_page(result, "0.1.0");
  for (const std::string& said : {text, page}) {
    EXPECT_THAT(said, HasSubstr("Numbers are erased by masking: 0 stands in their place."));
    EXPECT_THAT(said, Not(HasSubstr("the text"))) << said;
    EXPECT_THAT(said, Not(HasSubstr(" texts"))) << said;
    EXPECT_THAT(said, HasSubstr("Left out, for this model cannot be asked by it: contribution, gradient"));
  }
  EXPECT_THAT(result.verdict.reasons, Each(Not(HasSubstr("word"))));
  EXPECT_EQ(result.slices.front().by, "numbers");
  EXPECT_EQ(report::audit_json(result)["erasure"]["words"]["how"], "masked");
}

}  // namespace
}  // namespace fovea::attribution
