// From a file of labelled texts to answers, once for each format and each way in: the same texts must give the same
// model whatever they were written in.
#include <ostream>
#include <string>

#include "base/files.h"
#include "cli/checks.h"
#include "cli/tiny.h"
#include "support/program.h"
#include "support/scratch.h"

namespace fovea::test {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr int kReviews = 120;

std::string csv_field(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string as_tsv(const std::vector<LabelledText>& reviews) {
  std::string out = "id\tlabel\ttext\r\n";
  int id = 900;
  for (const LabelledText& r : reviews) out += std::to_string(id++) + "\t" + r.label + "\t" + r.text + "\r\n";
  return out;
}

std::string as_csv(const std::vector<LabelledText>& reviews) {
  std::string out = "\xEF\xBB\xBFreview,sentiment\n";  // with a byte order mark
  for (const LabelledText& r : reviews) out += csv_field(r.text) + "," + r.label + "\n";
  out.pop_back();  // no final newline
  return out;
}

// As spreadsheets write it in much of Europe: no cell quoted but for semicolons, decimal commas.
std::string as_semicolons(const std::vector<LabelledText>& reviews) {
  std::string out = "review;price;sentiment\n";
  int cents = 10;
  for (const LabelledText& r : reviews) {
    const bool quoted = r.text.front() == '"' || r.text.find(';') != std::string::npos;
    out += (quoted ? csv_field(r.text) : r.text) + ";3," + std::to_string(cents++ % 90 + 10) + ";" + r.label + "\n";
  }
  return out;
}

std::string as_jsonl(const std::vector<LabelledText>& reviews) {
  std::string out;
  for (const LabelledText& r : reviews) out += to_line(Json{{"text", r.text}, {"stars", 4}, {"label", r.label}}) + "\n";
  return out;
}

enum class Way { kFile, kGzip, kStandardInput };

struct Form {
  std::string name, file;
  std::string (*written)(const std::vector<LabelledText>&);
  Way way;
  std::string layout;
  friend std::ostream& operator<<(std::ostream& out, const Form& form) { return out << form.file; }
};

// What `fovea train` was given and where its model is.
struct Trained {
  std::string data, model;
  Outcome outcome;
};

Trained train_from(const Form& form, const Scratch& scratch) {
  const std::string content = form.written(tiny_reviews(kReviews));
  Trained trained{scratch.write(form.file, content), scratch.file("model"), {}};
  if (form.way == Way::kGzip) {
    EXPECT_EQ(run_program({"gzip", trained.data}).exit_code, 0);
    trained.data += ".gz";
  }
  const bool piped = form.way == Way::kStandardInput;
  trained.outcome = run_fovea(join({{"train", piped ? "-" : trained.data, "--out", trained.model, "--json"}, kTiny}),
                              piped ? content : "");
  return trained;
}

class Formats : public ::testing::TestWithParam<Form> {
 protected:
  // Weights of the model from `__label__` lines, which all the others must equal.
  static void SetUpTestSuite() {
    const Scratch scratch;
    const Trained trained = train_from({"", "reference.txt", label_lines, Way::kFile, ""}, scratch);
    ASSERT_EQ(trained.outcome.exit_code, 0) << trained.outcome.err;
    weights_ = read_file(trained.model + "/weights.safetensors");
  }
  static std::string weights_;
};
std::string Formats::weights_;

TEST_P(Formats, TrainTestPredictExplain) {
  const Scratch scratch;
  const Trained trained = train_from(GetParam(), scratch);
  ASSERT_EQ(trained.outcome.exit_code, 0) << trained.outcome.err;
  EXPECT_EQ(trained.outcome.err, "");
  const Json report = parsed(trained.outcome.out);
  EXPECT_EQ(report.at("data").at("rows"), kReviews);
  EXPECT_EQ(report.at("data").at("layout"), GetParam().layout);
  EXPECT_TRUE(read_file(trained.model + "/weights.safetensors") == weights_)
      << "another model than from fastText lines";

  const Outcome tested = run_fovea({"test", trained.model, trained.data, "--json"});
  ASSERT_EQ(tested.exit_code, 0) << tested.err;
  const Json scores = parsed(tested.out);
  expect_schema("test", scores);
  EXPECT_EQ(scores.at("n"), kReviews);
  EXPECT_EQ(scores.at("layout_difference"), "");
  EXPECT_GT(scores.at("seen_in_training").get<int>(), kReviews / 2);

  const Outcome labelled = run_fovea({"explain", trained.model, trained.data, "--json", "--limit", "7"});
  ASSERT_EQ(labelled.exit_code, 0) << labelled.err;
  expect_schema("explain_file", parsed(labelled.out));
  const Json texts = parsed(labelled.out).at("texts");
  ASSERT_EQ(texts.size(), 7u);
  const auto reviews = tiny_reviews(7);
  for (size_t i = 0; i < texts.size(); ++i) {
    expect_shares(texts[i]);
    expect_offsets(texts[i]);
    EXPECT_EQ(texts[i].at("text"), reviews[i].text);
    EXPECT_EQ(texts[i].at("truth"), reviews[i].label);
  }
}

INSTANTIATE_TEST_SUITE_P(Each, Formats,
                         ::testing::Values(Form{"LabelLines", "r.txt", label_lines, Way::kFile,
                                                "fastText lines · label: __label__… · text: the rest of the line"},
                                           Form{"Tsv", "r.tsv", as_tsv, Way::kFile,
                                                "TSV, header · text: column 3 (text) · label: column 2 (label)"},
                                           Form{"Csv", "r.csv", as_csv, Way::kFile,
                                                "CSV, header · text: column 1 (review) · label: column 2 (sentiment)"},
                                           Form{"Semicolons", "e.csv", as_semicolons, Way::kFile,
                                                "CSV with semicolons, header · text: column 1 (review) · label: column "
                                                "3 (sentiment)"},
                                           Form{"Jsonl", "r.jsonl", as_jsonl, Way::kFile,
                                                "JSONL · text: key \"text\" · label: key \"label\""},
                                           Form{"CsvGzip", "z.csv", as_csv, Way::kGzip,
                                                "CSV, header · text: column 1 (review) · label: column 2 (sentiment)"},
                                           Form{"JsonlInput", "s.jsonl", as_jsonl, Way::kStandardInput,
                                                "JSONL · text: key \"text\" · label: key \"label\""}),
                         [](const auto& param) { return param.param.name; });

// predict reads one text a line: that the lines are rows of a table must not pass unsaid, whatever the table's form and
// whatever the model was trained on.
TEST(PredictOnTables, IsWarnedOfOrRefusedForEveryForm) {
  const Scratch scratch;
  const Trained trained = train_from({"", "r.tsv", as_tsv, Way::kFile, ""}, scratch);
  ASSERT_EQ(trained.outcome.exit_code, 0) << trained.outcome.err;
  const auto reviews = tiny_reviews(12);
  const auto told = [&](const std::string& data) {
    const Outcome outcome = run_fovea({"predict", trained.model, data});
    return std::to_string(outcome.exit_code) + " " + outcome.err;
  };
  for (const auto& [name, content] : std::vector<std::pair<std::string, std::string>>{
           {"c.csv", as_csv(reviews)}, {"e.csv", as_semicolons(reviews)}, {"j.jsonl", as_jsonl(reviews)}}) {
    const std::string plain = scratch.write(name, content);
    EXPECT_THAT(told(plain), HasSubstr("0 fovea: warning: " + plain + " looks like a table with labels"));
    ASSERT_EQ(run_program({"gzip", plain}).exit_code, 0);
    EXPECT_THAT(told(plain + ".gz"), HasSubstr("looks like a table with labels"));
  }
  EXPECT_THAT(told(trained.data), HasSubstr("65 fovea: " + trained.data + ": is a table like the one the model"));
  EXPECT_EQ(told(scratch.write("lines.txt", plain_lines(reviews))), "0 ") << "texts with commas";
}

TEST(Columns, TwoTextColumnsAreJoined) {
  const Scratch scratch;
  std::string csv = "title,body,stars,mood\n";
  for (const LabelledText& r : tiny_reviews(40))
    csv += "Head " + r.label + "," + csv_field(r.text) + ",3," + r.label + "\n";
  const std::string data = scratch.write("wide.csv", csv);
  for (const std::string columns : {"1,2", "title,body"}) {
    const Outcome trained = run_fovea(join({{"train", data, "--out", scratch.file("m" + columns), "--text-column",
                                             columns, "--label-column", "mood", "--json"},
                                            kTiny}));
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    EXPECT_EQ(parsed(trained.out).at("data").at("layout"),
              "CSV, header · text: column 1 (title) + column 2 (body) · label: column 4 (mood)");
    const Outcome seen = run_fovea({"explain", scratch.file("m" + columns), data, "--json", "--limit", "1"});
    EXPECT_EQ(parsed(seen.out).at("texts").at(0).at("text"), "Head good " + tiny_reviews(1)[0].text) << seen.err;
  }
}

TEST(Columns, BadRowsAreSkippedCountedAndListed) {
  const Scratch scratch;
  std::string tsv = as_tsv(tiny_reviews(40));
  tsv += "no columns at all\r\n";
  const std::string data = scratch.write("torn.tsv", tsv);
  const Outcome trained = run_fovea(
      join({{"train", data, "--out", scratch.file("m"), "--on-bad-row", "skip", "--json", "--max-epochs", "1"},
            kTinySizes}));
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  EXPECT_EQ(parsed(trained.out).at("data").at("bad_rows"), 1);
  EXPECT_THAT(trained.err, HasSubstr("1 bad row left out"));
  EXPECT_THAT(trained.err, HasSubstr("torn.tsv:42: has 1 column instead of 3"));
  const Outcome seen = run_fovea({"explain", scratch.file("m"), data, "--on-bad-row", "skip"});
  EXPECT_EQ(seen.exit_code, 0);
  EXPECT_THAT(seen.err, HasSubstr("warning: 1 bad row is left out, the first at " + data + ":42: has 1 column"));
}

TEST(Columns, NewlinesInQuotesStayInTheText) {
  const Scratch scratch;
  std::string csv = "label,text\n";
  for (const LabelledText& r : tiny_reviews(40)) csv += r.label + "," + csv_field("first\n" + r.text + "\nlast") + "\n";
  const std::string data = scratch.write("long.csv", csv), model = scratch.file("m");
  ASSERT_EQ(run_fovea(join({{"train", data, "--out", model}, kTiny})).exit_code, 0);
  const Outcome seen = run_fovea({"explain", model, data, "--json"});
  const Json texts = parsed(seen.out).at("texts");
  ASSERT_EQ(texts.size(), 40u) << seen.err;
  EXPECT_EQ(texts[3].at("text"), "first\n" + tiny_reviews(4)[3].text + "\nlast");
}

TEST(ModelFolder, IsCompleteAndSaysWhereItComesFrom) {
  const Scratch scratch;
  const Trained trained = train_from({"", "r.csv", as_csv, Way::kFile, ""}, scratch);
  ASSERT_EQ(trained.outcome.exit_code, 0) << trained.outcome.err;
  EXPECT_THAT(names_in(scratch.path()), UnorderedElementsAre("model", "r.csv"));
  EXPECT_THAT(names_in(trained.model),
              UnorderedElementsAre("config.json", "manifest.json", "metrics.json", "metrics.jsonl", "seen.safetensors",
                                   "vocab.txt", "weights.safetensors", "ngrams.safetensors"));
  const Json config = parsed(read_file(trained.model + "/config.json"));
  EXPECT_EQ(config.at("data").at(0).at("path"), trained.data);
  EXPECT_EQ(config.at("data").at(0).at("sha256"), sha256(read_file(trained.data)));
  EXPECT_EQ(config.at("options").at("model").at("hidden_size"), 8);
  EXPECT_EQ(config.at("options").at("training").at("max_epochs"), 2);
  const auto evaluations = lines_of(read_file(trained.model + "/metrics.jsonl"));
  ASSERT_EQ(evaluations.size(), 2u);
  EXPECT_EQ(parsed(evaluations[1]).at("epoch"), 2.0);
  const Json metrics = parsed(read_file(trained.model + "/metrics.json"));
  EXPECT_EQ(metrics.at("training"), parsed(trained.outcome.out).at("training"));
  expect_schema("test", metrics.at("test"));
}

}  // namespace
}  // namespace fovea::test
