#include "attribution/text_attributor.h"

#include <gmock/gmock.h>

#include "attribution/made_subject.h"

namespace fovea::attribution {
namespace {

using test::MadeSubject;
using testing::ElementsAre;
using testing::Ge;
using testing::IsEmpty;
using testing::SizeIs;

TEST(TextAttributor, HasEveryMethodOfEveryForm) {
  for (const test::SubjectForm& form : test::every_form()) {
    MadeSubject made(form);
    TextAttributor attributor(*made);
    const std::vector<Text> texts = made.texts();
    const std::vector<int64_t> towards = {1, 0, 0, 1};
    for (const MethodFacts& facts : kMethods) {
      const std::vector<Attribution> all = attributor.attribute(facts.method, texts, towards, 1);
      ASSERT_THAT(all, SizeIs(4)) << facts.name;
      for (size_t t = 0; t < texts.size(); ++t) EXPECT_THAT(all[t].scores, SizeIs(texts[t].ids.size())) << facts.name;
      EXPECT_EQ(all[0].steps > 0, facts.method == Method::kIntegratedGradients);
      if (!facts.is_signed) {
        EXPECT_THAT(all[0].scores, testing::Each(Ge(0.0))) << facts.name;
      }
      EXPECT_THAT(attributor.attribute(facts.method, {}, {}, 1), IsEmpty()) << facts.name;
    }
  }
}

TEST(TextAttributor, GivesEachMethodItsOwnScores) {
  MadeSubject made(test::every_form()[0]);
  TextAttributor attributor(*made);
  const Text text = made.texts()[0];
  const std::vector<int64_t> towards = {1};
  std::vector<std::vector<double>> seen;
  for (const MethodFacts& facts : kMethods) {
    const std::vector<double> scores = attributor.attribute(facts.method, {&text, 1}, towards, 1)[0].scores;
    EXPECT_EQ(std::count(seen.begin(), seen.end(), scores), 0) << facts.name;
    seen.push_back(scores);
  }
  EXPECT_EQ(seen[0], made->read({&text, 1})[0].weights);
}

}  // namespace
}  // namespace fovea::attribution
