// Translators from their files to their answers, on the made-up language of the demo.
#include <filesystem>
#include <memory>
#include <string>

#include <signal.h>

#include "base/files.h"
#include "cli/checks.h"
#include "cli/tiny.h"
#include "support/process.h"

namespace fovea::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// One demo for all: a model that translates its made-up language without mistakes.
class TranslationSlow : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = std::make_unique<Scratch>();
    const Outcome outcome = run_fovea({"demo", "translation", "--out", place("demo"), "--json", "--quiet"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    demo_ = parsed(outcome.out);
  }
  static void TearDownTestSuite() { scratch_.reset(); }

  static std::string place(const std::string& name) { return scratch_->file(name); }
  static std::string model() { return place("demo/model"); }
  static std::vector<std::string> test_files() { return {place("demo/test.en"), place("demo/test.made")}; }

  static std::unique_ptr<Scratch> scratch_;
  static Json demo_;
};
std::unique_ptr<Scratch> TranslationSlow::scratch_;
Json TranslationSlow::demo_;

TEST_F(TranslationSlow, TheDemoTranslatesAndLooksAtTheRightWord) {
  EXPECT_GT(demo_.at("test").at("bleu").get<double>(), 97);
  EXPECT_LT(demo_.at("aer").get<double>(), 0.05);
  EXPECT_GT(demo_.at("largest_weight_is_link").get<double>(), 0.95);
  EXPECT_THAT(read_file(place("demo/page.html")), HasSubstr("Where the model looks"));
}

TEST_F(TranslationSlow, OneLineInIsOneLineOut) {
  const Outcome outcome = run_fovea({"predict", model(), "-", "--alignment", "hard"},
                                    "the dog sees the cat .\n\nthe men greet the king .\n");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "lo karu lo mili videt . ||| 0-0 1-1 2-4 3-2 4-3 5-5\n ||| \nlo doreks lo olmar haloen . ||| 0-0 "
            "1-1 2-4 3-2 4-3 5-5\n");
}

TEST_F(TranslationSlow, JsonHasWordsWeightsAndLinks) {
  const Outcome outcome = run_fovea({"predict", model(), "the small dogs see a cat .", "--json", "--nbest", "2"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json answer = parsed(outcome.out);
  expect_schema("translated", answer);
  EXPECT_EQ(answer.at("translation"), "lo karus tinos un mili viden .");
  EXPECT_EQ(answer.at("nbest").size(), 2U);
  const std::string source = answer.at("source");
  for (const Json& word : answer.at("source_words")) {
    EXPECT_EQ(source.substr(word.at("start"), word.at("end").get<size_t>() - word.at("start").get<size_t>()),
              word.at("text"));
  }
  for (size_t t = 0; t < answer.at("words").size(); ++t) {
    double sum = answer.at("at_end")[t];
    for (const Json& weight : answer.at("weights")[t]) sum += weight.get<double>();
    EXPECT_NEAR(sum, 1, 1e-4);
  }
}

TEST_F(TranslationSlow, SamplesFollowTheirSeed) {
  const auto drawn = [&](const std::string& seed) {
    return run_fovea({"predict", model(), "-", "--sample", seed, "--temperature", "5", "--nbest", "3"},
                     "the dog sees the cat .\nthe king hears a bird .\n")
        .out;
  };
  EXPECT_EQ(drawn("3"), drawn("3"));
  EXPECT_NE(drawn("3"), drawn("4"));
  EXPECT_EQ(lines_of(drawn("3")).size(), 6U);
}

TEST_F(TranslationSlow, ATestGivesTheScoresAndTheirSignature) {
  const Outcome outcome = run_fovea(join({{"test", model()}, test_files(), {"--json"}}));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json scores = parsed(outcome.out);
  EXPECT_GT(scores.at("bleu").get<double>(), 97);
  EXPECT_LE(scores.at("bleu_ci")[0], scores.at("bleu"));
  EXPECT_THAT(scores.at("signature").get<std::string>(), StartsWith("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp"));
  EXPECT_LT(scores.at("perplexity").get<double>(), 1.2);
  const auto code = [&](const std::string& wanted) {
    return run_fovea(join({{"test", model()}, test_files(), {"--require", wanted}})).exit_code;
  };
  EXPECT_EQ(code("bleu>=97"), 0);
  EXPECT_EQ(code("bleu>=100.5"), 1);
}

TEST_F(TranslationSlow, AlignLinksGivenPairsAndScoresLinks) {
  const Outcome links = run_fovea(join({{"align", model()}, test_files()}));
  ASSERT_EQ(links.exit_code, 0) << links.err;
  const std::string out = scratch_->write("links", links.out);
  const Outcome scored = run_fovea({"align", "--score", place("demo/test.links"), out, "--json"});
  ASSERT_EQ(scored.exit_code, 0) << scored.err;
  EXPECT_NEAR(parsed(scored.out).at("aer").get<double>(), demo_.at("aer").get<double>(), 1e-12);
}

TEST_F(TranslationSlow, ExplainShowsAMatrix) {
  const Outcome outcome = run_fovea(join({{"explain", model()}, test_files(), {"--limit", "2"}}));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("(end)"));
  for (const std::string& line : lines_of(outcome.out)) EXPECT_LE(code_points(line), 80) << line;
}

TEST_F(TranslationSlow, MistakesAreToldInWords) {
  const std::string shorter = scratch_->write("short.made", "lo karu .\n");
  const struct {
    std::vector<std::string> arguments;
    int exit_code;
    std::string told;
  } mistakes[] = {
      {{"test", model(), test_files()[0], shorter}, 65, "short.made has 1: line 2 is missing in"},
      {{"train", "translation", test_files()[0], shorter, "--out", place("m")}, 65, "line 2 is missing"},
      {{"predict", model(), "x", "--top", "2"}, 64, "--top cannot apply: this model answers with sentences"},
      {{"predict", model(), "x", "--nbest", "9"}, 64, "--nbest 9: the beam carries 5 along"},
      {join({{"test", model()}, test_files(), {"--nbest", "2"}}), 64, "--nbest cannot apply"},
      {{"predict", model(), "x", "--text-column", "2"}, 64, "--text-column cannot apply"},
      {{"align", "--score", shorter, shorter, "--alignment", "soft"}, 64, "--alignment cannot apply"},
      {{"align", model(), "-", shorter, "--back", model()}, 64, "both models read the files"},
      {join({{"train", "translation"}, test_files(), {"--out", place("m"), "--on-bad-row", "skip"}}), 64,
       "it is for a table"},
      {join({{"train", "translation"}, test_files(), {"--out", place("m"), "--preset", "best"}}), 64,
       "--preset cannot apply"},
      {{"predict", model(), "x", "--temperature", "2"}, 64, "--temperature cannot apply"},
      {{"audit", model(), test_files()[0], test_files()[1]}, 64, "translators cannot be audited"},
      {{"align", model()}, 64, "MODEL or DATA is missing"},
      {{"align", "--score", shorter}, 64, "--score wants two files"},
      {{"demo", "translation", "--kind", "needle", "--out", place("d")}, 64, "--kind cannot apply"},
      {join({{"train", "translation"},
             test_files(),
             {"--out", place("m"), "--attention", "none", "--attention-size", "8"}}),
       64, "--attention-size cannot apply"},
  };
  for (const auto& mistake : mistakes) {
    const Outcome outcome = run_fovea(mistake.arguments);
    EXPECT_EQ(outcome.exit_code, mistake.exit_code) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr(mistake.told));
  }
}

TEST_F(TranslationSlow, AModelThatDoesNotLookIsUsedWithoutLinks) {
  const Outcome trained =
      run_fovea(join({{"train", "translation"},
                      test_files(),
                      {"--out", place("blind"), "--attention", "none", "--tokenizer", "word", "--hidden-size", "8",
                       "--embedding-size", "8", "--max-epochs", "1", "--split", "90/10"}}));
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  EXPECT_EQ(trained.out.find("--explain"), std::string::npos);
  EXPECT_EQ(run_fovea({"explain", place("blind"), "--text", "the dog ."}).exit_code, 0);
  EXPECT_EQ(run_fovea(join({{"explain", place("blind")}, test_files(), {"--html", place("blind.html")}})).exit_code, 0);
  EXPECT_THAT(run_fovea({"predict", place("blind"), "the dog .", "--explain"}).err, HasSubstr("does not look"));
  EXPECT_THAT(run_fovea({"predict", place("blind"), "the dog .", "--copy-unknown"}).err, HasSubstr("does not look"));
  EXPECT_THAT(run_fovea(join({{"align", place("blind")}, test_files()})).err, HasSubstr("does not look"));
  EXPECT_TRUE(parsed(run_fovea({"predict", place("blind"), "the dog .", "--json"}).out).at("links").is_null());
}

TEST_F(TranslationSlow, WhatIsCutOffIsSaid) {
  const Outcome short_one =
      run_fovea({"predict", model(), "the dog sees the cat .", "--longest", "0.1", "--json", "--beam", "1"});
  EXPECT_EQ(parsed(short_one.out).at("complete"), true) << "ten subwords more than a tenth are enough";
  std::string many;
  for (int i = 0; i < 60; ++i) many += "the dog sees the cat . ";
  const Json cut = parsed(run_fovea({"predict", model(), many, "--longest", "0.1", "--json", "--beam", "1"}).out);
  EXPECT_EQ(cut.at("complete"), false);
  EXPECT_EQ(cut.at("cut"), true) << "of 360 words 200 are read";
}

TEST_F(TranslationSlow, NothingInATextCommandsTheTerminal) {
  const std::string source = scratch_->write("x.en", "the dog .\n"),
                    target = scratch_->write("x.made", "\033[31mlo karu\033]0;title\007 .\n");
  const Outcome outcome = run_fovea({"explain", model(), source, target});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out.find('\033'), std::string::npos);
}

TEST_F(TranslationSlow, AModelOfTextsIsNoTranslator) {
  const std::string reviews = scratch_->write("reviews.txt", label_lines(tiny_reviews(80)));
  ASSERT_EQ(run_fovea(join({{"train", reviews, "--out", place("text"), "--max-epochs", "1"}, kTinySizes})).exit_code,
            0);
  EXPECT_THAT(run_fovea(join({{"align", place("text")}, test_files()})).err, HasSubstr("there is nothing to link"));
  EXPECT_THAT(run_fovea({"predict", place("text"), "a film", "--beam", "3"}).err,
              HasSubstr("--beam cannot apply: this model answers with labels"));
}

TEST_F(TranslationSlow, AKilledTrainingGoesOnToTheSameBits) {
  const auto begin = [&](const std::string& out) {
    return join({{"train",
                  "translation",
                  place("demo/test.en"),
                  place("demo/test.made"),
                  "--out",
                  place(out),
                  "--tokenizer",
                  "word",
                  "--vocabularies",
                  "separate",
                  "--hidden-size",
                  "16",
                  "--embedding-size",
                  "16",
                  "--attention-size",
                  "16",
                  "--max-epochs",
                  "4",
                  "--batch-size",
                  "8",
                  "--evaluations-per-epoch",
                  "4",
                  "--patience",
                  "0",
                  "--json"}});
  };
  ASSERT_EQ(run_fovea(begin("whole")).exit_code, 0);
  Process training(join({{FOVEA_PROGRAM}, begin("killed")}));
  const std::string metrics = place("killed") + ".partial/metrics.jsonl";
  ASSERT_TRUE(training.wait_until([&] {
    std::error_code ignored;
    return fs::exists(metrics, ignored) && lines_of(read_file(metrics)).size() >= 5;
  }));
  training.signal(SIGKILL);
  training.wait();
  const Outcome resumed = run_fovea({"train", "translation", "--resume", "--out", place("killed"), "--json"});
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  for (const char* file : {"/weights.safetensors", "/source.model", "/target.model"}) {
    EXPECT_EQ(sha256(read_file(place("killed") + file)), sha256(read_file(place("whole") + file))) << file;
  }
}

}  // namespace
}  // namespace fovea::test
