// Texts cut into pieces of words, through the program.
#include <csignal>
#include <filesystem>

#include "base/files.h"
#include "cli/checks.h"
#include "cli/tiny.h"
#include "support/process.h"
#include "support/program.h"
#include "support/scratch.h"

namespace fovea::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<std::string> kPieces = {"--tokenizer", "sentencepiece", "--pieces", "120"};

class PiecesProgram : public ::testing::Test {
 protected:
  PiecesProgram() { scratch_.write("rows.txt", label_lines(tiny_reviews(200))); }
  Outcome run(const std::vector<std::string>& arguments) { return run_fovea(arguments, "", scratch_.path()); }
  Json trained(const std::vector<std::string>& arguments) {
    const Outcome outcome = run(join({{"train", "rows.txt"}, arguments, {"--json"}}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, Not(HasSubstr("LOG("))) << "SentencePiece says nothing of its own";
    EXPECT_THAT(outcome.err, Not(HasSubstr("trainer_interface")));
    const Json json = parsed(outcome.out);
    expect_schema("train", json);
    return json;
  }
  std::string file(const std::string& model, const std::string& name) {
    return read_file(scratch_.file(model) + "/" + name);
  }
  Scratch scratch_;
};

TEST_F(PiecesProgram, TrainPredictAndKeepOffsets) {
  const Json json = trained(join({{"--out", "m"}, kPieces, kTiny}));
  EXPECT_GT(json.at("data").at("pieces"), 60);
  EXPECT_LE(json.at("data").at("pieces"), 120);
  EXPECT_TRUE(names_in(scratch_.file("m")).count("pieces.model"));
  EXPECT_THAT(file("m", "manifest.json"), HasSubstr("pieces.model"));
  EXPECT_THAT(file("m", "vocab.txt"), HasSubstr("▁vi"));
  bool inside = false;
  for (const std::string text : {"An UNLOVELY ﬁlm, ½ star ½ 🏨!", "这家酒店很好， 很差", "x", "رائع جدا", "a  b"}) {
    const Json answer = parsed(run({"predict", "m", text, "--json"}).out);
    expect_schema("predict", answer);
    expect_offsets(answer);
    expect_shares(answer);
    size_t end = 0;
    for (const Json& token : answer.at("tokens")) {
      inside |= end > 0 && token.at("start") == end;
      end = token.at("end");
    }
  }
  EXPECT_TRUE(inside) << "a piece begins inside a word";
  const Json info = parsed(run({"info", "m", "--json"}).out);
  expect_schema("info", info);
  EXPECT_EQ(info.at("tokenizer"), "sentencepiece");
  EXPECT_EQ(info.at("pieces"), json.at("data").at("pieces"));
  EXPECT_THAT(run({"info", "m"}).out, HasSubstr("pieces by SentencePiece"));
  EXPECT_THAT(run({"explain", "m", "--text", "lovelydreadful walk", "--steps"}).out, HasSubstr("\n·"))
      << "a piece inside a word is marked";
}

// The same rows make the same model on any number of threads; it is learnt from the training part alone.
TEST_F(PiecesProgram, AreLearntFromTheTrainingPart) {
  trained(join({{"--out", "m", "--threads", "1"}, kPieces, kTiny}));
  trained(join({{"--out", "n", "--threads", "3", "--batch-size", "9"}, kPieces, kTiny}));
  EXPECT_EQ(file("m", "pieces.model"), file("n", "pieces.model"));
  scratch_.write("train.txt", label_lines(tiny_reviews(200)));
  scratch_.write("valid.txt", "__label__good quizzaciously\n__label__bad quizzaciously quizzaciously\n");
  const Outcome outcome = run(join({{"train", "train.txt", "--valid", "valid.txt", "--out", "v"}, kPieces, kTiny}));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(file("v", "pieces.model"), Not(HasSubstr("quizz")));
}

TEST_F(PiecesProgram, SentencesRatiosAndSmallModels) {
  trained(join({{"--out", "h", "--structure", "hierarchical", "--quantize", "int8"}, kPieces, kTiny}));
  const Json answer = parsed(run({"predict", "h", "A lovely film. A dreadful meal! 很好。", "--json"}).out);
  expect_offsets(answer);
  expect_shares(answer);
  EXPECT_GE(answer.at("sentences").size(), 3U);
  EXPECT_EQ(run({"test", "h", "rows.txt", "--json"}).exit_code, 0);
}

TEST_F(PiecesProgram, ResumeGoesOnToTheSameBits) {
  const std::vector<std::string> options =
      join({kPieces,
            kTinySizes,
            {"--max-epochs", "60", "--patience", "0", "--batch-size", "8", "--dropout-kind", "variational"}});
  trained(join({{"--out", "whole"}, options}));
  const std::string cut = scratch_.file("cut");
  Process training(join({{FOVEA_PROGRAM, "train", scratch_.file("rows.txt"), "--out", cut}, options}));
  ASSERT_TRUE(training.wait_until([&] {
    std::error_code ignored;
    const std::string metrics = cut + ".partial/metrics.jsonl";
    return fs::exists(metrics, ignored) && lines_of(read_file(metrics)).size() >= 4;
  }));
  training.signal(SIGINT);
  ASSERT_EQ(training.wait().exit_code, 130) << "it was finished before the signal came";
  EXPECT_THAT(run({"train", "--resume", "--out", cut, "--pieces", "99"}).err, HasSubstr("--resume: --pieces differs"));
  EXPECT_THAT(run({"train", "--resume", "--out", cut, "--dropout-kind", "element"}).err,
              HasSubstr("--dropout-kind differs"));
  ASSERT_EQ(run({"train", "--resume", "--out", cut}).exit_code, 0);
  for (const std::string name : {"pieces.model", "vocab.txt", "ngrams.safetensors", "weights.safetensors"}) {
    EXPECT_EQ(sha256(file("cut", name)), sha256(file("whole", name))) << name;
  }
}

// A piece model that was altered together with the hash that vouches for it.
TEST_F(PiecesProgram, AnAlteredPieceModelIsRefused) {
  trained(join({{"--out", "m"}, kPieces, kTiny}));
  const std::string pieces = file("m", "pieces.model");
  for (const std::string& bad : {pieces.substr(0, pieces.size() / 2), std::string("nonsense"), std::string()}) {
    scratch_.write("m/pieces.model", bad);
    EXPECT_EQ(run({"predict", "m", "a"}).exit_code, 65);
    Json manifest = parsed(file("m", "manifest.json"));
    manifest["files"]["pieces.model"] = {{"bytes", bad.size()}, {"sha256", sha256(bad)}};
    scratch_.write("m/manifest.json", to_pretty(manifest));
    const Outcome outcome = run({"predict", "m", "a"});
    EXPECT_EQ(outcome.exit_code, 65) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("m/pieces.model: is no model of SentencePiece"));
  }
  fs::remove(scratch_.file("m") + "/pieces.model");
  EXPECT_THAT(run({"predict", "m", "a"}).err, HasSubstr("pieces.model"));
}

// libsentencepiece.so and libc10.so export a name in common; CMakeLists.txt says which must come first.
TEST_F(PiecesProgram, SentencePieceIsLoadedBeforeLibtorch) {
  const std::string libraries = run_program({"readelf", "-d", FOVEA_PROGRAM}).out;
  const size_t sentencepiece = libraries.find("[libsentencepiece.so");
  ASSERT_NE(sentencepiece, std::string::npos);
  for (const std::string later : {"[libtorch", "[libc10"}) EXPECT_LT(sentencepiece, libraries.find(later)) << later;
}

TEST_F(PiecesProgram, GoOnWithThePiecesOfTheModel) {
  trained(join({{"--out", "m"}, kPieces, kTiny}));
  scratch_.write("new.txt", label_lines(tiny_reviews(90)) + "__label__good quizzaciously quizzaciously fine\n");
  const Outcome outcome = run({"train", "new.txt", "--init", "m", "--out", "n", "--max-epochs", "1"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(file("m", "pieces.model"), file("n", "pieces.model"));
  const Outcome other = run({"train", "new.txt", "--init", "m", "--out", "o", "--pieces", "99"});
  EXPECT_EQ(other.exit_code, 64);
  EXPECT_THAT(other.err, HasSubstr("--pieces differs from the model"));
}

TEST_F(PiecesProgram, WhatCannotBeIsSaid) {
  const Outcome few =
      run(join({{"train", "rows.txt", "--out", "f", "--pieces", "20", "--tokenizer", "sentencepiece"}}));
  EXPECT_EQ(few.exit_code, 64);
  EXPECT_THAT(few.err, HasSubstr("--pieces 20 is too few"));
  EXPECT_FALSE(fs::exists(scratch_.file("f")));
  const Outcome many =
      run(join({{"train", "rows.txt", "--out", "g", "--tokenizer", "sentencepiece", "--pieces", "90000"},
                kTinySizes,
                {"--max-epochs", "1"}}));
  EXPECT_EQ(many.exit_code, 0) << many.err;
  EXPECT_THAT(many.err, HasSubstr("of the 90000 asked for (--pieces)"));
  for (const std::string number : {"15", "1000001", "-3", "many"}) {
    const Outcome outcome =
        run({"train", "rows.txt", "--out", "x", "--tokenizer", "sentencepiece", "--pieces", number});
    EXPECT_EQ(outcome.exit_code, 64) << number;
    EXPECT_THAT(outcome.err, HasSubstr("--pieces")) << number;
  }
  const Outcome unused = run({"train", "rows.txt", "--out", "x", "--pieces", "100"});
  EXPECT_EQ(unused.exit_code, 64);
  EXPECT_THAT(unused.err, HasSubstr("--pieces cannot apply: it is for --tokenizer sentencepiece"));
}

}  // namespace
}  // namespace fovea::test
