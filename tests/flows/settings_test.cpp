// The settings of a training as they are saved: what earlier versions wrote is read, and the same is written.
#include "flows/settings.h"

#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "flows/variants.h"
#include "study/space.h"
#include "tasks/search_space.h"
#include "tasks/text/kind.h"
#include "tasks/text/settings.h"

namespace fovea::flows {
namespace {

using ::testing::HasSubstr;

// As version 0.1 wrote it, with every value another than usual.
constexpr const char* kSaved =
    R"({"preset":"best","data":{"paths":["a.csv","b.csv"],"valid_paths":["v.csv"],"test_paths":["t.csv"],)"
    R"("table":{"format":"csv","text_columns":["2","title"],"label_column":"label","weight_column":"w",)"
    R"("multi_label":false,"label_separator":";","label_prefix":"#","on_bad_row":"skip","header":true,"delimiter":";"},)"
    R"("split":{"train":90.0,"valid":10.0,"test":0.0,"seed":18446744073709551615},)"
    R"("vocabulary":{"min_count":3,"max_size":1000},"ngrams":2,"ngram_folds":4,"char_ngrams":3,)"
    R"("vectors":"v.vec","vectors_words":7,"freeze_vectors":true},"split":"90/10","split_given":true,)"
    R"("text":{"tokenizer":"sentencepiece","pieces":500,"nfkc":false,"case_fold":false,"markup":"auto",)"
    R"("max_tokens":99,"sentences":true},)"
    R"("model":{"encoder":"cnn","attention":"scaled-dot","normalizer":"entmax15","embedding_size":20,)"
    R"("hidden_size":24,"layers":2,"directions":1,"attention_size":16,"embedding_dropout":0.1,"word_dropout":0.2,)"
    R"("state_dropout":0.3,"output_dropout":0.4,"ngram_dropout":0.5,"dropout_kind":"variational",)"
    R"("structure":"hierarchical","rows":5,"row_penalty":0.25,"look":"plain","value_width":3,"neighbor_dropout":0.25,)"
    R"("entropy_penalty":0.5,"heads":1,"members":5,"filter_width":5,"encoder_heads":2},)"
    R"("training":{"seed":18446744073709551615,"batch_size":8,"batch_tokens":100,"max_epochs":2,"optimizer":"sgd",)"
    R"("momentum":0.5,"learning_rate":0.3,"embedding_rate":2.0,"weight_decay":0.0,"warmup":0.1,"decay":"cosine",)"
    R"("clip_norm":0.0,"average":0.5,"patience":9,"evaluations_per_epoch":3,"metric":"loss","max_steps":5,)"
    R"("max_minutes":0.3333333333333333},)"
    R"("loss":{"label_smoothing":0.1,"class_weights":[["bad",2.0],["good",0.5]]},"init":"m","refit":true,)"
    R"("refit_rows":20000,"quantize":"int8","threads":1,"force":true})";

Json saved() {
  return Json::parse(kSaved);
}

std::string refusal(const Json& settings) {
  try {
    plan_of(tasks::text_kind(), settings, "settings.json");
  } catch (const UserError& error) {
    EXPECT_EQ(error.code(), ExitCode::kBadData);
    EXPECT_THAT(error.remedy(), HasSubstr("--force"));
    return error.what();
  }
  return "";
}

TEST(Settings, OfBeforeAreReadAndWrittenAlike) {
  const TrainPlan plan = plan_of(tasks::text_kind(), saved(), "settings.json");
  const tasks::TextSettings& text = tasks::as_text(*plan.settings);
  EXPECT_EQ(text.data.split.seed, std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(text.data.text.tokenizer, data::Tokenizer::kSentencePiece);
  EXPECT_EQ(text.model.structure, tasks::Structure::kHierarchical);
  EXPECT_EQ(text.loss.given_weights.at("good"), 0.5);
  Json now = settings_json(plan);
  now["threads"] = 1;
  EXPECT_EQ(to_line(now), kSaved);
}

TEST(Settings, OfBeforeAnOptionWasHaveItsUsualValue) {
  Json old = saved();
  for (const char* key : {"preset", "loss", "init", "refit", "refit_rows", "quantize"}) old.erase(key);
  for (const char* key : {"ngram_folds", "char_ngrams", "vectors", "vectors_words", "freeze_vectors"}) {
    old["data"].erase(key);
  }
  for (const char* key : {"weight_column", "multi_label", "label_separator", "delimiter"})
    old["data"]["table"].erase(key);
  for (const char* key : {"dropout_kind", "structure", "rows", "row_penalty", "look", "value_width", "neighbor_dropout",
                          "entropy_penalty", "heads", "members", "filter_width", "encoder_heads"}) {
    old["model"].erase(key);
  }
  for (const char* key : {"optimizer", "momentum"}) old["training"].erase(key);
  const TrainPlan plan = plan_of(tasks::text_kind(), old, "settings.json");
  const tasks::TextSettings& text = tasks::as_text(*plan.settings);
  EXPECT_EQ(plan.preset, "fast");
  EXPECT_EQ(text.model.look, tasks::Look::kPlain) << "there was no other";
  EXPECT_EQ(text.data.ngrams.folds, 0) << "there were no weights of n-grams";
  EXPECT_EQ(text.data.ngrams.letters, 0);
  EXPECT_EQ(text.data.table.label_separator, ",");
  EXPECT_EQ(text.model.members, 1);
  EXPECT_EQ(plan.train.optimizer, train::OptimizerKind::kAdamW);
  EXPECT_FALSE(plan.refit || plan.quantize);
}

TEST(Settings, ThatMeanNothingAreRefusedWithTheirPlace) {
  Json json = saved();
  json["data"]["ngram_folds"] = 1;
  EXPECT_THAT(refusal(json), HasSubstr("settings.json: --ngram-folds: 1 model"));
  json = saved();
  json["model"]["filter_width"] = 4;
  EXPECT_THAT(refusal(json), HasSubstr("settings.json: --filter-width 4 is even"));
  json = saved();
  json["training"]["max_epochs"] = 0;
  EXPECT_EQ(refusal(json), "settings.json: training: field \"max_epochs\" is 0, not a whole number from 1 to 100000");
  json = saved();
  json.erase("text");
  EXPECT_EQ(refusal(json), "settings.json: field \"text\" is missing");
  json = saved();
  json.erase("force");
  EXPECT_THAT(refusal(json), HasSubstr("settings.json: "));
  EXPECT_THAT(refusal(Json(3)), HasSubstr("settings.json: they are 3, not an object"));
}

const tasks::Kind& texts() {
  return tasks::text_kind();
}

// What cannot apply beside a setting is left out and named; what cannot be left out stays a mistake.
TEST(TrainingOfAStudy, LeavesOutWhatCannotApply) {
  const Variants given(texts(),
                       {{"", {"a.csv"}}, {"normalizer", {"sparsemax"}}, {"heads", {"2"}}, {"state-dropout", {"0.2"}}});
  std::vector<std::string> left_out;
  const TrainPlan mean = given.fitted({{"attention", "mean"}}, left_out);
  EXPECT_THAT(left_out, testing::ElementsAre("normalizer", "heads"));
  EXPECT_EQ(tasks::as_text(*mean.settings).model.heads, 1);
  EXPECT_EQ(tasks::as_text(*mean.settings).model.state_dropout, 0.2);

  left_out.clear();
  const TrainPlan dot = given.fitted({{"attention", "dot"}}, left_out);
  EXPECT_THAT(left_out, testing::IsEmpty());
  EXPECT_EQ(tasks::as_text(*dot.settings).model.heads, 2);

  EXPECT_THROW(Variants(texts(), {{"", {"a.csv"}}, {"label-separator", {";"}}}).fitted({{"layers", "2"}}, left_out),
               options::CannotApply);
  EXPECT_THROW(
      Variants(texts(), {{"", {"a.csv"}}}).fitted({{"attention", "mean"}, {"normalizer", "sparsemax"}}, left_out),
      options::CannotApply);
}

TEST(TrainingOfAStudy, WhatDecidesTheDataIsNotVaried) {
  const Variants given(texts(), {{"", {"a.csv"}}});
  for (const char* option :
       {"seed", "format", "delimiter", "multi-label", "label-separator", "weight-column", "split", "valid"}) {
    EXPECT_THROW(given.require_varied(option), UserError) << option;
  }
  for (const char* option : {"vectors", "class-weights", "preset", "tokenizer", "heads", "max-epochs", "min-count"}) {
    given.require_varied(option);
  }
  EXPECT_THROW(given.require_varied("refit"), UserError) << "of fovea train alone";
}

// The search names options by their names; so each must be there, may be varied, and takes the values that are tried.
TEST(TrainingOfAStudy, KnowsEveryDimensionOfTheSearch) {
  const Variants given(texts(), {{"", {"a.csv"}}});
  const tasks::SearchSpace& space = texts().search_space();
  for (const tasks::Stage& stage : space.stages) {
    for (const tasks::Dimension& dimension : stage.dimensions) {
      SCOPED_TRACE(dimension.option);
      given.require_varied(dimension.option);
      for (const double share : {0.0, 0.3, 0.6, 0.999}) {
        given.require_settings({{dimension.option, study::value_at(dimension, share)}});
      }
    }
  }
  for (const tasks::SettingList& smaller : space.smaller) given.require_settings(smaller);
}

}  // namespace
}  // namespace fovea::flows
