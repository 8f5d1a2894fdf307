// `fovea explain --method`: every method of every kind of model, in the terminal, on the page and as JSON.
#include <cmath>
#include <string>

#include "base/files.h"
#include "cli/checks.h"
#include "cli/tiny.h"
#include "support/program.h"
#include "support/scratch.h"

namespace fovea::test {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kAll =
    "attention,contribution,gradient,gradient-input,attention-gradient,weight-gradient,ig,loo,loo-distance,random,"
    "position,"
    "frequency";
const std::vector<std::string> kFew = {"--embedding-size", "8", "--max-epochs", "2", "--quiet"};
const std::string kText = "A lovely film. But the hotel was dull, cold! 很差。";

class Methods : public ::testing::TestWithParam<std::vector<std::string>> {
 protected:
  static std::string train(const Scratch& scratch, const std::vector<std::string>& options) {
    const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(60)));
    const Outcome trained = run_fovea(join({{"train", data, "--out", scratch.file("model")}, kFew, options}));
    EXPECT_EQ(trained.exit_code, 0) << trained.err;
    return scratch.file("model");
  }

  static std::string output_of(const std::vector<std::string>& arguments) {
    const Outcome outcome = run_fovea(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome.out;
  }

  Scratch scratch_;
};

TEST_P(Methods, SayWhatTheWordsOfATextCountFor) {
  const std::string model = train(scratch_, GetParam());
  const Json answer = parsed(output_of({"explain", model, "--text", kText, "--method", kAll, "--json"}));
  expect_schema("explain_methods", answer);
  ASSERT_EQ(answer.at("methods").size(), 12u);
  for (const Json& method : answer.at("methods")) {
    EXPECT_EQ(method.at("scores").size(), answer.at("tokens").size()) << method.at("method");
  }
  for (size_t i = 0; i < answer.at("tokens").size(); ++i) {
    EXPECT_NEAR(answer.at("methods")[0].at("scores")[i].get<double>(),
                answer.at("tokens")[i].at("weight").get<double>(), 1e-6);
  }
  double sum = 0;
  for (const Json& score : answer.at("methods")[2].at("scores")) sum += score.get<double>();
  EXPECT_NEAR(sum, 1, 1e-9);
  EXPECT_LT(answer.at("methods")[6].at("gap").get<double>(), .01);
  // What a word left out does is what the text without it is answered.
  const Json rest =
      parsed(output_of({"predict", model, "A film. But the hotel was dull, cold! 很差。", "--top", "2", "--json"}));
  double without = 0;
  for (const Json& one : rest.at("probabilities")) {
    if (one.at("label") == answer.at("label")) without = one.at("probability").get<double>();
  }
  EXPECT_EQ(answer.at("tokens")[1].at("text"), "lovely");
  EXPECT_NEAR(answer.at("methods")[7].at("scores")[1].get<double>(), answer.at("probability").get<double>() - without,
              1e-5);
}

INSTANTIATE_TEST_SUITE_P(
    , Methods,
    testing::Values(std::vector<std::string>{"--hidden-size", "8"},
                    std::vector<std::string>{"--hidden-size", "8", "--heads", "2"},
                    std::vector<std::string>{"--hidden-size", "8", "--structure", "rows", "--members", "2"},
                    std::vector<std::string>{"--hidden-size", "8", "--structure", "hierarchical", "--encoder", "gru"},
                    std::vector<std::string>{"--encoder", "average", "--ngrams", "0"},
                    std::vector<std::string>{"--hidden-size", "8", "--attention", "mean", "--encoder", "cnn"}));

TEST(Method, StandsSideBySideInTerminalPageAndJson) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(60))), model = scratch.file("model");
  ASSERT_EQ(run_fovea(join({{"train", data, "--out", model}, kTiny})).exit_code, 0);
  const Outcome told = run_fovea({"explain", model, data, "--method", "attention,loo", "--limit", "2"});
  EXPECT_EQ(told.exit_code, 0) << told.err;
  EXPECT_THAT(told.out, HasSubstr("\n  loo        leave one out: "));
  EXPECT_THAT(told.out, HasSubstr("\n  attention  visit 0"));
  EXPECT_THAT(told.out, HasSubstr("\n  loo        visit 0"));
  EXPECT_THAT(told.out, HasSubstr("sum "));
  for (const std::string& line : lines_of(told.out)) EXPECT_LE(code_points(line), 80) << line;

  const Outcome json = run_fovea({"explain", model, data, "--method", "ig", "--limit", "2", "--json"});
  expect_schema("explain_file", parsed(json.out));
  EXPECT_EQ(parsed(json.out).at("texts")[1].at("methods")[0].at("method"), "ig");
  const std::string page = scratch.file("page.html");
  EXPECT_EQ(run_fovea({"explain", model, data, "--method", "attention,ig", "--html", page}).exit_code, 0);
  EXPECT_THAT(read_file(page), HasSubstr("\"name\":\"ig\""));
  EXPECT_THAT(read_file(page), Not(HasSubstr("\"name\":\"loo\"")));
  // An empty text has nothing to say, and says so.
  const Outcome empty = run_fovea({"explain", model, "--text", " ", "--method", "attention,ig", "--json"});
  expect_schema("explain_methods", parsed(empty.out));
  EXPECT_TRUE(parsed(empty.out).at("methods")[1].at("scores").empty());
}

TEST(Method, IsAskedAboutAnotherLabel) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(60))), model = scratch.file("model");
  ASSERT_EQ(run_fovea(join({{"train", data, "--out", model, "--look", "clear"}, kTiny})).exit_code, 0);
  const Json own = parsed(run_fovea({"explain", model, "--text", kText, "--method", "contribution", "--json"}).out);
  EXPECT_FALSE(own.contains("asked"));
  const std::string other = own.at("label") == "good" ? "bad" : "good";
  const Json asked = parsed(run_fovea({"explain", model, "--text", kText, "--label", other, "--json"}).out);
  expect_schema("explain_methods", asked);
  EXPECT_EQ(asked.at("asked"), other);
  const Json answer = parsed(run_fovea({"predict", model, kText, "--json"}).out);
  expect_schema("predict", answer);
  const Json &for_it = own.at("methods")[0].at("scores"), &against = asked.at("methods")[0].at("scores");
  double most = 0;
  for (size_t i = 0; i < for_it.size(); ++i) {  // of two labels what speaks for one speaks against the other
    EXPECT_NEAR(for_it[i].get<double>(), -against[i].get<double>(), 1e-6);
    EXPECT_NEAR(for_it[i].get<double>(), answer.at("tokens")[i].at("contribution").get<double>(), 1e-5);
    most = std::max(most, std::abs(for_it[i].get<double>()));
  }
  EXPECT_GT(most, 1e-3);
  EXPECT_THAT(run_fovea({"explain", model, "--text", kText, "--label", other}).out, HasSubstr("asked about " + other));
  const Outcome unknown = run_fovea({"explain", model, "--text", kText, "--label", "neutral"});
  EXPECT_EQ(unknown.exit_code, 64);
  EXPECT_THAT(unknown.err, HasSubstr("the model has no label 'neutral'"));
}

class MethodAdvised : public ::testing::TestWithParam<std::string> {};

TEST_P(MethodAdvised, WhereThePictureThatComesFirstIsDecorative) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(60))), model = scratch.file("model");
  const bool clear = GetParam() == "clear";
  ASSERT_EQ(run_fovea(join({{"train", data, "--out", model, "--look", GetParam()}, kFew})).exit_code, 0);
  const Outcome audited = run_fovea({"audit", model, data, "--limit", "20"});
  ASSERT_EQ(audited.exit_code, 0) << audited.err;
  EXPECT_THAT(audited.out, HasSubstr("model.audit.json (fovea explain "));
  Json kept = parsed(read_file(model + ".audit.json"));
  EXPECT_EQ(kept.at("picture"), clear ? "contribution" : "mixed");
  kept["grade"] = "decorative", kept["advised"] = "loo", kept["recovered"] = 0.25, kept["not_above"] = "";
  scratch.write("model.audit.json", to_pretty(kept));
  const Outcome told = run_fovea({"explain", model, "--text", kText});
  EXPECT_THAT(told.err, HasSubstr(std::string("found ") + (clear ? "contribution" : "the picture that comes first") +
                                  " decorative (25 % of the way), so loo is shown"));
  EXPECT_THAT(told.out, HasSubstr("  loo "));
  EXPECT_EQ(run_fovea({"explain", model, "--text", kText, "--method", "attention"}).err, "");
  EXPECT_EQ(run_fovea({"predict", model, kText}).err, "");
  EXPECT_THAT(run_fovea({"predict", model, kText, "--explain"}).err, EndsWith(" decorative (25 % of the way)\n"));
  kept["recovered"] = 0.92, kept["not_above"] = "bag of words";
  scratch.write("model.audit.json", to_pretty(kept));
  EXPECT_THAT(run_fovea({"explain", model, "--text", kText}).err,
              HasSubstr("(92 % of the way, not shown to be above bag of words)"));
  kept["grade"] = "not-auditable", kept["why"] = "Too few.";
  scratch.write("model.audit.json", to_pretty(kept));
  const std::string page = scratch.file("page.html"),
                    nothing = "could not grade what is shown (not-auditable): Too few";
  const Outcome warned = run_fovea({"explain", model, "--text", kText, "--html", page});
  EXPECT_THAT(warned.err, HasSubstr(nothing));
  EXPECT_THAT(read_file(page), HasSubstr(nothing));
  const Outcome chosen = run_fovea({"explain", model, "--text", kText, "--method", "loo", "--html", page});
  EXPECT_EQ(chosen.err, "");
  EXPECT_THAT(read_file(page), Not(HasSubstr(nothing)));
  kept["grade"] = "informative";
  scratch.write("model.audit.json", to_pretty(kept));
  EXPECT_EQ(run_fovea({"explain", model, "--text", kText}).err, "");
  kept["grade"] = "decorative";
  for (const std::string& damaged : {to_pretty(kept).substr(0, 40), std::string("[]"), std::string("{}")}) {
    scratch.write("model.audit.json", damaged);
    EXPECT_EQ(run_fovea({"explain", model, "--text", kText}).err, "") << damaged;
  }
  scratch.write("model.audit.json", to_pretty(kept));
  ASSERT_EQ(run_fovea(join({{"train", data, "--out", model, "--seed", "7", "--force"}, kFew})).exit_code, 0);
  EXPECT_EQ(run_fovea({"explain", model, "--text", kText}).err, "") << "another training";
}

INSTANTIATE_TEST_SUITE_P(Looks, MethodAdvised, ::testing::Values("clear", "plain"),
                         [](const auto& info) { return info.param; });

TEST(Method, IsWhatEachWordAddsWhereThatCanBeTold) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(60))), model = scratch.file("model");
  ASSERT_EQ(run_fovea(join({{"train", data, "--out", model}, kFew})).exit_code, 0);
  const Outcome told = run_fovea({"explain", model, data, "--limit", "2"});
  const size_t first = told.out.find("\n  contribution  "), second = told.out.find("\n  attention ", first);
  EXPECT_NE(second, std::string::npos) << told.out;
  const Json json = parsed(run_fovea({"explain", model, data, "--limit", "1", "--json"}).out).at("texts")[0];
  EXPECT_FALSE(json.contains("methods")) << "nothing was asked for";
  EXPECT_TRUE(json.at("tokens")[0].contains("contribution"));
}

TEST(Method, StandsInWhereWeightsAreNearlyEven) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(60))), model = scratch.file("model");
  ASSERT_EQ(
      run_fovea(join({{"train", data, "--out", model, "--attention", "mean", "--look", "plain"}, kFew})).exit_code, 0);
  const Outcome told = run_fovea({"explain", model, data, "--limit", "2"});
  EXPECT_THAT(told.out, HasSubstr(" (weights nearly even)\n  ig "));
  const std::string page = scratch.file("page.html");
  const Outcome written = run_fovea({"explain", model, data, "--limit", "2", "--html", page, "--json"});
  EXPECT_FALSE(parsed(written.out).at("texts")[0].contains("methods")) << "nothing was asked for";
  EXPECT_THAT(read_file(page), HasSubstr("\"name\":\"ig\""));
}

TEST(Method, IsRefusedInWordsWhereAModelHasNone) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(60)));
  const std::string largest = scratch.file("max"), several = scratch.file("several");
  ASSERT_EQ(run_fovea(join({{"train", data, "--out", largest, "--attention", "max"}, kFew})).exit_code, 0);
  const Outcome max = run_fovea({"explain", largest, "--text", kText, "--method", "attention-gradient"});
  EXPECT_EQ(max.exit_code, 64);
  EXPECT_THAT(max.err, HasSubstr("--attention max takes each feature from one word"));
  EXPECT_EQ(run_fovea({"explain", largest, "--text", kText, "--method", "attention,gradient,ig,loo"}).exit_code, 0);
  ASSERT_EQ(run_fovea(join({{"train", data, "--out", several, "--multi-label"}, kTiny})).exit_code, 0);
  const Outcome labels = run_fovea({"explain", several, "--text", kText, "--method", "loo"});
  EXPECT_EQ(labels.exit_code, 64);
  EXPECT_THAT(labels.err, HasSubstr("several labels"));
}

}  // namespace
}  // namespace fovea::test
