// Going on from a trained model with new data, through the program.
#include "base/files.h"
#include "cli/checks.h"
#include "cli/tiny.h"
#include "support/program.h"
#include "support/scratch.h"

namespace fovea::test {
namespace {

using ::testing::HasSubstr;

std::vector<LabelledText> newer_reviews() {
  std::vector<LabelledText> rows;
  for (int i = 0; i < 60; ++i) {
    rows.push_back({i % 3 ? "middling" : "good", "later " + std::to_string(i) + " : " +
                                                     (i % 3 ? "an ordinary film" : "a lovely song") + " , newword"});
  }
  return rows;
}

class Init : public ::testing::Test {
 protected:
  Init() {
    scratch_.write("old.txt", label_lines(tiny_reviews(200)));
    scratch_.write("new.txt", label_lines(newer_reviews()));
  }
  Outcome run(const std::vector<std::string>& arguments) { return run_fovea(arguments, "", scratch_.path()); }
  Json trained(const std::vector<std::string>& arguments) {
    const Outcome outcome = run(join({{"train"}, arguments, {"--quiet", "--json"}}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    const Json json = parsed(outcome.out);
    expect_schema("train", json);
    return json;
  }
  Json config(const std::string& model) { return parsed(read_file(scratch_.file(model) + "/config.json")); }
  Scratch scratch_;
};

// With the same data, no new word and no step of note, the network is the one that it started from.
TEST_F(Init, WithoutNewsItIsTheSameModel) {
  trained(join({{"old.txt", "--out", "m", "--max-epochs", "2", "--ngrams", "2"}, kTinySizes}));
  trained({"old.txt", "--init", "m", "--out", "n", "--max-steps", "1", "--learning-rate", "1e-8", "--average", "0"});
  EXPECT_EQ(read_file(scratch_.file("m") + "/ngrams.safetensors"),
            read_file(scratch_.file("n") + "/ngrams.safetensors"));
  const auto logits = [&](const std::string& model) {
    return parsed(run({"explain", model, "--text", "a lovely film", "--steps", "--json"}).out).at("logits");
  };
  const Json before = logits("m"), after = logits("n");
  for (size_t c = 0; c < 2; ++c) EXPECT_NEAR(before[c].get<double>(), after[c].get<double>(), 1e-4);
  EXPECT_EQ(config("m").at("model"), config("n").at("model"));
  EXPECT_EQ(config("m").at("label_counts"), config("n").at("label_counts")) << "no text counts twice";
  EXPECT_EQ(read_file(scratch_.file("m") + "/vocab.txt"), read_file(scratch_.file("n") + "/vocab.txt"));
  EXPECT_EQ(config("n").at("options").at("init"), "m");
}

TEST_F(Init, NewWordsAndLabelsGetRows) {
  for (const std::string ngrams : {"2", "0"}) {
    trained(join({{"old.txt", "--out", "m", "--force", "--max-epochs", "8", "--ngrams", ngrams}, kTinySizes}));
    const Json json = trained({"new.txt", "--init", "m", "--out", "n", "--force", "--max-epochs", "8"});
    const Json now = config("n");
    EXPECT_EQ(now.at("labels"), Json({"bad", "good", "middling"}));
    EXPECT_GT(now.at("label_counts")[0], 70) << "those of the model are kept";
    const std::string words = read_file(scratch_.file("n") + "/vocab.txt");
    EXPECT_THAT(words, HasSubstr("newword"));
    EXPECT_THAT(words, HasSubstr("dreadful"));
    EXPECT_EQ(now.at("data").back().at("path"), "init: m");
    for (const std::string text : {"an ordinary film", "visit 3 : a dreadful film"}) {
      const Json answer = parsed(run({"predict", "n", text, "--top", "3", "--json"}).out);
      expect_schema("predict", answer);
      EXPECT_EQ(answer.at("probabilities").size(), 3U);
    }
    expect_schema("info", parsed(run({"info", "n", "--json"}).out));
  }
}

// Somebody labels texts anew that the model has learnt: the new label has rows all the same.
TEST_F(Init, NewLabelOfKnownTexts) {
  for (const std::vector<std::string>& kind : std::vector<std::vector<std::string>>{{}, {"--multi-label"}}) {
    std::vector<LabelledText> rows = tiny_reviews(200);
    trained(join({{"old.txt", "--out", "m", "--force", "--max-epochs", "1"}, kind, kTinySizes}));
    for (size_t i = 0; i < rows.size(); i += 2) rows[i].label = "anew";
    scratch_.write("anew.txt", label_lines(rows));
    trained({"anew.txt", "--init", "m", "--out", "n", "--force", "--max-epochs", "1"});
    EXPECT_GT(config("n").at("label_counts")[0], 50) << "anew";
    EXPECT_EQ(run({"test", "n", "anew.txt"}).exit_code, 0);
  }
}

TEST_F(Init, WhatTheModelSaysIsNotSaidOtherwise) {
  trained(join({{"old.txt", "--out", "m", "--max-epochs", "1"}, kTinySizes}));
  for (const std::vector<std::string>& option : std::vector<std::vector<std::string>>{{"--hidden-size", "9"},
                                                                                      {"--encoder", "gru"},
                                                                                      {"--tokenizer", "char"},
                                                                                      {"--ngrams", "1"},
                                                                                      {"--char-ngrams", "3"},
                                                                                      {"--multi-label"}}) {
    const Outcome outcome = run(join({{"train", "new.txt", "--init", "m", "--out", "n"}, option}));
    EXPECT_EQ(outcome.exit_code, 64) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(option[0] + " differs from the model"));
  }
  const Outcome vectors = run({"train", "new.txt", "--init", "m", "--vectors", "v.txt", "--out", "n"});
  EXPECT_THAT(vectors.err, HasSubstr("--vectors cannot apply: with --init"));
  EXPECT_EQ(run({"train", "new.txt", "--init", "none", "--out", "n"}).exit_code, 66);
  const Outcome same = run({"train", "new.txt", "--init", "m", "--out", "./m", "--force"});
  EXPECT_THAT(same.err, HasSubstr("--init and --out name the same folder"));
  const Outcome preset = run({"train", "new.txt", "--init", "m", "--preset", "best", "--out", "n"});
  EXPECT_THAT(preset.err, HasSubstr("--preset best cannot apply"));
  const Json json = trained({"old.txt", "--init", "m", "--out", "n", "--hidden-size", "8", "--word-dropout", "0.3",
                             "--max-epochs", "1", "--seed", "5"});
  EXPECT_EQ(config("n").at("model").at("word_dropout"), 0.3);
  const Outcome again = run({"train", "old.txt", "--init", "m", "--out", "o", "--seed", "5", "--max-epochs", "1"});
  EXPECT_THAT(again.err, HasSubstr("m was trained on: scores on them are too good"));
}

}  // namespace
}  // namespace fovea::test
