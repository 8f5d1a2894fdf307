#include "tasks/text/json.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/schema.h"
#include "tasks/text/results.h"

namespace fovea::tasks {
namespace {

using test::make_answer;
using test::read_schema;
using test::schema_errors;
using ::testing::IsEmpty;

// As a reader of the program's output gets it.
Json through_text(const Json& value) {
  return Json::parse(to_line(value));
}

Mechanism small_mechanism() {
  Mechanism out;
  out.answer = make_answer("好 film", {{"好", 0.625}, {"film", 0.375}});
  out.attention = "dot";
  out.normalizer = "softmax";
  out.classes = {"negative", "positive"};
  out.scores = {1.5, -0.25};
  out.contributions = {{-0.5, 0.75}, {0.125, 0.0625}};
  out.bias = {0.25, -0.125};
  out.logits = {-0.125, 0.6875};
  out.context = {0.1, -3, 7};
  return out;
}

TEST(AnswerJson, HasWhatTheSchemaPromises) {
  auto answer = make_answer("The 酒店 is bad", {{"The", 0.0625}, {"酒店", 0.25}, {"is", 0.0875}, {"bad", 0.6}});
  answer.truth = "negative";
  answer.unknown_tokens = 1;
  answer.tokens_cut = 2;
  const Json json = through_text(answer_json(answer, 1));
  EXPECT_THAT(schema_errors(read_schema("predict"), json), IsEmpty());
  EXPECT_EQ(
      to_line(json),
      R"({"text":"The 酒店 is bad","label":"positive","probability":0.77,"probabilities":[{"label":"positive",)"
      R"("probability":0.77}],"truth":"negative","tokens":[{"text":"The","start":0,"end":3,"char_start":0,"char_end":3,)"
      R"("weight":0.0625},{"text":"酒店","start":4,"end":10,"char_start":4,"char_end":6,"weight":0.25},)"
      R"({"text":"is","start":11,"end":13,"char_start":7,"char_end":9,"weight":0.0875},)"
      R"({"text":"bad","start":14,"end":17,"char_start":10,"char_end":13,"weight":0.6}],)"
      R"("prior":false,"tokens_cut":2,"unknown_tokens":1})");
}

TEST(AnswerJson, SentencesAndRowsAsTheSchemasPromise) {
  const Json json = through_text(answer_json(test::two_sentences(), 1));
  EXPECT_THAT(schema_errors(read_schema("predict"), json), IsEmpty());
  ASSERT_EQ(json["sentences"].size(), 2u);
  EXPECT_EQ(to_line(json["sentences"][1]),
            R"({"first_token":4,"tokens":4,"start":12,"end":26,"char_start":12,"char_end":26,"weight":0.75,)"
            R"("word_weights":[0.25,0.0,0.5,0.25]})");
  auto rows = make_answer("a b", {{"a", 0.5}, {"b", 0.5}});
  rows.weight_rows = {{0.25, 0.75}, {0.75, 0.25}};
  const Json with_rows = through_text(answer_json(rows, 1));
  EXPECT_THAT(schema_errors(read_schema("predict"), with_rows), IsEmpty());
  EXPECT_EQ(to_line(with_rows["weight_rows"]), "[[0.25,0.75],[0.75,0.25]]");
}

TEST(MechanismJson, ContributionsOfSentencesHaveANameOfTheirOwn) {
  Mechanism mechanism = small_mechanism();
  mechanism.answer = test::two_sentences();
  mechanism.structure = "hierarchical";
  mechanism.sentence_scores = {0.5, 1.5};
  mechanism.scores = {1, 2, 3, 4, 5, 6, 7, 8};
  const Json json = through_text(mechanism_json(mechanism, 1));
  EXPECT_THAT(schema_errors(read_schema("explain"), json), IsEmpty());
  EXPECT_TRUE(json["contributions"].empty());
  EXPECT_EQ(to_line(json["sentence_contributions"]), "[[-0.5,0.75],[0.125,0.0625]]");
  EXPECT_EQ(to_line(json["sentence_scores"]), "[0.5,1.5]");
}

TEST(AnswerJson, TopIsKeptWithinTheClasses) {
  const auto answer = make_answer("w", {{"w", 1}}, {{"a", 0.5}, {"b", 0.3}, {"c", 0.2}});
  EXPECT_EQ(answer_json(answer, 2)["probabilities"].size(), 2u);
  EXPECT_EQ(answer_json(answer, 99)["probabilities"].size(), 3u);
  EXPECT_EQ(answer_json(answer, 0)["probabilities"].size(), 1u);
  EXPECT_FALSE(answer_json(answer, 1).contains("truth"));
}

TEST(AnswerJson, HostileAndEmptyTexts) {
  const Json schema = read_schema("predict");
  const Json hostile = through_text(answer_json(test::hostile_answer(), 2));
  EXPECT_THAT(schema_errors(schema, hostile), IsEmpty());
  EXPECT_EQ(hostile["tokens"][0]["text"], "</script><script>alert(1)</script>");
  const std::string line = to_line(answer_json(test::hostile_answer(), 2));
  for (const char c : line) EXPECT_FALSE(c >= 0 && c < 0x20) << int{c};
  const Json prior = through_text(answer_json(test::prior_answer(), 2));
  EXPECT_THAT(schema_errors(schema, prior), IsEmpty());
  EXPECT_TRUE(prior["prior"].get<bool>());
  EXPECT_TRUE(prior["tokens"].is_array());
}

TEST(AnswerJson, WhatIsNotANumberIsNull) {
  auto answer = make_answer("w", {{"w", std::nan("")}}, {{"a", std::numeric_limits<double>::infinity()}});
  const Json json = through_text(answer_json(answer, 1));
  EXPECT_TRUE(json["probability"].is_null());
  EXPECT_TRUE(json["tokens"][0]["weight"].is_null());
  EXPECT_THAT(schema_errors(read_schema("predict"), json), IsEmpty());
}

TEST(MechanismJson, HasWhatTheSchemaPromises) {
  const Json json = through_text(mechanism_json(small_mechanism(), 2));
  EXPECT_THAT(schema_errors(read_schema("explain"), json), IsEmpty());
  EXPECT_EQ(json["contributions"], Json::parse("[[-0.5,0.75],[0.125,0.0625]]"));
  EXPECT_EQ(json["logits"], Json::parse("[-0.125,0.6875]"));
  EXPECT_EQ(json["tokens"][1]["char_start"], 2);
  Mechanism prior;
  prior.answer = test::prior_answer();
  prior.attention = "max";
  prior.classes = {"a"};
  EXPECT_THAT(schema_errors(read_schema("explain"), through_text(mechanism_json(prior, 1))), IsEmpty());
}

TEST(TestJson, HasWhatTheSchemaPromises) {
  const Json json = through_text(test_json(test::some_result()));
  EXPECT_THAT(schema_errors(read_schema("test"), json), IsEmpty());
  EXPECT_EQ(json["n"], 1872);
  EXPECT_EQ(json["accuracy"], 0.8125);
  EXPECT_EQ(json["accuracy_ci"], Json::parse("[0.7944, 0.8299]"));
  EXPECT_EQ(json["confusion"], Json::parse("[[561,30,109],[41,116,41],[72,26,876]]"));
  EXPECT_EQ(json["confusions"][0], Json::parse(R"({"truth":"negative","predicted":"positive","count":109})"));
  EXPECT_EQ(json["mistakes"][0]["line"], 17);
}

TEST(TestJson, ManyClassesAndNone) {
  const Json thousand = through_text(test_json(test::many_classes(1000)));
  EXPECT_THAT(schema_errors(read_schema("test"), thousand), IsEmpty());
  EXPECT_FALSE(thousand.contains("confusion"));
  EXPECT_EQ(thousand["confusions"].size(), 666u);
  TextTestResult none;
  none.loss = std::nan("");
  none.accuracy = -std::numeric_limits<double>::infinity();
  EXPECT_THAT(schema_errors(read_schema("test"), through_text(test_json(none))), IsEmpty());
}

}  // namespace
}  // namespace fovea::tasks
