// What the options of a text classifier say about one another.
#include "tasks/text/options.h"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/options/described.h"
#include "tasks/text/settings.h"

namespace fovea::tasks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;

// The options that cannot apply, with the reason.
std::map<std::string, std::string> idle(const TextSettings& given) {
  TextSettings settings = given;
  options::Collector collector;
  settings.visit(collector);
  std::map<std::string, std::string> reasons;
  for (const options::Described& option : collector.take()) {
    if (*option.facts.idle) reasons[option.facts.name] = option.facts.idle;
  }
  return reasons;
}

TEST(TextSettings, UsuallyTheseCannotApply) {
  EXPECT_THAT(idle(TextSettings()),
              ElementsAre(Key("encoder-heads"), Key("entropy-penalty"), Key("filter-width"), Key("freeze-vectors"),
                          Key("label-separator"), Key("neighbor-dropout"), Key("pieces"), Key("row-penalty"),
                          Key("rows"), Key("value-width"), Key("vectors-words")));
}

TEST(TextSettings, EveryChoiceHasOptionsOfItsOwn) {
  TextSettings settings;
  settings.model.look = Look::kClear;
  settings.model.encoder = nn::EncoderKind::kTransformer;
  settings.model.structure = Structure::kRows;
  settings.data.text.tokenizer = data::Tokenizer::kSentencePiece;
  settings.data.vectors.path = "v.vec";
  EXPECT_THAT(idle(settings), ElementsAre(Key("directions"), Key("filter-width"), Key("label-separator")));
  settings.model.encoder = nn::EncoderKind::kCnn;
  settings.model.attention = nn::PoolingKind::kMean;
  EXPECT_THAT(idle(settings), ElementsAre(Key("attention-size"), Key("directions"), Key("encoder-heads"),
                                          Key("entropy-penalty"), Key("label-separator"), Key("normalizer")));
  settings.model.attention = nn::PoolingKind::kLast;
  EXPECT_EQ(idle(settings).at("look"), "the control 'last' takes a state of the encoder");
  settings.model = {.look = Look::kClear, .value_width = 1};
  EXPECT_EQ(idle(settings).at("neighbor-dropout"), "--value-width is 1");
}

TEST(TextSettings, AnAverageHasNoLayer) {
  TextSettings settings;
  settings.model.encoder = nn::EncoderKind::kAverage;
  const auto reasons = idle(settings);
  for (const char* option : {"hidden-size", "layers", "state-dropout"}) {
    EXPECT_EQ(reasons.at(option), "the encoder 'average' has no layer");
  }
  EXPECT_FALSE(reasons.count("dropout-kind")) << "word vectors are dropped";
  settings.model.embedding_dropout = 0;
  EXPECT_TRUE(idle(settings).count("dropout-kind"));
}

TEST(TextSettings, WithoutNgramsNothingIsWeighedOrDropped) {
  TextSettings settings;
  settings.data.ngrams.folds = 0;
  EXPECT_THAT(idle(settings).at("char-ngrams"), HasSubstr("--ngram-folds 0"));
  EXPECT_FALSE(idle(settings).count("ngram-dropout"));
  settings.data.ngrams.longest = 0;
  for (const char* option : {"ngram-folds", "char-ngrams", "ngram-dropout"}) {
    EXPECT_THAT(idle(settings).at(option), HasSubstr("with --ngrams 0"));
  }
}

TEST(TextSettings, SeveralLabelsHaveNoNgramsAndNoWeights) {
  TextSettings settings;
  settings.data.table.multi_label = true;
  settings.settle({});
  EXPECT_EQ(settings.data.ngrams.longest, 0);
  const auto reasons = idle(settings);
  for (const char* option : {"ngrams", "ngram-folds", "char-ngrams", "ngram-dropout", "class-weights"}) {
    EXPECT_THAT(reasons.at(option), HasSubstr("with --multi-label")) << option;
  }
  EXPECT_FALSE(reasons.count("label-separator"));
  settings.data.table.label_separator = "";
  EXPECT_THROW(settings.settle({}), UserError);
}

TEST(TextSettings, SentencesAreLookedForWhereTheyAreRead) {
  TextSettings settings;
  settings.model.structure = Structure::kHierarchical;
  settings.settle({});
  EXPECT_TRUE(settings.data.text.sentences);
  settings.model.structure = Structure::kFlat;
  settings.settle({});
  EXPECT_FALSE(settings.data.text.sentences);
  settings.data.ngrams.folds = 1;
  EXPECT_THROW(settings.settle({}), UserError);
}

TEST(TextModelOptions, WhatOneOptionSpoilsIsNamed) {
  TextModelOptions options;
  options.heads = 2;
  options.attention = nn::PoolingKind::kLast;
  try {
    check_structure(options);
    ADD_FAILURE() << "heads without scores";
  } catch (const options::CannotApply& refused) {
    EXPECT_EQ(refused.option(), "heads");
    EXPECT_STREQ(refused.what(), "--heads cannot apply: the control 'last' has no scores");
  }
  options.attention = nn::PoolingKind::kDot;
  options.heads = 3;  // of 256 features: two options do not go together, and none of them is to be left out
  try {
    check_structure(options);
    ADD_FAILURE() << "256 features for three heads";
  } catch (const UserError& refused) {
    EXPECT_EQ(dynamic_cast<const options::CannotApply*>(&refused), nullptr);
    EXPECT_THAT(refused.what(), HasSubstr("--heads 3 cannot apply: the 256 features"));
  }
}

}  // namespace
}  // namespace fovea::tasks
