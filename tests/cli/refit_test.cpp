// `fovea train --refit`: the model is made of all rows but those of the test part, for as long as validation said.
#include <filesystem>

#include <signal.h>

#include "base/files.h"
#include "cli/checks.h"
#include "cli/tiny.h"
#include "support/process.h"
#include "support/scratch.h"

namespace fovea::test {
namespace {

using ::testing::HasSubstr;

class Refit : public testing::Test {
 protected:
  Json train(const std::string& name, const std::vector<std::string>& more,
             const std::vector<std::string>& sizes = kTinySizes) {
    const Outcome outcome = run_fovea(
        join({{"train", data, "--out", scratch.file(name), "--max-epochs", "4", "--quiet", "--json"}, sizes, more}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    const Json json = parsed(outcome.out);
    expect_schema("train", json);
    return json;
  }
  std::string weights(const std::string& name) const { return read_file(scratch.file(name) + "/weights.safetensors"); }
  std::string vocabulary(const std::string& name) const { return read_file(scratch.file(name) + "/vocab.txt"); }

  const Scratch scratch;
  const std::string data = scratch.write("ok.txt", label_lines(tiny_reviews(700)));
};

TEST_F(Refit, LearnsFromTheRowsOfValidationToo) {
  const Json without = train("without", {}), with = train("with", {"--refit"});
  EXPECT_TRUE(without.at("refit").is_null());
  // The first training is the same, and what it decided stays.
  EXPECT_EQ(with.at("training").at("best_step"), without.at("training").at("best_step"));
  EXPECT_EQ(with.at("training").at("validation"), without.at("training").at("validation"));
  EXPECT_EQ(with.at("calibration"), without.at("calibration"));
  const Json& told = with.at("refit");
  const Json& rows = with.at("data");
  EXPECT_EQ(told.at("rows").get<int>(), rows.at("train").get<int>() + rows.at("valid").get<int>());
  EXPECT_NEAR(told.at("epochs").get<double>(), with.at("training").at("best_epoch").get<double>(), 0.2);
  EXPECT_EQ(parsed(read_file(scratch.file("with") + "/metrics.json")).at("refit"), told);
  EXPECT_NE(weights("with"), weights("without"));
  EXPECT_EQ(with.at("test").at("n"), without.at("test").at("n"));
}

// A row of validation is one that the model was trained on: whoever measures it on that row is told.
TEST_F(Refit, RowsOfValidationCountAsSeen) {
  train("without", {});
  train("with", {"--refit"});
  const auto seen = [&](const std::string& model) {
    return parsed(run_fovea({"test", scratch.file(model), data, "--json", "--quiet"}).out)
        .at("seen_in_validation")
        .get<int>();
  };
  EXPECT_GT(seen("without"), 0);
  EXPECT_EQ(seen("with"), 0);
}

TEST_F(Refit, IsPartOfThePresetBest) {
  const Json best = train("best", {"--preset", "best", "--members", "2"});
  EXPECT_FALSE(best.at("refit").is_null());
  EXPECT_TRUE(train("no", {"--preset", "best", "--members", "2", "--no-refit"}).at("refit").is_null());
}

TEST_F(Refit, ThePresetLeavesItOutWhereThereAreManyRows) {
  const std::string many = scratch.write("many.txt", label_lines(tiny_reviews(20'100)));
  const auto refit = [&](const std::vector<std::string>& more) {
    const Outcome outcome = run_fovea(join({{"train", many, "--split", "98/2", "--out", scratch.file("m"), "--force",
                                             "--max-steps", "3", "--ngrams", "0", "--quiet", "--json"},
                                            kTinySizes,
                                            more}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return parsed(outcome.out).at("refit");
  };
  EXPECT_TRUE(refit({"--preset", "best"}).is_null());
  EXPECT_FALSE(refit({"--refit"}).is_null());
}

TEST_F(Refit, Int8IsOfTheModelThatIsWritten) {
  const std::vector<std::string> sizes = {"--embedding-size", "64", "--hidden-size", "64"};
  const Json small = train("small", {"--refit", "--quantize", "int8"}, sizes);
  EXPECT_FALSE(small.at("refit").is_null());
  EXPECT_FALSE(small.at("quantization").is_null());
  train("whole", {"--refit"}, sizes);
  EXPECT_LT(weights("small").size(), weights("whole").size() / 2);
  EXPECT_EQ(run_fovea({"test", scratch.file("small"), data, "--quiet"}).exit_code, 0);
}

// Stopped in the second training, the model of the first is there; going on, the second begins anew.
TEST_F(Refit, AResumedTrainingGivesTheSameModel) {
  const std::vector<std::string> options =
      join({kTinySizes, {"--max-epochs", "60", "--patience", "0", "--batch-size", "8", "--metric", "loss", "--refit"}});
  const std::string cut = scratch.file("cut");
  ASSERT_EQ(run_fovea(join({{"train", data, "--out", scratch.file("whole")}, options})).exit_code, 0);
  Process training(join({{FOVEA_PROGRAM, "train", data, "--out", cut}, options}));
  ASSERT_TRUE(training.wait_until([&] {
    std::error_code ignored;
    const std::string metrics = cut + ".partial/metrics.jsonl";
    return std::filesystem::exists(metrics, ignored) && lines_of(read_file(metrics)).size() >= 60;
  }));
  training.signal(SIGINT);
  ASSERT_EQ(training.wait().exit_code, 130) << "it was finished before the signal came";
  EXPECT_TRUE(parsed(read_file(cut + "/metrics.json")).at("refit").is_null());
  EXPECT_THAT(run_fovea({"train", "--resume", "--out", cut, "--no-refit"}).err, HasSubstr("--resume: --refit differs"));
  ASSERT_EQ(run_fovea({"train", "--resume", "--out", cut}).exit_code, 0);
  EXPECT_FALSE(parsed(read_file(cut + "/metrics.json")).at("refit").is_null());
  EXPECT_EQ(sha256(weights("cut")), sha256(weights("whole")));
  EXPECT_EQ(vocabulary("cut"), vocabulary("whole"));
}

TEST_F(Refit, ALimitOfTimeIsKept) {
  const Outcome outcome = run_fovea(join({{"train", data, "--out", scratch.file("m"), "--max-epochs", "400",
                                           "--patience", "0", "--refit", "--max-minutes", "0.02"},
                                          kTinySizes}));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("--refit: left out, since it would take"));
}

// The clock ends a training only for now: what was learnt so far is a model, and more minutes go on.
TEST_F(Refit, WhatTheClockEndedGoesOn) {
  const std::string model = scratch.file("m");
  const Outcome first = run_fovea(
      join({{"train", data, "--out", model, "--max-epochs", "60", "--patience", "0", "--max-minutes", "0.0001"},
            kTinySizes}));
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("go on with: fovea train --resume --max-minutes MORE --out " + model));
  const Json then = parsed(read_file(model + "/metrics.json")).at("training");
  EXPECT_EQ(then.at("stopped"), "max-minutes");
  ASSERT_EQ(run_fovea({"predict", model, "a fine film"}).exit_code, 0);

  const Outcome more = run_fovea({"train", "--resume", "--max-minutes", "0", "--out", model});
  ASSERT_EQ(more.exit_code, 0) << more.err;
  const Json now = parsed(read_file(model + "/metrics.json")).at("training");
  EXPECT_EQ(now.at("stopped"), "max-epochs");
  EXPECT_GT(now.at("steps"), then.at("steps"));
  EXPECT_FALSE(std::filesystem::exists(model + ".partial")) << "it is finished";
}

// What a settings file says wins over the preset, whichever way it says it.
TEST_F(Refit, ASettingsFileLeavesItOut) {
  for (const char* line : {"refit = false", "no-refit = true"}) {
    const std::string settings = scratch.write("settings.toml", std::string(line) + "\n");
    const Json json = train("m", {"--preset", "best", "--members", "2", "--config", settings, "--force"});
    EXPECT_TRUE(json.at("refit").is_null()) << line;
  }
  const std::string settings = scratch.write("settings.toml", "no-refit = false\n");
  EXPECT_FALSE(train("m", {"--config", settings, "--force"}).at("refit").is_null());
}

TEST_F(Refit, AValidationPartFromStandardInputIsNotReadTwice) {
  const Outcome refused = run_fovea({"train", data, "--valid", "-", "--out", scratch.file("m"), "--refit"});
  EXPECT_EQ(refused.exit_code, 64);
  EXPECT_THAT(refused.err, HasSubstr("--refit: standard input can be read only once"));
  const Outcome twice =
      run_fovea({"train", data, "--valid", "-", "--test", "-", "--out", scratch.file("m"), "--no-refit"});
  EXPECT_EQ(twice.exit_code, 64);
  EXPECT_THAT(twice.err, HasSubstr("standard input can be read only once"));
  const Outcome weighed =
      run_fovea({"train", data, "--valid", data, "--weight-column", "3", "--out", scratch.file("m"), "--refit"});
  EXPECT_EQ(weighed.exit_code, 64);
  EXPECT_THAT(weighed.err, HasSubstr("have no weights of --weight-column"));
}

TEST_F(Refit, StandardInputIsReadOnce) {
  const Outcome refused = run_fovea({"train", "-", "--out", scratch.file("m"), "--refit"});
  EXPECT_EQ(refused.exit_code, 64);
  EXPECT_THAT(refused.err, HasSubstr("--refit: standard input can be read only once"));
}

}  // namespace
}  // namespace fovea::test
