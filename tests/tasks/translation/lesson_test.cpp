#include "tasks/translation/lesson.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "support/schema.h"
#include "tasks/translation/translate.h"

namespace fovea::tasks {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kSource = "the small dog sees a cat";

Vocabularies word_vocabularies() {
  const std::vector<std::string_view> sentences = {"the small dog sees a cat", "der kleine hund sieht eine katze"};
  Vocabularies vocabularies;
  vocabularies.source = vocabularies.target = data::SubwordModel::learn(sentences, data::SubwordKind::kWord, 40);
  return vocabularies;
}

// A translator as it begins, and a lesson of what it would make of a known translation.
struct Taught {
  explicit Taught(SourceLook look = SourceLook::kAdditive) {
    options.attention = look;
    options.embedding_size = options.hidden_size = options.attention_size = 8;
  }

  TranslationLesson lesson(std::optional<int64_t> word = {}, const std::string& target = "der hund sieht eine katze") {
    const Translator network = make_translator(
        options, TranslatorImpl::Sizes{.source = vocabularies.source.size(), .target = vocabularies.target.size()},
        nn::Stream(5));
    const std::vector<data::Subword> source = vocabularies.source.cut(kSource),
                                     written = vocabularies.target.cut(target);
    const std::vector<std::vector<int32_t>> sources = {source_ids(source, 100)}, targets = {target_ids(written, 100)};
    TranslatedText text;
    text.text = target;
    text.made = read_translations(*network.ptr(), sources, targets).front();
    text.source = source_words(kSource, source);
    text.target = source_words(target, written);
    looks = text.made.weights;
    log_probabilities = text.made.log_probabilities;
    return make_lesson(*network.ptr(), vocabularies, source, std::move(text), word);
  }

  TranslationModelOptions options;
  Vocabularies vocabularies = word_vocabularies();
  std::vector<std::vector<float>> looks;
  std::vector<float> log_probabilities;
};

TEST(TranslationLesson, TellsWhatTheDecoderDid) {
  Taught taught;
  const TranslationLesson lesson = taught.lesson(1);
  ASSERT_EQ(lesson.steps.size(), 6u);
  EXPECT_EQ(lesson.source.back(), "(end)");
  EXPECT_EQ(lesson.steps.front().read, "(begin)");
  EXPECT_EQ(lesson.steps.back().written, "(end)");
  EXPECT_EQ(lesson.steps[2].read, lesson.steps[1].written);
  for (size_t i = 0; i < lesson.steps.size(); ++i) {
    const LessonStep& step = lesson.steps[i];
    EXPECT_NEAR(std::log(step.probability), taught.log_probabilities[i], 1e-5);
    ASSERT_EQ(step.layers.size(), 1u);
    ASSERT_EQ(step.layers[0].weights.size(), lesson.source.size());
    double sum = 0;
    for (const double score : step.layers[0].scores) sum += std::exp(score);
    for (size_t s = 0; s < lesson.source.size(); ++s) {
      EXPECT_NEAR(step.layers[0].weights[s], taught.looks[i][s], 1e-6);
      EXPECT_NEAR(step.layers[0].weights[s], std::exp(step.layers[0].scores[s]) / sum, 1e-5);
    }
    EXPECT_EQ(step.layers[0].context_size, 8);
    EXPECT_GT(step.layers[0].context_length, 0);
    for (size_t c = 0; c + 1 < step.candidates.size(); ++c) {
      EXPECT_TRUE(step.candidates[c + 1].written || step.candidates[c].logit >= step.candidates[c + 1].logit);
    }
    for (const Candidate& one : step.candidates) {
      EXPECT_NEAR(one.probability, std::exp(one.logit - step.log_sum), 1e-9);
      EXPECT_TRUE(!one.written || std::abs(one.probability - step.probability) < 1e-9);
    }
  }
}

TEST(TranslationLesson, IsOfTheLeastProbableWordUnlessAsked) {
  Taught taught;
  const TranslationLesson lesson = taught.lesson();
  EXPECT_TRUE(lesson.least_probable);
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_GE(taught.log_probabilities[i], taught.log_probabilities[static_cast<size_t>(lesson.word)]);
  }
  EXPECT_EQ(taught.lesson(3).word, 3);
  EXPECT_THROW(taught.lesson(5), UserError);
  EXPECT_THROW(taught.lesson({}, ""), UserError);
}

TEST(TranslationLesson, AsTextAndAsJson) {
  const ExplainedTranslation explained(Taught().lesson(2));
  const Json json = explained.json({});
  EXPECT_THAT(test::schema_errors(test::read_schema("explain_translation"), json), IsEmpty());
  EXPECT_EQ(json.at("word").at("text"), "sieht");
  EXPECT_EQ(json.at("word").at("steps").size(), 1u);
  EXPECT_EQ(json.at("word").at("steps")[0].at("layers")[0].at("weights")[0].size(), 7u);
  const std::string text = explained.lesson({});
  EXPECT_THAT(text, HasSubstr("Word 2, sieht, is written in 1 step."));
  EXPECT_THAT(text, HasSubstr("Step 3: reads "));
  EXPECT_THAT(text, ContainsRegex("sum +1\\.0000\n"));
  EXPECT_THAT(text, Not(HasSubstr("least probable one")));
}

TEST(TranslationLesson, WithoutALookThereAreNoWeights) {
  const ExplainedTranslation explained(Taught(SourceLook::kNone).lesson(0));
  EXPECT_THAT(explained.json({}).at("word").at("steps")[0].at("layers"), IsEmpty());
  const std::string text = explained.lesson({});
  EXPECT_THAT(text, HasSubstr("does not look at the source"));
  EXPECT_THAT(text, Not(HasSubstr("× even")));
}

}  // namespace
}  // namespace fovea::tasks
