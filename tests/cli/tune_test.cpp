// `fovea tune` through the built program: within its budget, what it writes can be used, and it goes on where it was.
#include <filesystem>
#include <string>

#include <signal.h>

#include "base/files.h"
#include "base/timing.h"
#include "cli/checks.h"
#include "cli/mistakes.h"
#include "cli/tiny.h"
#include "support/process.h"

namespace fovea::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::vector<std::string> tuning(const std::string& data, const std::string& folder, const std::string& budget) {
  return {"tune", data, "--out", folder, "--budget", budget, "--max-epochs", "3", "--max-size", "300k", "--json"};
}

// The trials of `before` are the first of `after`; those that were trained with their seconds, which a training anew
// would not repeat.
void expect_goes_on(const Json& before, const Json& after) {
  const Json& old = before.at("trials");
  ASSERT_GE(after.at("trials").size(), old.size());
  size_t trained = 0;
  for (size_t i = 0; i < old.size(); ++i) {
    const Json& now = after.at("trials")[i];
    EXPECT_EQ(now.at("settings"), old[i].at("settings"));
    if (!old[i].at("failure").is_null()) continue;
    ++trained;
    EXPECT_EQ(now, old[i]);
  }
  EXPECT_GT(trained, 0U);
}

TEST(TuneSlow, WhatItFindsCanBeTrainedAndUsed) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(200)));
  const std::string folder = scratch.file("tuned");
  const Stopwatch clock;
  const Outcome outcome = run_fovea(tuning(data, folder, "20s"));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_LT(clock.seconds(), 26);
  const Json json = parsed(outcome.out);
  expect_schema("tune", json);
  EXPECT_EQ(json, parsed(read_file(folder + "/trials.json")));
  const Json& best = json.at("trials")[json.at("best").get<size_t>()];
  EXPECT_EQ(best.at("epochs"), 3);
  EXPECT_LE(best.at("bytes").get<int64_t>(), 300'000);

  // The same settings give the same model, tested the same.
  const Outcome trained =
      run_fovea({"train", data, "--config", folder + "/best.toml", "--out", scratch.file("m"), "--json"});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  EXPECT_EQ(sha256(read_file(scratch.file("m") + "/weights.safetensors")),
            sha256(read_file(folder + "/model/weights.safetensors")));
  EXPECT_EQ(parsed(trained.out).at("test").at("accuracy"), json.at("test").at("accuracy"));
  const Outcome answered = run_fovea({"predict", folder + "/model", "a lovely walk"});
  EXPECT_EQ(answered.exit_code, 0) << answered.err;

  // A search that has ended is told again, not made again: its trials took the very same seconds.
  const Outcome again = run_fovea(tuning(data, folder, "20s"));
  EXPECT_EQ(again.exit_code, 0) << again.err;
  expect_goes_on(json, parsed(again.out));
}

// By trust: told of every trial, the same when the command is given again, and never a model without weights.
TEST(TuneSlow, ForTrustItSaysBothNumbersAndGoesOn) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(200)));
  const std::string folder = scratch.file("tuned");
  const std::vector<std::string> arguments = join({tuning(data, folder, "20s"), {"--for", "trust"}});
  const Outcome outcome = run_fovea(arguments);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json json = parsed(outcome.out);
  expect_schema("tune", json);
  EXPECT_EQ(json.at("for"), "trust");
  for (const Json& trial : json.at("trials")) {
    if (!trial.at("failure").is_null()) continue;
    EXPECT_NE(trial.at("recovered").is_null(), trial.at("no_trust").is_null()) << trial;
  }
  const Json& best = json.at("trials")[json.at("best").get<size_t>()];
  if (!best.at("no_trust").is_null()) {
    EXPECT_EQ(best.at("no_trust").get<std::string>().find("no weights"), std::string::npos) << best;
  }
  const Outcome again = run_fovea(arguments);
  EXPECT_EQ(again.exit_code, 0) << again.err;
  expect_goes_on(json, parsed(again.out));
}

TEST(TuneSlow, ForTrustThereIsNothingToChooseOfControls) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(80)));
  const Outcome outcome = run_fovea({"tune", data, "--out", scratch.file("tuned"), "--budget", "4s", "--max-epochs",
                                     "1", "--attention", "mean", "--for", "trust"});
  EXPECT_EQ(outcome.exit_code, 65) << outcome.err;
  EXPECT_THAT(outcome.out,
              HasSubstr("no trial can be chosen by trust: no weights to audit: --attention mean has none"));
  EXPECT_FALSE(fs::exists(scratch.file("tuned") + "/model"));
  EXPECT_FALSE(fs::exists(scratch.file("tuned") + "/best.toml"));
}

// The file decides the size of word vectors: it is neither searched nor made smaller.
TEST(Tune, WordVectorsKeepTheirSize) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(80)));
  const std::string vectors = scratch.write("v.vec", "2 3\nvisit 0.5 -1 2 \nseen 1 2 3 \n");
  for (const std::string size : {"5M", "100k"}) {
    const Outcome outcome = run_fovea({"tune", data, "--out", scratch.file(size), "--budget", "3s", "--max-epochs", "1",
                                       "--max-size", size, "--vectors", vectors, "--quiet", "--json"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const Json json = parsed(outcome.out);
    for (const Json& trial : json.at("trials")) {
      EXPECT_EQ(to_line(trial).find("embedding-size"), std::string::npos) << trial;
    }
  }
}

TEST(TuneSlow, AnInterruptKeepsTheBestSoFar) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(200)));
  const std::string folder = scratch.file("tuned");
  Process process(join({{FOVEA_PROGRAM}, tuning(data, folder, "60s")}));
  ASSERT_TRUE(process.wait_until([&] { return fs::exists(folder + "/best.toml"); }));
  process.signal(SIGINT);
  const Outcome stopped = process.wait();
  ASSERT_EQ(stopped.exit_code, 130) << stopped.err;
  const Json json = parsed(stopped.out);
  expect_schema("tune", json);
  EXPECT_EQ(json.at("interrupted"), true);
  EXPECT_TRUE(json.at("test").is_null());
  // Trained anew from it, the settings have all their epochs, not those of a short trial.
  EXPECT_THAT(read_file(folder + "/best.toml"), HasSubstr("max-epochs = 3\n"));
  EXPECT_EQ(run_fovea({"predict", folder + "/model", "a lovely walk"}).exit_code, 0);

  const Outcome resumed = run_fovea(tuning(data, folder, "60s"));
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  expect_goes_on(json, parsed(resumed.out));
  EXPECT_FALSE(parsed(resumed.out).at("test").is_null());
}

class TuneMistakes : public Mistakes {};

TEST_F(TuneMistakes, AreTold) {
  const auto tuning = [](const std::vector<std::string>& arguments, const std::vector<std::string>& told) {
    return Mistake{join({{"tune"}, arguments, {"--out", "OUT"}}), 64, told};
  };
  expect_told({
      {{"tune", "ok.txt"}, 64, {"fovea tune: --out FOLDER is missing"}},
      tuning({}, {"fovea tune: DATA is missing"}),
      tuning({"-"}, {"standard input can be read only once"}),
      tuning({"ok.txt", "--budget", "soon"}, {"'soon' is no time", "90s, 10m, 1.5h"}),
      tuning({"ok.txt", "--budget", "10"}, {"'10' is no time"}),
      tuning({"ok.txt", "--for", "belief"}, {"--for: there is no 'belief'", "trust"}),
      tuning({"ok.txt", "--max-size", "big"}, {"'big' is no size", "5M"}),
      tuning({"ok.txt", "--max-size", "1k"}, {"--max-size: no settings that are searched give so small a model"}),
      tuning({"ok.txt", "--attention", "mean", "--normalizer", "sparsemax"}, {"--normalizer cannot apply"}),
      tuning({"ok.txt", "--max-size", "5M", "--class-weights", "nosuch=2"}, {"--class-weights", "nosuch"}),
  });
}

}  // namespace
}  // namespace fovea::test
