// A head that reads all states alike, past attention: what it shows are the weights of a sound network, which play no
// part in its answers. The audit must not call such a map informative, however well its words are chosen.
#include "trust/ruled_model.h"

namespace fovea::test {
namespace {

using attribution::Looks;
using attribution::Question;
using attribution::Reading;

class PastAttention : public attribution::Subject {
 public:
  PastAttention(attribution::Subject& answers, attribution::Subject& shows) : answers_(answers), shows_(shows) {}

  int64_t inputs() const override { return answers_.inputs(); }
  int64_t parts(int64_t input) const override { return answers_.parts(input); }
  int64_t classes() const override { return answers_.classes(); }
  bool can(attribution::Erased how) const override { return answers_.can(how); }
  std::vector<attribution::Prior> priors(int64_t input) override { return answers_.priors(input); }
  uint64_t identity(int64_t input) const override { return answers_.identity(input); }
  attribution::Nouns nouns() const override { return answers_.nouns(); }
  std::vector<Reading> read(std::span<const Question> questions) override {
    std::vector<Reading> readings = answers_.read(questions), shown = shows_.read(questions);
    for (size_t t = 0; t < readings.size(); ++t) {
      readings[t].weights = shown[t].weights;
      readings[t].looks = shown[t].looks;
    }
    return readings;
  }
  std::vector<std::vector<double>> logits(std::span<const Question> questions) override {
    return answers_.logits(questions);
  }
  std::vector<std::vector<double>> logits_under(int64_t input, std::span<const Looks> variants) override {
    const Question whole{.input = input};
    return std::vector<std::vector<double>>(variants.size(), answers_.logits({&whole, 1}).front());
  }

 private:
  attribution::Subject& answers_;
  attribution::Subject& shows_;
};

TEST(PastAttentionSlow, AHeadThatReadsAllStatesAlikeIsDecorativeInFiveOfFiveSeeds) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    RuledModel answers(Look::kFree, seed, nn::PoolingKind::kMean), shows(Look::kAt, seed);
    PastAttention past(answers.subject(), shows.subject());
    const audit::Result result = answers.audited(seed, &past);
    EXPECT_GT(shows.mass(), 0.9) << seed << ": the map shown is at the words that decide";
    EXPECT_GT(result.accuracy.mean, 0.95) << seed;
    EXPECT_EQ(result.verdict.grade, audit::Grade::kDecorative)
        << seed << ": " << (result.verdict.reasons.empty() ? "" : result.verdict.reasons.front());
    EXPECT_EQ(result.verdict.ignored, true) << seed;
  }
}

}  // namespace
}  // namespace fovea::test
