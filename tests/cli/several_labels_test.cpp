// Texts with several labels or none, through the program: read, trained, tested, answered, explained.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "base/files.h"
#include "cli/checks.h"
#include "cli/tiny.h"
#include "support/program.h"
#include "support/scratch.h"

namespace fovea::test {
namespace {

using ::testing::HasSubstr;

// Texts about films, hotels, both or neither, each said to be good or not.
struct Several {
  std::string text;
  std::vector<std::string> labels;
};

std::vector<Several> several_rows(int count) {
  std::vector<Several> rows;
  for (int i = 0; i < count; ++i) {
    Several row{"text " + std::to_string(i * 13 % 101), {}};
    if (i % 2) row.text += " about a film", row.labels.push_back("film");
    if (i % 3) row.text += " seen in the hotel", row.labels.push_back("hotel");
    if (i % 5) row.text += " which was lovely", row.labels.push_back("good");
    rows.push_back(row);
  }
  return rows;
}

std::string as_lines(const std::vector<Several>& rows) {
  std::string out;
  for (const Several& row : rows) {
    if (row.labels.empty()) continue;  // a line has a label at least
    for (const std::string& label : row.labels) out += "__label__" + label + " ";
    out += row.text + "\n";
  }
  return out;
}

std::string as_csv(const std::vector<Several>& rows) {
  std::string out = "text,label\n";
  for (const Several& row : rows) {
    std::string labels;
    for (const std::string& label : row.labels) labels += (labels.empty() ? "" : " | ") + label;
    out += row.text + "," + labels + "\n";
  }
  return out;
}

std::string as_jsonl(const std::vector<Several>& rows) {
  std::string out;
  for (const Several& row : rows) out += to_line({{"text", row.text}, {"label", row.labels}}) + "\n";
  return out;
}

class SeveralLabels : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = std::make_unique<Scratch>();
    scratch_->write("rows.txt", as_lines(several_rows(400)));
    scratch_->write("rows.csv", as_csv(several_rows(400)));
    scratch_->write("rows.jsonl", as_jsonl(several_rows(400)));
    trained_ = run({"train", "rows.csv", "--multi-label", "--label-separator", "|", "--out", "m", "--max-epochs", "30",
                    "--learning-rate", "0.02", "--quiet", "--json"});
    ASSERT_EQ(trained_.exit_code, 0) << trained_.err;
  }
  static void TearDownTestSuite() { scratch_.reset(); }

  static Outcome run(const std::vector<std::string>& arguments) {
    std::vector<std::string> all = arguments;
    if (arguments.front() == "train") all = join({arguments, kTinySizes});
    return run_fovea(all, "", scratch_->path());
  }

  static std::unique_ptr<Scratch> scratch_;
  static Outcome trained_;
};
std::unique_ptr<Scratch> SeveralLabels::scratch_;
Outcome SeveralLabels::trained_;

TEST_F(SeveralLabels, AreLearntAndTested) {
  const Json json = parsed(trained_.out);
  expect_schema("train", json);
  EXPECT_GT(json.at("test").at("micro_f1"), 0.9);
  EXPECT_GT(json.at("test").at("accuracy"), 0.7) << "exact match";
  EXPECT_EQ(json.at("test").at("precision_at").size(), 3U);
  EXPECT_EQ(json.at("data").at("ngram_length"), 0);
  EXPECT_EQ(json.at("calibration"), Json());
  EXPECT_FALSE(json.at("test").contains("confusion"));
  const Json config = parsed(read_file(scratch_->file("m") + "/config.json"));
  EXPECT_EQ(config.at("thresholds").size(), 3U);

  const Outcome tested = run({"test", "m", "rows.csv", "--json"});
  ASSERT_EQ(tested.exit_code, 0) << tested.err;
  expect_schema("test", parsed(tested.out));
  EXPECT_EQ(parsed(tested.out).at("n"), 400);
  const Outcome report = run({"test", "m", "rows.csv"});
  EXPECT_THAT(report.out, HasSubstr("exact match"));
  EXPECT_THAT(report.out, HasSubstr("P@3"));
  EXPECT_THAT(run({"test", "m", "rows.csv", "--fasttext"}).out, HasSubstr("R@1\t"));
  expect_schema("info", parsed(run({"info", "m", "--json"}).out));
}

// A comparison reports the loss that the training reports.
TEST_F(SeveralLabels, AreComparedByTheirOwnLoss) {
  const std::vector<std::string> common = join(
      {{"rows.csv", "--multi-label", "--label-separator", "|", "--max-epochs", "3", "--quiet", "--json"}, kTinySizes});
  const Outcome compared =
      run(join({{"compare"}, common, {"--vary", "decay=linear,none", "--seeds", "1", "--out", "cmp"}}));
  ASSERT_EQ(compared.exit_code, 0) << compared.err;
  const Outcome trained = run_fovea(join({{"train"}, common, {"--out", "one"}}), "", scratch_->path());
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  EXPECT_NEAR(parsed(compared.out).at("variants")[0].at("runs")[0].at("loss").get<double>(),
              parsed(trained.out).at("test").at("loss").get<double>(), 1e-6);
}

// A label that is not known makes its text wrong; a file of which no label is known is refused.
TEST_F(SeveralLabels, UnknownOnesBesideKnownOnesAreTested) {
  scratch_->write("new.csv", "text,label\ntext 1 about a film,film | xx\ntext 2 seen in the hotel,hotel | xx\n");
  const Outcome tested = run({"test", "m", "new.csv", "--json"});
  ASSERT_EQ(tested.exit_code, 0) << tested.err;
  EXPECT_EQ(parsed(tested.out).at("unknown_labels"), 2);
  EXPECT_EQ(parsed(tested.out).at("accuracy"), 0);
  scratch_->write("strange.csv", "text,label\ntext 1 about a film,xx | yy\ntext 2 seen in the hotel,xx | zz\n");
  const Outcome refused = run({"test", "m", "strange.csv"});
  EXPECT_EQ(refused.exit_code, 65);
  EXPECT_THAT(refused.err, HasSubstr("no label of this file is known"));
}

// The worst mistake first: by how sure the model was of the label that it was most wrong about.
TEST_F(SeveralLabels, MistakesAreRankedByConfidenceInTheError) {
  const std::map<std::string, std::set<std::string>> truths = {{"text 5 about a film which was lovely", {"hotel"}},
                                                               {"text 7 about a film", {"film", "good"}},
                                                               {"text 9 seen in the hotel", {"film", "hotel"}},
                                                               {"text 11 which was lovely", {"film", "hotel"}}};
  std::string rows = "text,label\n";
  for (const auto& [text, labels] : truths) {
    std::string joined;
    for (const std::string& label : labels) joined += (joined.empty() ? "" : " | ") + label;
    rows += text + "," + joined + "\n";
  }
  scratch_->write("wrong.csv", rows);
  const Json mistakes = parsed(run({"test", "m", "wrong.csv", "--json"}).out).at("mistakes");
  ASSERT_EQ(mistakes.size(), 4U);
  double before = 1;
  for (const Json& mistake : mistakes) {
    const std::string text = mistake.at("text");
    double expected = 0;
    const Json answer = parsed(run({"predict", "m", text, "--json"}).out);
    for (const Json& entry : answer.at("probabilities")) {
      const double probability = entry.at("probability");
      const bool given = entry.at("given");
      if (given == (truths.at(text).count(entry.at("label")) > 0)) continue;
      expected = std::max(expected, given ? probability : 1 - probability);
    }
    EXPECT_NEAR(mistake.at("probability").get<double>(), expected, 1e-4) << text;
    EXPECT_LE(mistake.at("probability").get<double>(), before) << text;
    before = mistake.at("probability");
  }
}

TEST_F(SeveralLabels, AreAllExplained) {
  const std::vector<std::string> text = {"explain", "m", "--text", "text 5 about a film", "--json"};
  EXPECT_EQ(parsed(run(text).out).at("probabilities").size(), 3U);
  EXPECT_EQ(parsed(run(join({text, {"--steps"}})).out).at("probabilities").size(), 3U);
  EXPECT_EQ(parsed(run(join({text, {"--top", "2"}})).out).at("probabilities").size(), 2U);
  const Json file = parsed(run({"explain", "m", "rows.csv", "--limit", "2", "--json"}).out);
  EXPECT_EQ(file.at("texts")[1].at("probabilities").size(), 3U);
  EXPECT_EQ(file.at("texts")[0].at("truth"), "(no label)") << "a row without labels is no row of unknown ones";
}

TEST_F(SeveralLabels, ComeFromLinesCsvAndJsonAlike) {
  const auto rows_of = [](const Json& training) {
    std::map<std::string, int> rows;
    for (const Json& one : training.at("data").at("classes")) {
      rows[one.at("label")] = one.at("train").get<int>() + one.at("valid").get<int>() + one.at("test").get<int>();
    }
    return rows;
  };
  const std::map<std::string, int> of_csv = rows_of(parsed(trained_.out));
  EXPECT_EQ(of_csv.size(), 3U);
  EXPECT_EQ(of_csv.at("film"), 200);
  for (const std::string file : {"rows.txt", "rows.jsonl"}) {
    const Outcome trained =
        run({"train", file, "--multi-label", "--out", "other", "--force", "--max-epochs", "1", "--quiet", "--json"});
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    EXPECT_EQ(rows_of(parsed(trained.out)), of_csv) << file;
  }
}

TEST_F(SeveralLabels, AnAnswerHasThoseAtOrAboveTheirThreshold) {
  const std::string text = "text 5 about a film which was lovely";
  const Outcome outcome = run({"predict", "m", text, "--json"});
  const Json answer = parsed(outcome.out);
  expect_schema("predict", answer);
  expect_shares(answer);
  EXPECT_EQ(answer.at("labels"), Json({"film", "good"}));
  ASSERT_EQ(answer.at("probabilities").size(), 3U) << "all of them";
  for (const Json& entry : answer.at("probabilities")) EXPECT_EQ(entry.at("given"), entry.at("label") != "hotel");
  const Outcome plain = run({"predict", "m", text});
  EXPECT_THAT(plain.out, HasSubstr("film\t"));
  EXPECT_THAT(plain.out, HasSubstr("good\t"));
  EXPECT_THAT(plain.out, ::testing::Not(HasSubstr("hotel")));
  EXPECT_EQ(lines_of(run({"predict", "m", text, "--fasttext", "--top", "3"}).out).front().find("__label__"), 0U);
  const Json empty = parsed(run({"predict", "m", "  ", "--json"}).out);
  EXPECT_EQ(empty.at("prior"), true);
  for (const Json& entry : empty.at("probabilities")) {
    const double expected = entry.at("label") == "film" ? 0.5 : entry.at("label") == "good" ? 0.8 : 0.667;
    EXPECT_NEAR(entry.at("probability").get<double>(), expected, 0.06) << entry;
  }
}

// With the most probable label below its threshold, and the next one at or above its own.
TEST_F(SeveralLabels, ALabelGivenBehindOneThatIsNotIsPrintedAlone) {
  const std::string text = "text 5 about a film which was lovely";
  const Json ranking = parsed(run({"predict", "m", text, "--json"}).out).at("probabilities");
  const std::string first = ranking[0].at("label"), second = ranking[1].at("label");
  std::filesystem::copy(scratch_->file("m"), scratch_->file("strict"));
  Json config = parsed(read_file(scratch_->file("m") + "/config.json"));
  for (size_t c = 0; c < 3; ++c) {
    config["thresholds"][c] = config["labels"][c].get<std::string>() == second ? 0.0 : 2.0;
  }
  const std::string altered = to_pretty(config);
  scratch_->write("strict/config.json", altered);
  Json manifest = parsed(read_file(scratch_->file("m") + "/manifest.json"));
  manifest["files"]["config.json"] = {{"bytes", altered.size()}, {"sha256", sha256(altered)}};
  scratch_->write("strict/manifest.json", to_pretty(manifest));
  const Outcome plain = run({"predict", "strict", text});
  EXPECT_EQ(plain.out.rfind(second + "\t", 0), 0U) << plain.out << plain.err;
  EXPECT_THAT(plain.out, ::testing::Not(HasSubstr(first)));
  EXPECT_EQ(run({"predict", "strict", text, "--fasttext"}).out.rfind("__label__" + second + " ", 0), 0U);
  EXPECT_EQ(run({"predict", "strict", text, "--top", "1"}).out.rfind(first + "\t", 0), 0U);
}

TEST_F(SeveralLabels, ContributionsAddUpToEachLabel) {
  const Json lesson = parsed(run({"explain", "m", "--text", "text 5 about a film", "--steps", "--json"}).out);
  expect_schema("explain", lesson);
  for (size_t c = 0; c < 3; ++c) {
    double logit = lesson.at("bias")[c];
    for (const Json& row : lesson.at("contributions")) logit += row[c].get<double>();
    EXPECT_NEAR(logit, lesson.at("logits")[c].get<double>(), 1e-4);
    for (const Json& entry : lesson.at("probabilities")) {
      if (entry.at("label") != lesson.at("classes")[c]) continue;
      EXPECT_NEAR(entry.at("probability").get<double>(), 1 / (1 + std::exp(-logit)), 1e-4);
    }
  }
  const Outcome told = run({"explain", "m", "--text", "text 5 about a film", "--steps"});
  EXPECT_THAT(told.out, HasSubstr("sigmoid: probability(film) = 1 / (1 + e^"));
  EXPECT_THAT(told.out, ::testing::Not(HasSubstr("softmax: probability")));
  EXPECT_EQ(run({"explain", "m", "rows.csv", "--html", "page.html"}).exit_code, 0);
}

TEST_F(SeveralLabels, WhatCannotApplyIsRefused) {
  const auto told = [](const std::vector<std::string>& arguments, const std::string& words) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 64) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(words));
  };
  told({"train", "rows.txt", "--out", "x", "--label-separator", "|"}, "--label-separator cannot apply");
  told({"train", "rows.txt", "--out", "x", "--multi-label", "--ngrams", "2"}, "--ngrams cannot apply");
  told({"train", "rows.txt", "--out", "x", "--multi-label", "--class-weights", "balanced"},
       "--class-weights cannot apply");
  told({"predict", "m", "a film", "--abstain", "0.9"}, "--abstain cannot apply");
  told({"test", "m", "rows.csv", "--abstain", "0.9"}, "--abstain cannot apply");
  const Outcome single = run({"train", "rows.txt", "--out", "x"});
  EXPECT_EQ(single.exit_code, 65);
  EXPECT_THAT(single.err, HasSubstr("--multi-label"));
}

}  // namespace
}  // namespace fovea::test
