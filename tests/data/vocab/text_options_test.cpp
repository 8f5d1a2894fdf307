#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "data/vocab/segment.h"

namespace fovea::data {
namespace {

TextOptions unusual_options() {
  TextOptions options;
  options.tokenizer = Tokenizer::kCharacters;
  options.pieces = 500;
  options.nfkc = false;
  options.case_fold = true;
  options.markup = Markup::kStrip;
  options.max_tokens = 4'294'967'297;
  options.sentences = true;
  return options;
}

TEST(TextOptions, ComeBackFromJson) {
  const TextOptions options = unusual_options();
  EXPECT_EQ(
      to_line(options.to_json()),
      R"({"tokenizer":"char","pieces":500,"nfkc":false,"case_fold":true,"markup":"strip","max_tokens":4294967297,"sentences":true})");
  const TextOptions back = TextOptions::from_json(Json::parse(to_line(options.to_json())));
  EXPECT_EQ(back.tokenizer, Tokenizer::kCharacters);
  EXPECT_EQ(back.pieces, 500);
  EXPECT_FALSE(back.nfkc);
  EXPECT_TRUE(back.case_fold);
  EXPECT_EQ(back.markup, Markup::kStrip);
  EXPECT_EQ(back.max_tokens, 4'294'967'297);
  EXPECT_TRUE(back.sentences);
}

TEST(TextOptions, OfModelsWithoutSentencesAreRead) {
  Json json = unusual_options().to_json();
  json.erase("sentences");
  json.erase("pieces");
  EXPECT_FALSE(TextOptions::from_json(json).sentences);
}

TEST(TextOptions, NamesGoBothWays) {
  for (const auto tokenizer :
       {Tokenizer::kWords, Tokenizer::kCharacters, Tokenizer::kWhitespace, Tokenizer::kSentencePiece}) {
    TextOptions options = unusual_options();
    options.tokenizer = tokenizer;
    EXPECT_EQ(options.to_json().at("tokenizer"), name_of(tokenizer));
    EXPECT_EQ(TextOptions::from_json(options.to_json()).tokenizer, tokenizer);
  }
  for (const auto markup : {Markup::kKeep, Markup::kStrip}) {
    TextOptions options = unusual_options();
    options.markup = markup;
    EXPECT_EQ(options.to_json().at("markup"), name_of(markup));
    EXPECT_EQ(TextOptions::from_json(options.to_json()).markup, markup);
  }
}

TEST(TextOptions, AutomaticMarkupIsNeverSaved) {
  EXPECT_THROW(TextOptions{}.to_json(), InternalError);
}

TEST(TextOptions, WrongValuesAreRefusedByName) {
  const struct {
    const char *field, *value, *message;
  } cases[] = {
      {"tokenizer", "\"bytes\"",
       R"(text options: field "tokenizer" is "bytes", not words, char, whitespace or sentencepiece)"},
      {"tokenizer", "3", R"(text options: field "tokenizer" is 3, not words, char, whitespace or sentencepiece)"},
      {"nfkc", "1", R"(text options: field "nfkc" is 1, not true or false)"},
      {"case_fold", "\"yes\"", R"(text options: field "case_fold" is "yes", not true or false)"},
      {"markup", "\"auto\"", R"(text options: field "markup" is "auto", not keep or strip)"},
      {"max_tokens", "-1", R"(text options: field "max_tokens" is -1, not a whole number from 0)"},
      {"max_tokens", "1.5", R"(text options: field "max_tokens" is 1.5, not a whole number from 0)"},
      {"max_tokens", "18446744073709551615",
       R"(text options: field "max_tokens" is 18446744073709551615, not a whole number from 0)"},
      {"pieces", "15", R"(text options: field "pieces" is 15, not a whole number from 16 to 1000000)"},
      {"pieces", "18446744073709551615",
       R"(text options: field "pieces" is 18446744073709551615, not a whole number from 16 to 1000000)"},
      {"pieces", "\"many\"", R"(text options: field "pieces" is "many", not a whole number from 16 to 1000000)"},
      {"stemming", "true", R"(text options: field "stemming" is not known)"},
  };
  for (const auto& c : cases) {
    Json json = unusual_options().to_json();
    json[c.field] = Json::parse(c.value);
    try {
      TextOptions::from_json(json);
      ADD_FAILURE() << c.message;
    } catch (const UserError& error) {
      EXPECT_EQ(error.code(), ExitCode::kBadData);
      EXPECT_STREQ(error.what(), c.message);
      EXPECT_FALSE(error.remedy().empty());
    }
  }
}

TEST(TextOptions, MissingFieldsAreRefusedByName) {
  for (const char* field : {"tokenizer", "nfkc", "case_fold", "markup", "max_tokens"}) {
    Json json = unusual_options().to_json();
    json.erase(field);
    EXPECT_THAT([&] { TextOptions::from_json(json); },
                testing::ThrowsMessage<UserError>(testing::HasSubstr("\"" + std::string(field) + "\" is missing")));
  }
  EXPECT_THROW(TextOptions::from_json(Json::array({1, 2})), UserError);
}

}  // namespace
}  // namespace fovea::data
