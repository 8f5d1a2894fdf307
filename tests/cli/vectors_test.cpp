// Training that starts from word vectors, through the program.
#include <cstring>

#include "base/files.h"
#include "cli/checks.h"
#include "cli/tiny.h"
#include "support/program.h"
#include "support/scratch.h"

namespace fovea::test {
namespace {

const std::vector<std::string> kSmall = {"--hidden-size", "8",      "--attention-size", "8", "--max-epochs", "2",
                                         "--quiet",       "--json", "--ngrams",         "0"};

// The row of a word in weights.safetensors, whose arrays are F32.
std::vector<float> embedding_row(const std::string& model, int64_t row, int64_t width) {
  const std::string bytes = read_file(model + "/weights.safetensors");
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  const Json header = parsed(bytes.substr(8, length));
  const auto begin = header.at("embedding.weight").at("data_offsets")[0].get<size_t>();
  std::vector<float> values(static_cast<size_t>(width));
  std::memcpy(values.data(), bytes.data() + 8 + length + begin + static_cast<size_t>(row * width) * sizeof(float),
              values.size() * sizeof(float));
  return values;
}

int64_t line_of(const std::string& model, const std::string& word) {
  const std::vector<std::string> lines = lines_of(read_file(model + "/vocab.txt"));
  for (size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].substr(lines[i].find('\t') + 1) == word) return static_cast<int64_t>(i);
  }
  return -1;
}

class Vectors : public ::testing::Test {
 protected:
  Vectors() {
    scratch_.write("ok.txt", label_lines(tiny_reviews(60)));
    scratch_.write("v.vec", "4 3\nVisit 0.5 -1 2 \nseen 1 2 3 \nelsewhere 4 5 6 \n59 7 8 9 \n");
  }
  Json train(const std::vector<std::string>& more) {
    const Outcome outcome =
        run_fovea(join({{"train", "ok.txt", "--out", "m", "--force"}, kSmall, more}), "", scratch_.path());
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    const Json json = parsed(outcome.out);
    expect_schema("train", json);
    return json;
  }
  std::string model() const { return scratch_.file("m"); }
  Scratch scratch_;
};

TEST_F(Vectors, CoverageIsToldAndFrozenOnesStay) {
  const Json vectors = train({"--vectors", "v.vec", "--freeze-vectors"}).at("data").at("vectors");
  EXPECT_EQ(vectors.at("kind"), "text with a header");
  EXPECT_EQ(vectors.at("rows"), 4);
  EXPECT_EQ(vectors.at("size"), 3);
  EXPECT_EQ(vectors.at("found_folded"), 1) << "Visit";
  EXPECT_EQ(vectors.at("extra_words"), 0);
  EXPECT_EQ(vectors.at("frozen"), true);
  EXPECT_GT(vectors.at("share_of_tokens"), vectors.at("share_of_words"));
  EXPECT_EQ(embedding_row(model(), line_of(model(), "visit"), 3), (std::vector<float>{0.5F, -1, 2}));
  EXPECT_EQ(embedding_row(model(), line_of(model(), "seen"), 3), (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(line_of(model(), "elsewhere"), -1);
  EXPECT_GT(line_of(model(), "59"), 0) << "known though it is rare";
  expect_schema("info", parsed(run_fovea({"info", model(), "--json"}).out));
}

TEST_F(Vectors, ExtraWordsAndVectorsThatLearn) {
  const Json vectors = train({"--vectors", "v.vec", "--vectors-words", "5"}).at("data").at("vectors");
  EXPECT_GE(vectors.at("extra_words"), 1);
  EXPECT_GT(line_of(model(), "elsewhere"), 0);
  EXPECT_NE(embedding_row(model(), line_of(model(), "seen"), 3), (std::vector<float>{1, 2, 3}));
  const Outcome answer = run_fovea({"predict", model(), "seen elsewhere", "--json"});
  EXPECT_EQ(answer.exit_code, 0) << answer.err;
}

TEST_F(Vectors, AResumedTrainingKnowsTheFile) {
  const std::vector<std::string> rest = {"--vectors", "v.vec", "--freeze-vectors", "--average", "0"};
  train(join({rest, {"--max-steps", "2"}}));
  const std::string config = read_file(model() + "/config.json");
  const Json files = parsed(config).at("data");
  EXPECT_EQ(files.back().at("path"), "vectors: v.vec");
  EXPECT_EQ(parsed(config).at("options").at("data").at("vectors"), "v.vec");
  EXPECT_EQ(parsed(config).at("options").at("model").at("embedding_size"), 3);
}

}  // namespace
}  // namespace fovea::test
