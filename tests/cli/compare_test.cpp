// `fovea compare` through the built program: its outputs agree, what is finished is not trained again, and what cannot
// be compared is refused before the first training.
#include <filesystem>
#include <string>

#include <signal.h>

#include "base/files.h"
#include "cli/checks.h"
#include "cli/mistakes.h"
#include "cli/tiny.h"
#include "support/process.h"

namespace fovea::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::vector<std::string> comparing(const std::string& data, const std::string& folder, const char* seeds = "2") {
  return join(
      {{"compare", data, "--out", folder, "--vary", "attention=additive,mean", "--seeds", seeds, "--max-epochs", "2"},
       kTinySizes});
}

TEST(Compare, JsonPageAndTextAgreeAndNothingIsTrainedTwice) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(160)));
  const std::string folder = scratch.file("cmp"), page = scratch.file("cmp.html");
  const Outcome first = run_fovea(join({comparing(data, folder), {"--html", page, "--json"}}));
  ASSERT_EQ(first.exit_code, 0) << first.err;
  const Json json = parsed(first.out);
  expect_schema("compare", json);
  EXPECT_EQ(json.at("n"), 16);
  EXPECT_EQ(json.at("variants").size(), 2U);
  EXPECT_EQ(json.at("variants")[1].at("runs").size(), 2U);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder + "/runs"), {}), 4);
  EXPECT_THAT(read_file(page), HasSubstr("attention (additive) bought"));

  const Outcome again = run_fovea(join({comparing(data, folder), {"--json"}}));
  EXPECT_EQ(again.out, first.out);
  EXPECT_THAT(again.err, HasSubstr("4 of 4 trainings are in"));
  const Outcome text = run_fovea(join({comparing(data, folder), {"--quiet"}}));
  EXPECT_EQ(text.err, "fovea: warning: attention=mean: --attention-size does not apply to it and is left out there\n");
  EXPECT_THAT(text.out, HasSubstr("attention (additive) bought"));
}

TEST(Compare, OtherSettingsOrDataAreTrainedAnew) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(120)));
  const std::string folder = scratch.file("cmp");
  const auto runs = [&] { return std::distance(fs::directory_iterator(folder + "/runs"), {}); };
  ASSERT_EQ(run_fovea(comparing(data, folder, "1")).exit_code, 0);
  EXPECT_EQ(runs(), 2);
  ASSERT_EQ(run_fovea(join({comparing(data, folder, "1"), {"--learning-rate", "0.01"}})).exit_code, 0);
  EXPECT_EQ(runs(), 4);
  scratch.write("reviews.txt", label_lines(tiny_reviews(130)));
  ASSERT_EQ(run_fovea(comparing(data, folder, "1")).exit_code, 0);
  EXPECT_EQ(runs(), 6);
  ASSERT_EQ(run_fovea(join({comparing(data, folder, "1"), {"--force"}})).exit_code, 0);
  EXPECT_EQ(runs(), 2);
}

// The training of a variant is the training that `fovea train` does with the same options.
TEST(Compare, TrainsAsTrainDoes) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(160)));
  const Outcome compared = run_fovea(join({comparing(data, scratch.file("cmp")), {"--json"}}));
  ASSERT_EQ(compared.exit_code, 0) << compared.err;
  const Outcome trained = run_fovea(join({{"train", data, "--out", scratch.file("m"), "--json"}, kTiny}));
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const Json run = parsed(compared.out).at("variants")[0].at("runs")[0], test = parsed(trained.out).at("test");
  EXPECT_EQ(run.at("accuracy"), test.at("accuracy"));
  EXPECT_EQ(run.at("macro_f1"), test.at("macro_f1"));
  EXPECT_NEAR(run.at("loss").get<double>(), test.at("loss").get<double>(), 1e-6);
}

TEST(CompareSlow, GoesOnAfterAnInterrupt) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(400)));
  const std::string folder = scratch.file("cmp");
  std::vector<std::string> command =
      join({{FOVEA_PROGRAM}, comparing(data, folder), {"--json", "--evaluations-per-epoch=20"}});
  Process process(command);
  const auto runs = [&] {
    std::error_code ignored;
    return fs::exists(folder + "/runs", ignored) ? std::distance(fs::directory_iterator(folder + "/runs"), {}) : 0;
  };
  while (runs() < 1 && process.running()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.signal(SIGINT);
  const Outcome stopped = process.wait();
  if (stopped.exit_code == 0) GTEST_SKIP() << "it was done before the interrupt came";
  ASSERT_EQ(stopped.exit_code, 130) << stopped.err;
  const Json json = parsed(stopped.out);
  expect_schema("compare", json);
  EXPECT_EQ(json.at("interrupted"), true);
  const auto kept = runs();
  EXPECT_GE(kept, 1);
  command.erase(command.begin());
  const Outcome outcome = run_fovea(command);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr(std::to_string(kept) + " of 4 trainings are in"));
  EXPECT_EQ(runs(), 4);
}

class CompareMistakes : public Mistakes {};

TEST_F(CompareMistakes, AreToldBeforeTheFirstTraining) {
  const auto comparing = [](const std::vector<std::string>& arguments, const std::vector<std::string>& told) {
    return Mistake{join({{"compare"}, arguments, {"--out", "OUT"}}), 64, told};
  };
  expect_told({
      comparing({"ok.txt"}, {"--vary is missing", "--vary attention=additive,mean"}),
      comparing({"--vary", "attention=additive,mean"}, {"fovea compare: DATA is missing"}),
      comparing({"-", "--vary", "attention=additive,mean"}, {"standard input can be read only once"}),
      comparing({"ok.txt", "--vary", "attention"}, {"--vary: cannot read 'attention'", "OPTION=VALUE"}),
      comparing({"ok.txt", "--vary", "attention=additive"}, {"there is one variant only"}),
      comparing({"ok.txt", "--vary", "atention=additive,mean"}, {"there is no option 'atention'", "'attention'?"}),
      comparing({"ok.txt", "--vary", "attention=additive,men"},
                {"--vary attention=men: --attention: there is no 'men'", "Choose one of"}),
      comparing({"ok.txt", "--vary", "layers=1,x"}, {"--vary layers=x: --layers: 'x' is not a whole number"}),
      comparing({"ok.txt", "--vary", "no-case-fold=true,maybe"}, {"is a switch: it can be true or false"}),
      comparing({"ok.txt", "--vary", "seed=1,2"}, {"--vary seed", "--seeds says"}),
      comparing({"ok.txt", "--vary", "split=80/10/10,70/20/10"}, {"every variant sees the same data"}),
      comparing({"ok.txt", "--vary", "normalizer=softmax,sparsemax", "--attention", "mean"},
                {"--normalizer cannot apply: this control has no scores"}),
      comparing({"ok.txt", "--vary", "attention=mean,last", "--attention", "dot"}, {"--attention is given and varied"}),
      comparing({"ok.txt", "--vary", "attention=mean,last", "--vary", "attention=dot,max"},
                {"'attention' stands twice"}),
      comparing({"ok.txt", "--vary", "attention=mean,last", "--split", "80/20"}, {"there is no test part", "--test"}),
  });
}

}  // namespace
}  // namespace fovea::test
