#include "metrics/sequence/scores.h"

#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/version.h"

namespace fovea::metrics {
namespace {

using Texts = std::vector<std::string>;

TranslationMetrics scored(const Texts& translations, const Texts& references, const TranslationOptions& options = {}) {
  return score_translations(translations, std::span<const std::string>(references), options);
}

struct SentenceCase {
  const char *translation, *reference;
  TranslationOptions options;
  double bleu, sentence_bleu, chrf, ter;  // of sacreBLEU 2.4.3
};

// One sentence: as a corpus, and by itself with effective order.
TEST(TranslationScores, OfSentencesAreSacreBleus) {
  const TranslationOptions plain, lower{.lowercase = true}, zh{.tokenizer = Tokenizer::kZh};
  const SentenceCase cases[] = {
      {"", "a b", plain, 0, 0, 0, 100},
      {"a b", "", plain, 0, 0, 0, 100},
      {"", "", plain, 0, 0, 0, 0},
      {"cat", "cat", plain, 0, 100, 100, 0},
      {"cat", "dog", plain, 0, 0, 0, 100},
      {"Cat", "cat", plain, 0, 0, 38.8889, 0},
      {"Cat", "cat", lower, 0, 100, 100, 0},
      {"The cat sat on a mat.", "The cat sat on the mat.", plain, 48.8923, 48.8923, 65.8003, 16.6667},
      {"on the mat sat, happily, the black cat", "the black cat sat on the mat, happily", plain, 30.7394, 30.7394,
       82.0945, 62.5},
      {"It costs 1,000.50 (or so) - \"cheap\" & good", "It costs 1,000.50 or so: \"cheap\" &amp; good.", plain, 42.5028,
       42.5028, 62.1469, 62.5},
      {"İSTANBUL ΣΑΣ STRASSE", "i̇stanbul σας straße", lower, 0, 55.0321, 86.7344, 33.3333},
      {"我喜欢北京的“烤鸭”,很好吃。", "我爱北京的“烤鸭”，非常好吃。", zh, 50.3892, 50.3892, 42.8727, 100},
      {"我喜欢北京的“烤鸭”,很好吃。", "我爱北京的“烤鸭”，非常好吃。", plain, 0, 0, 42.8727, 100},
  };
  for (const SentenceCase& one : cases) {
    SCOPED_TRACE(one.translation + std::string(" | ") + one.reference);
    const TranslationMetrics metrics = scored({one.translation}, {one.reference}, one.options);
    EXPECT_NEAR(100 * metrics.bleu.score(), one.bleu, 5.1e-5);
    EXPECT_NEAR(100 * metrics.bleu.sentence_score(0), one.sentence_bleu, 5.1e-5);
    EXPECT_NEAR(100 * metrics.chrf.score(), one.chrf, 5.1e-5);
    EXPECT_NEAR(100 * metrics.chrf.sentence_score(0), one.chrf, 5.1e-5);
    EXPECT_NEAR(100 * metrics.ter.score(), one.ter, 5.1e-5);
    EXPECT_NEAR(100 * metrics.ter.sentence_score(0), one.ter, 5.1e-5);
  }
}

// The example of sacreBLEU's documentation and a sentence without a translation.
TEST(TranslationScores, OfACorpus) {
  const Texts translations = {"The dog bit the man.", "It wasn't surprising.", "The man had just bitten him.", ""};
  const Texts references = {"The dog bit the man.", "It was not unexpected.", "The man bit him first.", "Nothing."};
  const TranslationMetrics metrics = scored(translations, references);
  EXPECT_NEAR(100 * metrics.bleu.score(), 40.065453, 5.1e-7);
  EXPECT_NEAR(100 * metrics.chrf.score(), 45.602562, 5.1e-7);
  EXPECT_NEAR(100 * metrics.ter.score(), 53.333333, 5.1e-7);
  EXPECT_NEAR(metrics.bleu.sentence_score(0), 1, 1e-12);
  EXPECT_EQ(metrics.ter.sentence_score(3), 1);
  for (const TranslationMetric* metric : {&metrics.bleu, &metrics.chrf, &metrics.ter}) {
    EXPECT_EQ(metric->sums.rows, 4U);
    EXPECT_EQ(metric->sums.parts, metric->measure.parts);
    EXPECT_EQ(metric->sums.values.size(), 4 * metric->measure.parts);
    const Interval interval = bootstrap(metric->sums, metric->measure, 12345, 200);
    EXPECT_LE(interval.low, metric->score());
    EXPECT_GE(interval.high, metric->score());
    EXPECT_LT(interval.low, interval.high);
    EXPECT_THROW(metric->sentence_score(4), InternalError);
  }
}

TEST(TranslationScores, SeveralReferences) {
  const Texts translations = {"a dog runs in the park"};
  const std::vector<Texts> references = {{"a dog is running in the park", "the dog runs through a park today"}};
  const TranslationMetrics metrics = score_translations(translations, references);
  EXPECT_NEAR(100 * metrics.bleu.score(), 36.1691, 5.1e-5);
  EXPECT_NEAR(100 * metrics.chrf.score(), 48.6526, 5.1e-5);
  EXPECT_NEAR(100 * metrics.ter.score(), 28.5714, 5.1e-5);
}

TEST(TranslationScores, SignaturesSayHow) {
  const std::string version = std::string("|version:fovea-") + fovea::version();
  const TranslationMetrics plain = scored({"a"}, {"b"});
  EXPECT_EQ(plain.bleu.signature, "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp" + version);
  EXPECT_EQ(plain.chrf.signature, "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no" + version);
  EXPECT_EQ(plain.ter.signature, "nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no" + version);
  const TranslationMetrics other =
      score_translations(Texts{"a", "b"}, std::vector<Texts>{{"a", "b"}, {"c"}},
                         {.tokenizer = Tokenizer::kChar, .lowercase = true, .ter_case_sensitive = true});
  EXPECT_EQ(other.bleu.signature, "nrefs:var|case:lc|eff:no|tok:char|smooth:exp" + version);
  EXPECT_EQ(other.chrf.signature, "nrefs:var|case:lc|eff:yes|nc:6|nw:0|space:no" + version);
  EXPECT_EQ(other.ter.signature, "nrefs:var|case:mixed|tok:tercom|norm:no|punct:yes|asian:no" + version);
}

TEST(TranslationScores, OptionsAreOfTheirMetricsAlone) {
  const Texts upper = {"A B C D e"}, reference = {"a b c d e"};
  const TranslationMetrics plain = scored(upper, reference), lower = scored(upper, reference, {.lowercase = true}),
                           sensitive = scored(upper, reference, {.ter_case_sensitive = true});
  EXPECT_EQ(plain.ter.score(), 0);
  EXPECT_EQ(sensitive.ter.score(), 0.8);
  EXPECT_EQ(lower.ter.score(), 0);
  EXPECT_EQ(lower.bleu.score(), 1);
  EXPECT_EQ(lower.chrf.score(), 1);
  EXPECT_LT(plain.bleu.score(), 1);
  EXPECT_EQ(sensitive.bleu.score(), plain.bleu.score());
  EXPECT_EQ(sensitive.chrf.score(), plain.chrf.score());
}

TEST(TranslationScores, OfNothing) {
  const TranslationMetrics none = scored({}, {});
  EXPECT_EQ(none.bleu.score(), 0);
  EXPECT_EQ(none.ter.sums.rows, 0U);
  EXPECT_THROW(scored({"a"}, {}), InternalError);
}

}  // namespace
}  // namespace fovea::metrics
