// Every structure and encoder from outside: it trains, answers in JSON as its schemas promise, and tells itself in
// `info`; twice trained it is twice the same.
#include <string>

#include "base/files.h"
#include "cli/checks.h"
#include "cli/tiny.h"
#include "support/program.h"
#include "support/scratch.h"

namespace fovea::test {
namespace {

using ::testing::HasSubstr;

const std::string kTwoSentences = "A lovely film. But the hotel was dull, cold! 很差。";

struct StructureForm {
  std::string name;
  std::vector<std::string> options;
  std::string told;  // by info
};

void PrintTo(const StructureForm& form, std::ostream* out) {
  *out << form.name;
}

class Structures : public ::testing::TestWithParam<StructureForm> {
 protected:
  std::string train(const std::string& name, const std::vector<std::string>& more = {}) {
    const std::string model = scratch_.file(name);
    const Outcome trained =
        run_fovea(join({{"train", data_, "--out", model, "--threads", "1"}, kTiny, GetParam().options, more}));
    EXPECT_EQ(trained.exit_code, 0) << trained.err;
    return model;
  }

  Scratch scratch_;
  std::string data_ = scratch_.write("reviews.txt", label_lines(tiny_reviews(80)));
};

TEST_P(Structures, TrainAnswerAndExplain) {
  const std::string model = train("model");
  const Json answer = parsed(run_fovea({"predict", model, kTwoSentences, "--json"}).out);
  expect_schema("predict", answer);
  expect_shares(answer);
  expect_offsets(answer);
  const Json steps = parsed(run_fovea({"explain", model, "--text", kTwoSentences, "--steps", "--json"}).out);
  expect_schema("explain", steps);
  const bool sentences = GetParam().name == "hierarchical";
  ASSERT_EQ(answer.contains("sentences"), sentences);
  const Json& parts = steps.at(sentences ? "sentence_contributions" : "contributions");
  for (size_t c = 0; c < 2; ++c) {
    double logit = steps.at("bias")[c].get<double>();
    for (const Json& part : parts) logit += part[c].get<double>();
    EXPECT_NEAR(logit, steps.at("logits")[c].get<double>(), 1e-4);
  }
  if (sentences) {
    EXPECT_EQ(answer.at("sentences").size(), 3u);
    for (const Json& sentence : answer.at("sentences")) {
      for (size_t i = 0; i < sentence.at("word_weights").size(); ++i) {
        const Json& token = answer.at("tokens")[sentence.at("first_token").get<size_t>() + i];
        EXPECT_EQ(token.at("weight").get<double>(),
                  sentence.at("weight").get<double>() * sentence.at("word_weights")[i].get<double>());
      }
    }
  }
  EXPECT_EQ(run_fovea({"explain", model, "--text", kTwoSentences, "--steps"}).exit_code, 0);
  const Outcome info = run_fovea({"info", model, "--json"});
  expect_schema("info", parsed(info.out));
  EXPECT_THAT(info.out, HasSubstr(GetParam().told));
}

TEST_P(Structures, TrainTwiceToTheSameBits) {
  EXPECT_EQ(read_file(train("first") + "/weights.safetensors"), read_file(train("second") + "/weights.safetensors"));
}

INSTANTIATE_TEST_SUITE_P(
    All, Structures,
    ::testing::Values(
        StructureForm{"hierarchical", {"--structure", "hierarchical"}, "over words and then over sentences"},
        StructureForm{"rows", {"--structure", "rows", "--rows", "3"}, "additive attention in 3 rows"},
        StructureForm{"heads", {"--heads", "2"}, "additive attention with 2 heads"},
        StructureForm{"cnn", {"--encoder", "cnn", "--layers", "2", "--filter-width", "5"}, "CNN 8 of width 5"},
        StructureForm{"transformer", {"--encoder", "transformer", "--encoder-heads", "2"}, "Transformer 8 of 2"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace fovea::test
