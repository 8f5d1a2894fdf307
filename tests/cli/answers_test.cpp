// What a trained model answers on the command line: one line out per line in, whichever way the text comes, and the
// streams, forms and exit codes of test, predict and explain.
#include <memory>
#include <string>

#include "base/files.h"
#include "cli/checks.h"
#include "cli/tiny.h"
#include "support/program.h"
#include "support/scratch.h"

namespace fovea::test {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr char kEscape[] = "\x1b";
const std::string kMixed = "Not a bad film! 很好的酒店, رائع جدا 👩‍👩‍👧 ﬁne :)";

class Answers : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = std::make_unique<Scratch>();
    data_ = scratch_->write("reviews.txt", label_lines(tiny_reviews(120)));
    model_ = scratch_->file("model");
    const Outcome trained = run_fovea(join({{"train", data_, "--out", model_}, kTiny}));
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
  }
  static void TearDownTestSuite() { scratch_.reset(); }

  // Standard output of a run that must succeed and say nothing on standard error.
  static std::string output_of(const std::vector<std::string>& arguments, const std::string& input = "") {
    const Outcome outcome = run_fovea(arguments, input);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "");
    return outcome.out;
  }

  static std::unique_ptr<Scratch> scratch_;
  static std::string data_, model_;
};
std::unique_ptr<Scratch> Answers::scratch_;
std::string Answers::data_, Answers::model_;

// What is said of an answer without its top word is what the model answers to the text without it.
TEST_F(Answers, SayWhetherTheyStayWithoutTheirTopWord) {
  int stays = 0, changes = 0;
  for (const auto& [label, text] : tiny_reviews(40)) {
    const Json answer = parsed(output_of({"predict", model_, "-", "--json"}, text + "\n"));
    const Json& tokens = answer.at("tokens");
    size_t top = 0;
    for (size_t i = 1; i < tokens.size(); ++i) {
      if (tokens[i].at("contribution") > tokens[top].at("contribution")) top = i;
    }
    std::string shorter = text;
    const size_t start = tokens[top].at("start"), end = tokens[top].at("end");
    shorter.erase(start, end - start);
    const Json other = parsed(output_of({"predict", model_, "-", "--json"}, shorter + "\n"));
    const bool stay = answer.at("label") == other.at("label");
    EXPECT_EQ(answer.at("stays_without_top"), stay) << text;
    ++(stay ? stays : changes);
  }
  EXPECT_GT(stays, 0);
  EXPECT_GT(changes, 0);
  EXPECT_FALSE(parsed(output_of({"predict", model_, "-", "--json"}, "film\n")).contains("stays_without_top"));
}

TEST_F(Answers, OneLineOutPerLineIn) {
  const std::string input = "a lovely film\n\nsecond line\r\n \t \nthe last, without a newline";
  const std::vector<std::string> texts = {"a lovely film", "", "second line", " \t ", "the last, without a newline"};
  const std::string file = scratch_->write("lines.txt", input);
  const std::string piped = output_of({"predict", model_, "-", "--json"}, input);
  EXPECT_EQ(output_of({"predict", model_, file, "--json"}), piped);
  const auto lines = lines_of(piped);
  ASSERT_EQ(lines.size(), texts.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    const Json answer = parsed(lines[i]);
    expect_schema("predict", answer);
    expect_shares(answer);
    expect_offsets(answer);
    EXPECT_EQ(answer.at("text"), texts[i]);
    EXPECT_EQ(answer.at("prior"), i == 1 || i == 3);
    EXPECT_EQ(answer.at("tokens").empty(), i == 1 || i == 3);
  }
  for (const std::vector<std::string>& form :
       std::vector<std::vector<std::string>>{{}, {"--fasttext"}, {"--explain"}}) {
    EXPECT_EQ(lines_of(output_of(join({{"predict", model_, "-"}, form}), input)).size(), texts.size());
  }
}

TEST_F(Answers, NoLineInNoLineOut) {
  EXPECT_EQ(output_of({"predict", model_, "-"}, ""), "");
  EXPECT_EQ(lines_of(output_of({"predict", model_, "-"}, "\n")).size(), 1u);
  EXPECT_EQ(output_of({"predict", model_, scratch_->write("nothing.txt", "")}), "");
}

TEST_F(Answers, ManyLinesKeepTheirOrder) {
  const auto reviews = tiny_reviews(1300);  // more than are answered at once
  const std::string input = plain_lines(reviews), file = scratch_->write("many.txt", input);
  const std::string piped = output_of({"predict", model_, "--json"}, input);
  EXPECT_EQ(lines_of(output_of({"predict", model_, file})).size(), reviews.size());
  const auto lines = lines_of(piped);
  ASSERT_EQ(lines.size(), reviews.size());
  for (size_t i = 0; i < lines.size(); i += 97) EXPECT_EQ(parsed(lines[i]).at("text"), reviews[i].text);
}

TEST_F(Answers, AreTheSameWhicheverWayATextComes) {
  const std::string file = scratch_->write("one.txt", kMixed + "\n");
  const std::string argument = output_of({"predict", model_, kMixed, "--json"});
  EXPECT_EQ(output_of({"predict", model_, file, "--json"}), argument);
  EXPECT_EQ(output_of({"predict", model_, "-", "--json"}, kMixed), argument);
  EXPECT_EQ(output_of({"predict", model_, "--json"}, kMixed), argument);
  const std::string labelled = "__label__good " + kMixed;
  EXPECT_EQ(run_fovea({"predict", model_, scratch_->write("labelled.txt", labelled), "--json"}).out, argument);
  const std::string marked = scratch_->write("marked.txt", "\xef\xbb\xbf" + labelled);
  EXPECT_EQ(run_fovea({"predict", model_, marked, "--json"}).out, argument) << "behind a byte order mark";
  const Outcome piped = run_fovea({"predict", model_, "-", "--json"}, labelled);
  EXPECT_EQ(piped.out, argument);
  EXPECT_THAT(piped.err, ::testing::HasSubstr("lines begin with __label__: their labels are not read"));
  EXPECT_EQ(output_of({"explain", model_, "--text", kMixed, "--json"}), argument);
  expect_offsets(parsed(argument));
  EXPECT_GE(parsed(argument).at("tokens").size(), 10u);
}

TEST_F(Answers, ATableGivesOneLinePerRowEmptyTextsToo) {
  const std::string table = scratch_->write("rows.tsv", "text\tid\na lovely film\t1\n\t2\na dull, cold meal\t3\n");
  const std::vector<std::string> rows =
      lines_of(output_of({"predict", model_, table, "--format", "tsv", "--text-column", "text"}));
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0] + "\n", output_of({"predict", model_, "a lovely film"}));
  EXPECT_EQ(rows[1] + "\n", output_of({"predict", model_, "-"}, "\n"));
  EXPECT_EQ(rows[2] + "\n", output_of({"predict", model_, "a dull, cold meal"}));
}

TEST_F(Answers, GzipOnStandardInputIsReadAndForeignBytesAreRefused) {
  // printf 'a lovely film\n' | gzip -n
  constexpr char kZipped[] =
      "\037\213\010\000\000\000\000\000\000\003\113\124\310\311\057\113\315"
      "\251\124\110\313\314\311\345\002\000\300\377\317\250\016\000\000\000";
  const std::string zipped(kZipped, sizeof kZipped - 1);
  EXPECT_EQ(output_of({"predict", model_, "-"}, zipped), output_of({"predict", model_, "a lovely film"}));
  const Outcome wide = run_fovea({"predict", model_, "-"}, std::string("\xff\xfe\x61\x00\n\x00", 6));
  EXPECT_EQ(wide.exit_code, 65);
  EXPECT_THAT(wide.err, HasSubstr("standard input"));
  EXPECT_THAT(wide.err, HasSubstr("UTF-16"));
}

TEST_F(Answers, AFileExplainedFitsItsSchemaAndNamesItsLines) {
  const Json texts = parsed(output_of({"explain", model_, data_, "--limit", "3", "--json"}));
  expect_schema("explain_file", texts);
  ASSERT_EQ(texts.at("texts").size(), 3u);
  EXPECT_EQ(texts.at("texts_in_file"), 120);
  EXPECT_EQ(texts.at("texts")[2].at("line"), 3);
}

// The same answer to a few digits whatever the vectors; a set that is not there is an error.
TEST_F(Answers, EveryInstructionSetAnswersAlike) {
  const Json machine = parsed(output_of({"info", "--json"}));
  EXPECT_EQ(machine.at("instruction_set"), machine.at("instruction_sets")[0]);
  const double best = parsed(output_of({"predict", model_, kMixed, "--json"})).at("probability").get<double>();
  for (const Json& name : machine.at("instruction_sets")) {
    ::setenv("FOVEA_ISA", name.get<std::string>().c_str(), 1);
    EXPECT_EQ(parsed(output_of({"info", "--json"})).at("instruction_set"), name);
    EXPECT_NEAR(parsed(output_of({"predict", model_, kMixed, "--json"})).at("probability").get<double>(), best, 1e-5);
  }
  ::setenv("FOVEA_ISA", "avx1024", 1);
  const Outcome outcome = run_fovea({"predict", model_, "a lovely film"});
  ::unsetenv("FOVEA_ISA");
  EXPECT_EQ(outcome.exit_code, 64);
  EXPECT_THAT(outcome.err, HasSubstr("FOVEA_ISA"));
  EXPECT_THAT(outcome.err, HasSubstr(machine.at("instruction_set").get<std::string>()));
}

TEST_F(Answers, StepsAddUpToTheAnswer) {
  const Json lesson = parsed(output_of({"explain", model_, "--text", kMixed, "--steps", "--json"}));
  expect_schema("explain", lesson);
  expect_shares(lesson);
  for (size_t c = 0; c < lesson.at("classes").size(); ++c) {
    double logit = lesson.at("bias")[c];
    for (const Json& token : lesson.at("contributions")) logit += token[c].get<double>();
    EXPECT_NEAR(logit, lesson.at("logits")[c].get<double>(), 1e-5);
  }
  const Json answer = parsed(output_of({"predict", model_, kMixed, "--json"}));
  EXPECT_EQ(lesson.at("label"), answer.at("label"));
  EXPECT_EQ(lesson.at("tokens"), answer.at("tokens"));
  EXPECT_NEAR(lesson.at("probability").get<double>(), answer.at("probability").get<double>(), 1e-6);
  EXPECT_THAT(output_of({"explain", model_, "--text", "not a bad film", "--steps"}), HasSubstr("film"));
}

TEST_F(Answers, TopGivesThatManyLabels) {
  const Json two = parsed(output_of({"predict", model_, kMixed, "--json", "--top", "2"})).at("probabilities");
  ASSERT_EQ(two.size(), 2u);
  EXPECT_NEAR(two[0].at("probability").get<double>() + two[1].at("probability").get<double>(), 1, 1e-6);
  EXPECT_GE(two[0].at("probability"), two[1].at("probability"));
  EXPECT_THAT(output_of({"predict", model_, kMixed, "--top", "9"}),
              MatchesRegex("(good|bad)\t0\\.[0-9]{4}\t(good|bad)\t0\\.[0-9]{4}\n"));
  EXPECT_THAT(output_of({"predict", model_, kMixed}), MatchesRegex("(good|bad)\t0\\.[0-9]{4}\n"));
}

TEST_F(Answers, FastTextForms) {
  EXPECT_THAT(output_of({"predict", model_, kMixed, "--fasttext"}), MatchesRegex("__label__(good|bad) 0\\.[0-9]{5}\n"));
  EXPECT_THAT(output_of({"predict", model_, kMixed, "--fasttext", "--top", "2"}),
              MatchesRegex("__label__[a-z]+ 0\\.[0-9]{5} __label__[a-z]+ 0\\.[0-9]{5}\n"));
  const Json scores = parsed(output_of({"test", model_, data_, "--json"}));
  char expected[64];
  const double accuracy = scores.at("accuracy");
  std::snprintf(expected, sizeof expected, "N\t120\nP@1\t%.3g\nR@1\t%.3g\n", accuracy, accuracy);
  EXPECT_EQ(output_of({"test", model_, data_, "--fasttext"}), expected);
}

TEST_F(Answers, ATestSaysWhenAFileDiffers) {
  std::string csv = "text,label\n";
  for (const LabelledText& r : tiny_reviews(6)) csv += "plain words," + r.label + "\n";
  const Outcome tested = run_fovea({"test", model_, scratch_->write("other.csv", csv), "--json"});
  EXPECT_EQ(tested.exit_code, 0) << tested.err;
  const std::string difference = "the file is CSV, the model was trained on one that is fastText lines";
  EXPECT_EQ(parsed(tested.out).at("layout_difference"), difference);
  EXPECT_THAT(tested.err, HasSubstr(difference));
}

TEST_F(Answers, RequirementsDecideTheExitCode) {
  const Outcome met =
      run_fovea({"test", model_, data_, "--json", "--require", "accuracy>=0.01", "--require", "loss<=99"});
  EXPECT_EQ(met.exit_code, 0) << met.err;
  const Outcome unmet =
      run_fovea({"test", model_, data_, "--json", "--require", "loss<=99", "--require", "macro_f1>=1.01"});
  EXPECT_EQ(unmet.exit_code, 1) << unmet.err;
  EXPECT_THAT(unmet.err, HasSubstr("requirement not met: macro_f1>=1.01"));
  EXPECT_EQ(parsed(unmet.out).at("accuracy"), parsed(met.out).at("accuracy"));
}

TEST_F(Answers, JsonGoesToAFileToo) {
  const std::string file = scratch_->file("scores.json");
  const std::string printed = output_of({"test", model_, data_, "--json", "--json-out", file});
  Json kept = parsed(read_file(file)), said = parsed(printed);
  EXPECT_EQ(lines_of(printed).size(), 1u);
  EXPECT_EQ(kept, said);
  const std::string report = output_of({"test", model_, data_, "--json-out", file});
  EXPECT_THAT(report, HasSubstr("accuracy"));
  kept = parsed(read_file(file));
  kept.erase("seconds");
  said.erase("seconds");
  EXPECT_EQ(kept, said);
}

TEST_F(Answers, ColourIsAskedForOrLeftOut) {
  // Both directions' last states: without n-gram ratios the first word and the last have half of the weight each,
  // whatever was learnt.
  const std::string model = scratch_->file("ends");
  const Outcome trained = run_fovea({"train", data_, "--out", model, "--attention", "last", "--hidden-size", "8",
                                     "--embedding-size", "8", "--max-epochs", "1", "--ngrams", "0", "--quiet"});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const std::vector<std::string> explain = {"predict", model, "a dull, cold film", "--explain"};
  const std::string plain = output_of(explain);
  EXPECT_THAT(plain, ContainsRegex("^(good|bad) 0\\.[0-9]+   a\\(\\.50\\) dull, cold film\\(\\.50\\)\n$"));
  EXPECT_EQ(output_of(join({explain, {"--color", "never"}})), plain);
  const std::string coloured = output_of(join({explain, {"--color", "always"}}));
  EXPECT_THAT(coloured, HasSubstr(kEscape));
  EXPECT_THAT(coloured, Not(HasSubstr("(.50)")));
}

TEST_F(Answers, ResultsAreOnStandardOutputAndNothingElse) {
  const std::string out = scratch_->file("streams");
  const Outcome told = run_fovea(join({{"train", data_, "--out", out, "--max-epochs", "1"}, kTinySizes}));
  ASSERT_EQ(told.exit_code, 0) << told.err;
  EXPECT_THAT(told.err, HasSubstr("120 rows"));
  EXPECT_THAT(told.err, HasSubstr("epoch 1"));
  EXPECT_THAT(told.err, Not(HasSubstr(kEscape)));
  EXPECT_THAT(told.out, HasSubstr("saved"));
  EXPECT_THAT(told.out, Not(HasSubstr("120 rows")));
  const std::string quiet = output_of(join({{"train", data_, "--out", out, "--force", "--json"}, kTiny}));
  EXPECT_EQ(lines_of(quiet).size(), 1u);
  EXPECT_EQ(parsed(quiet).at("model"), out);
}

TEST_F(Answers, APageIsWritten) {
  const std::string page = scratch_->file("page.html");
  EXPECT_THAT(output_of({"explain", model_, data_, "--html", page, "--limit", "9"}), HasSubstr("9 of 120 texts"));
  const std::string html = read_file(page), opening = "<script type=\"application/json\" id=\"data\">";
  EXPECT_TRUE(html.starts_with("<!doctype html>"));
  const size_t begin = html.find(opening);
  ASSERT_NE(begin, std::string::npos);
  const Json drawn =
      parsed(html.substr(begin + opening.size(), html.find("</script>", begin) - begin - opening.size()));
  EXPECT_EQ(drawn.at("answers").size(), 9u);
  EXPECT_EQ(drawn.at("facts").at("texts_in_file"), 120);
}

TEST_F(Answers, HelpAndVersionAreResults) {
  for (const std::string verb : {"train", "test", "predict", "explain", "align", "info", "demo"}) {
    EXPECT_THAT(output_of({verb, "--help"}), HasSubstr("Usage: fovea " + verb));
  }
  EXPECT_THAT(output_of({"--help"}), HasSubstr("explain"));
  EXPECT_THAT(output_of({"train", "--help"}), MatchesRegex("(.|\n)*\n  text +Train a classifier on labelled texts\n"
                                                           "  translation +Train a translator on sentence pairs\n*"));
  EXPECT_THAT(output_of({"--version"}), MatchesRegex("fovea [0-9]+\\.[0-9]+\\.[0-9]+\n"));
  EXPECT_THAT(output_of({"info"}), HasSubstr("fovea"));
  EXPECT_THAT(output_of({"info", model_}), HasSubstr("additive"));
}

}  // namespace
}  // namespace fovea::test
