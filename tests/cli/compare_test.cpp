// `fovea compare` through the built program: its outputs agree, what is finished is not trained again, and what cannot
// be compared is refused before the first training.
#include <algorithm>
#include <cmath>
#include <cstdio>
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

std::string decimals(double number, int count) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", count, number);
  return text;
}

std::string points(const Json& share) {
  return decimals(100 * share.get<double>(), 1);
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
  for (const Json& variant : json.at("variants")) {
    const std::string accuracy = points(variant.at("accuracy")) + " ± " + points(variant.at("accuracy_sd"));
    EXPECT_THAT(text.out, HasSubstr(accuracy));
    EXPECT_THAT(read_file(page), HasSubstr(accuracy));
  }
  const Json& other = json.at("variants")[1];
  const double difference = other.at("difference"), p = other.at("p");
  const std::string sign = difference < 0 ? "−" : difference > 0 ? "+" : "";
  const std::string chance = p > 0.9994 ? "1" : decimals(p, 3).substr(1);
  for (const std::string& told : {sign + points(std::abs(difference)), chance}) {
    EXPECT_THAT(text.out, HasSubstr(told));
    EXPECT_THAT(read_file(page), HasSubstr(told));
  }
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

// More kinds of text are compared than are kept in memory, so that the file is read again; by then it holds other rows.
TEST(Compare, EndsWhereTheDataChangeUnderIt) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(400)));
  const std::string folder = scratch.file("cmp");
  Process process(join({{FOVEA_PROGRAM, "compare", data, "--out", folder, "--seeds", "1", "--vary",
                         "max-tokens=2,3,4,5,6,7,8,9", "--patience", "1000"},
                        kTinySizes}));
  ASSERT_TRUE(process.wait_until([&] {
    std::error_code ignored;
    return fs::exists(folder + "/runs", ignored) && std::distance(fs::directory_iterator(folder + "/runs"), {}) > 0;
  }));
  write_file(data, label_lines(tiny_reviews(410)));
  const Outcome outcome = process.wait();
  EXPECT_EQ(outcome.exit_code, 66) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr(data + ": the data have changed since the study began"));
  EXPECT_THAT(outcome.err, HasSubstr("Start it again"));
}

std::vector<std::string> briefly(const Scratch& scratch, const std::vector<std::string>& more) {
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(80)));
  return join({{"compare", data, "--out", scratch.file("cmp"), "--seeds", "1", "--max-epochs", "1", "--quiet", "--json",
                "--embedding-size", "8"},
               more});
}

// What fits one variant only need not fit the usual values, and is left out where it does not fit.
TEST(Compare, AnOptionOfOneVariantIsLeftOutOfTheOthers) {
  struct Case {
    std::string vary, option, value, left_out_of;
  };
  for (const Case& one : std::vector<Case>{{"encoder=cnn,lstm", "filter-width", "5", "encoder=lstm"},
                                           {"structure=flat,rows", "rows", "3", "structure=flat"},
                                           {"optimizer=adamw,sgd", "momentum", "0.5", "optimizer=adamw"}}) {
    const Scratch scratch;
    const Outcome outcome =
        run_fovea(briefly(scratch, {"--vary", one.vary, "--" + one.option, one.value, "--hidden-size", "8"}));
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "fovea: warning: " + one.left_out_of + ": --" + one.option +
                               " does not apply to it and is left out there\n");
    expect_schema("compare", parsed(outcome.out));
  }
}

// Larger batches make fewer steps, and would have more epochs if they were trained alone.
TEST(Compare, AllHaveTheEpochsOfTheFirst) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(200)));
  const Outcome outcome = run_fovea(join({{"compare", data, "--out", scratch.file("cmp"), "--seeds", "1", "--vary",
                                           "batch-size=16,64", "--patience", "1000", "--quiet", "--json"},
                                          kTinySizes}));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json json = parsed(outcome.out);
  std::vector<double> epochs;
  for (const Json& variant : json.at("variants")) epochs.push_back(variant.at("runs")[0].at("epochs"));
  EXPECT_EQ(epochs, std::vector<double>(2, 40)) << "400 steps of 16 texts";
}

// Three heads are right beside 12 units, and not beside the usual number.
TEST(Compare, OptionsThatNeedEachOtherAreTakenTogether) {
  for (const std::vector<std::string>& options : std::vector<std::vector<std::string>>{
           {"--heads", "3", "--hidden-size", "12", "--vary", "attention=additive,dot"},
           {"--encoder", "transformer", "--encoder-heads", "3", "--hidden-size", "12", "--vary",
            "decay=none,linear"}}) {
    const Scratch scratch;
    const Outcome outcome = run_fovea(briefly(scratch, options));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "");
  }
}

TEST(Compare, VariesTheLossAndTheStart) {
  for (const std::vector<std::string>& options :
       std::vector<std::vector<std::string>>{{"--vary", "label-smoothing=0,0.1"},
                                             {"--vary", "class-weights=none,good=0.1"},
                                             {"--vectors", "VECTORS", "--vary", "freeze-vectors=false,true"}}) {
    const Scratch scratch;
    std::vector<std::string> command = briefly(scratch, join({options, {"--hidden-size", "8"}}));
    std::replace(command.begin(), command.end(), std::string("VECTORS"),
                 scratch.write("v.vec", "2 8\nvisit 1 2 3 4 5 6 7 8 \nseen 8 7 6 5 4 3 2 1 \n"));
    const Outcome outcome = run_fovea(command);
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const Json variants = parsed(outcome.out).at("variants");
    EXPECT_NE(variants[0].at("runs")[0].at("loss"), variants[1].at("runs")[0].at("loss")) << to_line(options);
  }
}

TEST(CompareSlow, GoesOnAfterAnInterrupt) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(400)));
  const std::string folder = scratch.file("cmp");
  std::vector<std::string> command =
      join({{FOVEA_PROGRAM}, comparing(data, folder, "6"), {"--json", "--evaluations-per-epoch=20"}});
  Process process(command);
  const auto runs = [&] {
    std::error_code ignored;
    return fs::exists(folder + "/runs", ignored) ? std::distance(fs::directory_iterator(folder + "/runs"), {}) : 0;
  };
  while (runs() < 1 && process.running()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  process.signal(SIGINT);
  const Outcome stopped = process.wait();
  ASSERT_EQ(stopped.exit_code, 130) << stopped.err;
  const Json json = parsed(stopped.out);
  expect_schema("compare", json);
  EXPECT_EQ(json.at("interrupted"), true);
  const auto kept = runs();
  EXPECT_GE(kept, 1);
  command.erase(command.begin());
  const Outcome outcome = run_fovea(command);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr(std::to_string(kept) + " of 12 trainings are in"));
  EXPECT_EQ(runs(), 12);
}

// Long texts of names with one clause that decides: what attention buys there is shown, over a mean and over a last
// state.
TEST(CompareSlow, ShowsWhatAttentionBuysWhereItMustHelp) {
  const Scratch scratch;
  const std::string folder = scratch.file("needle");
  const Outcome made = run_fovea({"demo", "--kind", "needle", "--texts-only", "--out", folder, "--json"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  expect_schema("demo_texts", parsed(made.out));
  const std::vector<std::string> lines = lines_of(read_file(folder + "/train.tsv"));
  std::string some;
  for (size_t i = 0; i <= 1000; ++i) some += lines[i] + "\n";
  const std::string data = scratch.write("some.tsv", some);
  const std::vector<std::string> small = {"--embedding-size", "32",   "--hidden-size", "32",  "--batch-size", "16",
                                          "--learning-rate",  "0.01", "--average",     "0.9", "--max-epochs", "8"};
  const std::vector<std::string> light = {"--embedding-dropout", "0.1", "--state-dropout", "0.1",
                                          "--output-dropout",    "0.1", "--word-dropout",  "0"};
  const Outcome outcome =
      run_fovea(join({{"compare", data, "--test", folder + "/test.tsv", "--vary", "attention=additive,mean,last",
                       "--seeds", "3", "--ngrams", "0", "--out", scratch.file("cmp"), "--quiet", "--json"},
                      small,
                      light}),
                "", "", 1500);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json json = parsed(outcome.out);
  for (const size_t other : {1, 2}) {
    const Json& variant = json.at("variants")[other];
    EXPECT_LT(variant.at("difference").get<double>(), 0) << to_line(variant);
    EXPECT_LT(variant.at("p_holm").get<double>(), 0.05) << to_line(variant);
    EXPECT_EQ(variant.at("shown"), true);
  }
}

// Of each training whether its weights can be believed; kept with it, and not asked again.
TEST(Compare, ModelsAreAudited) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(160)));
  const std::vector<std::string> arguments =
      join({comparing(data, scratch.file("cmp")), {"--audit", "quick", "--json"}});
  const Outcome first = run_fovea(arguments);
  ASSERT_EQ(first.exit_code, 0) << first.err;
  const Json json = parsed(first.out);
  expect_schema("compare", json);
  EXPECT_EQ(json.at("audit"), "quick");
  const Json& audits = json.at("variants")[0].at("audits");
  ASSERT_EQ(audits.size(), 2U);
  EXPECT_EQ(audits[0].at("texts"), 16);
  EXPECT_GT(audits[0].at("permuted").get<double>(), 0);
  EXPECT_THAT(json.at("variants")[1].at("audits")[0].at("failure").get<std::string>(), HasSubstr("--attention mean"));
  const Json& lift = json.at("variants")[0].at("trust").at("largest_lift");
  EXPECT_EQ(lift.at("seeds"), 2);
  EXPECT_GT(lift.at("mean").get<double>(), 1);
  EXPECT_LE(lift.at("ci")[0].get<double>(), lift.at("mean").get<double>());
  EXPECT_TRUE(json.at("variants")[1].at("trust").is_null());
  const Outcome again = run_fovea(arguments);
  EXPECT_EQ(parsed(again.out), json);
  EXPECT_THAT(again.err, HasSubstr("4 of 4 trainings are in"));
  const Outcome without = run_fovea(join({comparing(data, scratch.file("cmp")), {"--json"}}));
  EXPECT_TRUE(parsed(without.out).at("audit").is_null());
}

// On the validation part, whatever the test part says; kept with the training.
TEST(Compare, ChoosesByTrustOnTheValidationPart) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(160)));
  const std::vector<std::string> arguments = join({comparing(data, scratch.file("cmp")), {"--for", "trust", "--json"}});
  const Outcome first = run_fovea(arguments);
  ASSERT_EQ(first.exit_code, 0) << first.err;
  const Json json = parsed(first.out);
  expect_schema("compare", json);
  EXPECT_TRUE(json.at("audit").is_null()) << "the tables of the test part are another matter";
  const Json& chosen = json.at("chosen");
  EXPECT_EQ(chosen.at("for"), "trust");
  EXPECT_EQ(chosen.at("variant"), json.at("variants")[0].at("name")) << "the other has no weights";
  EXPECT_THAT(chosen.at("variants")[1].at("no_trust").get<std::string>(), HasSubstr("--attention mean has none"));
  const Outcome again = run_fovea(arguments);
  EXPECT_EQ(parsed(again.out), json);
  EXPECT_THAT(again.err, HasSubstr("4 of 4 trainings are in"));
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
      comparing({"ok.txt", "--vary", "attention=additive,dot", "--for", "belief"},
                {"--for: there is no 'belief'", "accuracy"}),
      comparing({"ok.txt", "--vary", "atention=additive,mean"}, {"there is no option 'atention'", "'attention'?"}),
      comparing({"ok.txt", "--vary", "attention=additive,men"},
                {"--vary attention=men: --attention: there is no 'men'", "Choose one of"}),
      comparing({"ok.txt", "--vary", "layers=1,x"}, {"--vary layers=x: --layers: 'x' is not a whole number"}),
      comparing({"ok.txt", "--vary", "no-case-fold=true,maybe"}, {"is a switch: it can be true or false"}),
      comparing({"ok.txt", "--vary", "seed=1,2"}, {"--vary seed", "--seeds says"}),
      comparing({"ok.txt", "--vary", "split=80/10/10,70/20/10"}, {"every variant sees the same data"}),
      comparing({"ok.txt", "--vary", "normalizer=softmax,sparsemax", "--attention", "mean"},
                {"--normalizer cannot apply: this control has no scores"}),
      comparing({"ok.txt", "--vary", "decay=none,linear", "--attention", "mean", "--normalizer", "sparsemax"},
                {"--normalizer cannot apply: it is for none of the variants", "Leave --normalizer out"}),
      comparing({"ok.txt", "--vary", "decay=none,linear", "--label-separator", "|"},
                {"--label-separator cannot apply"}),
      comparing({"ok.txt", "--vary", "multi-label=true,false"}, {"every variant sees the same data"}),
      comparing({"ok.txt", "--vary", "weight-column=3,4"}, {"every variant sees the same data"}),
      comparing({"ok.txt", "--vary", "attention=mean,last", "--attention", "dot"}, {"--attention is given and varied"}),
      comparing({"ok.txt", "--vary", "attention=mean,last", "--vary", "attention=dot,max"},
                {"'attention' stands twice"}),
      comparing({"ok.txt", "--vary", "attention=mean,last", "--split", "80/20"}, {"there is no test part", "--test"}),
  });
}

}  // namespace
}  // namespace fovea::test
