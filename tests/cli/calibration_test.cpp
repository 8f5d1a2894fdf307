// Probabilities that can be believed, and answers withheld, through the program.
#include <cmath>

#include "base/files.h"
#include "cli/checks.h"
#include "cli/tiny.h"
#include "support/program.h"
#include "support/scratch.h"

namespace fovea::test {
namespace {

TEST(Calibration, TheTemperatureIsFittedKeptAndUsed) {
  const Scratch scratch;
  const std::string data = scratch.write("ok.txt", label_lines(tiny_reviews(700))), model = scratch.file("m");
  const Outcome trained = run_fovea(join({{"train", data, "--out", model, "--json"}, kTiny}));
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const Json json = parsed(trained.out);
  expect_schema("train", json);
  const double temperature = json.at("calibration").at("temperature");
  EXPECT_NE(temperature, 1);
  EXPECT_EQ(parsed(read_file(model + "/config.json")).at("temperature"), temperature);
  EXPECT_EQ(parsed(read_file(model + "/metrics.json")).at("calibration"), json.at("calibration"));
  EXPECT_TRUE(json.at("test").contains("calibration_error"));

  const Json lesson = parsed(run_fovea({"explain", model, "--text", "a lovely film", "--steps", "--json"}).out);
  expect_schema("explain", lesson);
  const double difference = lesson.at("logits")[0].get<double>() - lesson.at("logits")[1].get<double>();
  EXPECT_NEAR(lesson.at("probability").get<double>(), 1 / (1 + std::exp(-std::abs(difference) / temperature)), 1e-6);
  const Outcome told = run_fovea({"explain", model, "--text", "a lovely film", "--steps"});
  EXPECT_THAT(told.out, ::testing::HasSubstr("fitted on the validation part"));
}

TEST(Quantize, AQuarterOfTheBytesAndTheSameAnswers) {
  const Scratch scratch;
  const std::string data = scratch.write("ok.txt", label_lines(tiny_reviews(700)));
  const auto train = [&](const std::string& name, const std::vector<std::string>& more) {
    const Outcome outcome = run_fovea(join({{"train", data, "--out", scratch.file(name), "--max-epochs", "3", "--quiet",
                                             "--json", "--embedding-size", "64", "--hidden-size", "64"},
                                            more}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    const Json json = parsed(outcome.out);
    expect_schema("train", json);
    return json;
  };
  EXPECT_TRUE(train("whole", {}).at("quantization").is_null());
  const Json json = train("small", {"--quantize", "int8"});
  const Json& told = json.at("quantization");
  EXPECT_LT(told.at("bytes").get<double>(), 0.3 * told.at("bytes_float32").get<double>());
  EXPECT_NEAR(told.at("validation").at("loss").get<double>(), told.at("validation_float32").at("loss").get<double>(),
              0.02);
  const auto size = [&](const std::string& name) {
    return static_cast<double>(read_file(scratch.file(name) + "/weights.safetensors").size());
  };
  EXPECT_LT(size("small"), 0.35 * size("whole"));
  EXPECT_EQ(parsed(read_file(scratch.file("small") + "/metrics.json")).at("quantization"), told);
  const double whole =
      parsed(run_fovea({"predict", scratch.file("whole"), "a lovely film", "--json"}).out).at("probability");
  const double small =
      parsed(run_fovea({"predict", scratch.file("small"), "a lovely film", "--json"}).out).at("probability");
  EXPECT_NEAR(whole, small, 0.05);
  expect_schema("info", parsed(run_fovea({"info", scratch.file("small"), "--json"}).out));
  EXPECT_EQ(run_fovea({"test", scratch.file("small"), data, "--quiet"}).exit_code, 0);
}

TEST(Calibration, BelowAConfidenceNoLabelIsGiven) {
  const Scratch scratch;
  const std::string data = scratch.write("ok.txt", label_lines(tiny_reviews(120))), model = scratch.file("m");
  ASSERT_EQ(run_fovea(join({{"train", data, "--out", model}, kTiny})).exit_code, 0);
  const double probability = parsed(run_fovea({"predict", model, "a lovely film", "--json"}).out).at("probability");
  const std::string below = std::to_string(probability - 0.001), above = std::to_string(probability + 0.001);
  EXPECT_NE(run_fovea({"predict", model, "a lovely film", "--abstain", below}).out.front(), '\t');
  EXPECT_EQ(run_fovea({"predict", model, "a lovely film", "--abstain", above}).out.front(), '\t');
  EXPECT_EQ(run_fovea({"predict", model, "a lovely film", "--abstain", above, "--fasttext"}).out, "\n");
  const Json withheld = parsed(run_fovea({"predict", model, "a lovely film", "--abstain", above, "--json"}).out);
  expect_schema("predict", withheld);
  EXPECT_TRUE(withheld.at("label").is_null());
  EXPECT_EQ(withheld.at("abstained"), true);
  EXPECT_FALSE(withheld.at("probabilities").empty());

  const Json all = parsed(run_fovea({"test", model, data, "--json", "--quiet"}).out);
  const Json some = parsed(run_fovea({"test", model, data, "--abstain", above, "--json", "--quiet"}).out);
  expect_schema("test", some);
  EXPECT_EQ(some.at("accuracy"), all.at("accuracy"));
  EXPECT_FALSE(all.contains("answered"));
  EXPECT_GE(some.at("answered"), 0);
  EXPECT_LT(some.at("answered"), 1);
  EXPECT_THAT(run_fovea({"test", model, data, "--abstain", above}).out, ::testing::HasSubstr("answered"));
}

}  // namespace
}  // namespace fovea::test
