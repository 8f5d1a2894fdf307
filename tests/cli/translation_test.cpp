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

TEST(TranslationDoors, TwoTextsWhoseNamesDifferByTheirLanguageHintAtTranslation) {
  const Scratch scratch;
  scratch.write("a.en", "A dog.\nA cat.\n");
  scratch.write("a.de", "Ein Hund.\nEine Katze.\n");
  const Outcome hinted = run_fovea({"train", "a.en", "a.de", "--out", "m"}, "", scratch.path());
  EXPECT_EQ(hinted.exit_code, 65);
  EXPECT_THAT(hinted.err, HasSubstr("fovea train translation a.en a.de --out m\n"));
  EXPECT_EQ(run_fovea({"train", "a.en", "--out", "m"}, "", scratch.path()).err.find("translation"), std::string::npos);
}

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
  expect_schema("demo_translation", demo_);
}

TEST_F(TranslationSlow, TheLessonIsOfOneWord) {
  const std::vector<std::string> ask = {"explain", model(), "--text", "the small dogs see a cat .", "--steps"};
  const Outcome json = run_fovea(join({ask, {"--json", "--word", "2"}}));
  ASSERT_EQ(json.exit_code, 0) << json.err;
  expect_schema("explain_translation", parsed(json.out));
  EXPECT_EQ(parsed(json.out).at("word").at("text"), "tinos");
  const Outcome text = run_fovea(ask);
  EXPECT_THAT(text.out, HasSubstr("the least probable one"));
  for (const std::string& line : lines_of(text.out)) EXPECT_LE(code_points(line), 80) << line;
  EXPECT_THAT(run_fovea(join({ask, {"--word", "9"}})).err, HasSubstr("--word 9: the translation has 7 words"));
}

TEST_F(TranslationSlow, InfoAndExplainedFilesFitTheirSchemas) {
  const Outcome info = run_fovea({"info", model(), "--json"});
  expect_schema("info_translation", parsed(info.out));
  EXPECT_THAT(run_fovea({"info", model()}).out, HasSubstr("validation    BLEU "));
  const Outcome explained = run_fovea(join({{"explain", model()}, test_files(), {"--limit", "3", "--json"}}));
  expect_schema("explain_translations", parsed(explained.out));
}

TEST_F(TranslationSlow, TheWrongDirectionIsToldAndTheRightOneIsNot) {
  const std::string warning = "this looks like what the model writes";
  const std::string en = test_files()[0], made = test_files()[1];
  EXPECT_THAT(run_fovea({"test", model(), made, en}).err, HasSubstr(made + ": " + warning));
  EXPECT_THAT(run_fovea({"predict", model(), made}).err, HasSubstr(warning));
  EXPECT_THAT(run_fovea({"predict", model(), "lo karu lo mili videt ."}).err, HasSubstr(warning));
  EXPECT_THAT(run_fovea({"explain", model(), "--text", "lo karu lo mili videt ."}).err, HasSubstr(warning));
  for (const std::vector<std::string>& right :
       {std::vector<std::string>{"test", model(), en, made}, {"predict", model(), en}, {"align", model(), en, made}}) {
    EXPECT_EQ(run_fovea(right).err.find(warning), std::string::npos);
  }
}

TEST_F(TranslationSlow, WhatWasSeenInTrainingIsTold) {
  const Outcome seen = run_fovea({"test", model(), place("demo/train.en"), place("demo/train.made"), "--beam", "1"});
  EXPECT_THAT(seen.out, HasSubstr("sentences were in the training part"));
  EXPECT_EQ(run_fovea(join({{"test", model()}, test_files()})).out.find("training part"), std::string::npos);
}

TEST_F(TranslationSlow, WordsOfBleuCanBeChosen) {
  const Json scores = parsed(run_fovea(join({{"test", model()}, test_files(), {"--tokenizer", "char", "--json"}})).out);
  EXPECT_THAT(scores.at("signature").get<std::string>(), HasSubstr("tok:char"));
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
  expect_schema("test_translation", scores);
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

// Where every word has one translation its link is what the model must answer by.
TEST_F(TranslationSlow, AuditAsksOneDecisionOfEachSentence) {
  const std::string page = place("audit.html");
  const Outcome outcome = run_fovea(
      join({{"audit", model()}, test_files(), {"--limit", "60", "--depth", "quick", "--json", "--html", page}}));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json audit = parsed(outcome.out);
  expect_schema("audit", audit);
  EXPECT_EQ(audit.at("n"), 60);
  EXPECT_THAT(audit.at("asked").get<std::string>(), HasSubstr("one decision"));
  EXPECT_EQ(audit.at("seen_in_training"), 0);
  EXPECT_GT(audit.at("accuracy").get<double>(), 0.9);
  EXPECT_EQ(audit.at("verdict").at("grade"), "informative") << audit.at("verdict").dump();
  EXPECT_GT(audit.at("gate").at("permuted").get<double>(), 0.3);
  EXPECT_TRUE(audit.at("decided_by").at("answers").at("differ").is_null());
  EXPECT_GE(audit.at("weight_elsewhere").get<double>(), 0);
  for (const Json& example : audit.at("examples")) {
    EXPECT_TRUE(example.at("decision").is_string());
    EXPECT_FALSE(example.at("label").get<std::string>().empty());
  }
  EXPECT_THAT(read_file(page), HasSubstr("the model answers"));

  const Outcome told = run_fovea(join({{"audit", model()}, test_files(), {"--limit", "20", "--all"}}));
  ASSERT_EQ(told.exit_code, 0) << told.err;
  EXPECT_THAT(told.out, HasSubstr("20 of 400 sentences, one decision of each"));
  EXPECT_THAT(told.out, HasSubstr("is on the end of the source"));
  EXPECT_THAT(told.out, ::testing::Not(HasSubstr("label")));
  for (const std::string& line : lines_of(told.out)) EXPECT_LE(code_points(line), 100) << line;
}

TEST_F(TranslationSlow, ExplainShowsTheMatrixOfAnotherMethod) {
  const Outcome outcome =
      run_fovea({"explain", model(), "--text", "the small dogs see a cat .", "--method", "loo", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json method = parsed(outcome.out).at("methods").at(0);
  EXPECT_EQ(method.at("method"), "loo");
  const auto scores = method.at("scores").get<std::vector<double>>();
  ASSERT_EQ(scores.size(), 7U * 8U);  // lo karus tinos un mili viden . × the words and the end
  const auto strongest = [&](size_t row) {
    const auto first = scores.begin() + static_cast<int64_t>(row * 8);
    return std::max_element(first, first + 8) - first;
  };
  EXPECT_EQ(strongest(2), 1);  // tinos: small
  EXPECT_EQ(strongest(4), 5);  // mili: cat
  EXPECT_EQ(scores[7], 0);
  const Outcome told =
      run_fovea({"explain", model(), "--text", "the small dogs see a cat .", "--method", "loo,attention"});
  EXPECT_THAT(told.out, HasSubstr("loo"));
  EXPECT_THAT(told.out, HasSubstr("(end)"));
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
      {join({{"train", "translation"}, test_files(), {"--out", place("m"), "--preset", "best", "--heads", "3"}}), 64,
       "--heads 3 cannot apply: --hidden-size 128 is no multiple of it"},
      {join({{"train", "translation"}, test_files(), {"--out", place("m"), "--preset", "best", "--coverage", "1"}}), 64,
       "--coverage cannot apply"},
      {join({{"train", "translation"}, test_files(), {"--out", place("m"), "--heads", "2"}}), 64,
       "--heads cannot apply: a recurrent decoder has one look"},
      {join({{"train", "translation"}, test_files(), {"--out", place("m"), "--align-weight", "1"}}), 64,
       "--align-weight cannot apply: no links are given"},
      {join({{"train", "translation"}, test_files(), {"--out", place("m"), "--align-train", shorter}}), 65,
       "short.made:1: \"lo\" is no link"},
      {join({{"train", "translation"},
             test_files(),
             {"--out", place("m"), "--align-train", shorter, "--attention", "none"}}),
       64, "--align-train cannot apply: --attention none links nothing"},
      {join({{"train", "translation"}, test_files(), {"--out", place("m"), "--init", model(), "--layers", "2"}}), 64,
       "--layers differs from the model"},
      {{"train", "translation", "--bogus"}, 64, "See fovea train translation --help."},
      {{"explain", model(), "--text", "x", "--word", "0"}, 64, "--word cannot apply: it is for --steps"},
      {{"predict", model(), "x", "--temperature", "2"}, 64, "--temperature cannot apply"},
      {{"audit", model(), test_files()[0]}, 65, "these sentences have no translations"},
      {join({{"audit", model()}, test_files(), {"--depth", "standard"}}), 64, "no twins of translators are trained"},
      {join({{"audit", model()}, test_files(), {"--rationales", shorter}}), 64, "--rationales cannot apply"},
      {join({{"audit", model()}, test_files(), {"--map", shorter}}), 64, "--map cannot apply"},
      {join({{"audit", model()}, test_files(), {"--method", "diagonal"}}), 64, "diagonal knows nothing of the model"},
      {join({{"explain", model()}, test_files(), {"--method", "contribution"}}), 64, "there is no method"},
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
  EXPECT_THAT(trained.err, HasSubstr("this translator has learnt next to nothing: BLEU 0."));
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
  const Json cut = parsed(
      run_fovea({"predict", model(), many, "--longest", "0.1", "--shortest", "100", "--json", "--beam", "1"}).out);
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
  expect_schema("train_translation", parsed(resumed.out));
  for (const char* file : {"/weights.safetensors", "/source.model", "/target.model"}) {
    EXPECT_EQ(sha256(read_file(place("killed") + file)), sha256(read_file(place("whole") + file))) << file;
  }
}

}  // namespace
}  // namespace fovea::test
