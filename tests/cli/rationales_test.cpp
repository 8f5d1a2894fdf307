// `fovea audit --rationales` through the built program: what people marked, in both forms of file.
#include <filesystem>

#include <gmock/gmock.h>

#include "base/files.h"
#include "cli/mistakes.h"
#include "cli/ruled_model.h"

namespace fovea::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// The deciding word of each text is what people would mark; a third of the texts have none.
class AuditRationales : public RuledModel {
 protected:
  struct TruthSpan {
    std::string text;
    int64_t line = 0, start = 0;
  };
  static std::vector<TruthSpan> truth_spans() {
    std::vector<TruthSpan> spans;
    int64_t line = 0;
    for (const LabelledText& one : ruled_texts(120, 5000)) {
      ++line;
      const std::vector<std::string> words = words_in(one.text);
      for (size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "splendid" || words[i] == "horrid") {
          spans.push_back({one.text, line, static_cast<int64_t>(i)});
        }
      }
    }
    return spans;
  }
  static std::string plain_rationales() {
    std::string lines;
    for (const TruthSpan& span : truth_spans()) {
      lines +=
          std::to_string(span.line) + " " + std::to_string(span.start) + " " + std::to_string(span.start + 1) + "\n";
    }
    return lines;
  }
  static std::vector<std::string> words_in(const std::string& text) {
    std::vector<std::string> words;
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = std::min(text.find(' ', begin), text.size());
      words.push_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
    return words;
  }
  static Json people_of(const Json& json) { return json.at("plausibility"); }
};

TEST_F(AuditRationales, AMapThatNamesWhatPeopleMarkIsPlausibleAndTheVerdictDoesNotAsk) {
  write("r.txt", plain_rationales());
  const Json with = audited({"--rationales", "r.txt"});
  Json without = audited({});
  const Json people = people_of(with);
  EXPECT_EQ(people.at("texts"), 80);
  EXPECT_EQ(people.at("without_rationale"), 40);
  EXPECT_EQ(people.at("not_audited"), 0);
  EXPECT_EQ(people.at("rationales"), "r.txt");
  EXPECT_EQ(people.at("marked_words_read"), 1);
  const Json& map = people.at("maps")[0];
  EXPECT_EQ(map.at("map"), "attention");
  EXPECT_GT(map.at("recall"), 0.95);
  EXPECT_GT(map.at("average_precision_ci")[0], people.at("random").at("average_precision_ci")[1]);
  EXPECT_EQ(people.at("maps").back().at("map"), "even-spread");
  for (const char* key : {"verdict", "decided_by", "slices", "erasure"})
    EXPECT_EQ(with.at(key), without.at(key)) << key;
  EXPECT_EQ(without.at("plausibility"), nullptr);
}

TEST_F(AuditRationales, BothFormsSayTheSame) {
  write("r.txt", plain_rationales());
  std::filesystem::create_directory(folder_->path() / "docs");
  std::string lines;
  int number = 0;
  for (const TruthSpan& span : truth_spans()) {
    const std::string id = "d" + std::to_string(number++);
    std::string text = span.text;
    text.replace(text.find(' '), 1, "\n");  // white space may differ
    write("docs/" + id, text);
    const Json evidence = {{"docid", id}, {"start_token", span.start}, {"end_token", span.start + 1}};
    lines += to_line({{"annotation_id", id}, {"evidences", Json::array({Json::array({evidence})})}}) + "\n";
  }
  const Json elsewhere = {{"docid", "e"}, {"start_token", 0}, {"end_token", 1}};
  lines += to_line({{"annotation_id", "e"},
                    {"docs", {{"e", "of no text"}}},
                    {"evidences", Json::array({Json::array({elsewhere})})}});
  write("r.jsonl", lines);
  Json plain = people_of(audited({"--rationales", "r.txt"})), eraser = people_of(audited({"--rationales", "r.jsonl"}));
  EXPECT_EQ(eraser.at("not_audited"), 1);
  for (const char* key : {"rationales", "not_audited"}) {
    plain.erase(key);
    eraser.erase(key);
  }
  EXPECT_EQ(plain, eraser);
}

TEST_F(AuditRationales, SpansThatOverlapAreJoinedAndTextsNotDrawnCounted) {
  write("twice.txt", plain_rationales() + plain_rationales() + "1 0 3\n1 2 5\n");
  const Json all = people_of(audited({"--rationales", "twice.txt"}));
  EXPECT_GE(all.at("joined_spans"), 81);
  const Json some = people_of(audited({"--rationales", "twice.txt", "--limit", "40"}));
  EXPECT_EQ(some.at("texts").get<int>() + some.at("without_rationale").get<int>(), 40);
  EXPECT_GE(some.at("not_audited").get<int>() + some.at("texts").get<int>(), 80);
}

// Of a model that reads 5 words of a text, what people marked behind them is counted and not scored.
TEST_F(AuditRationales, WhatTheModelDoesNotReadIsCounted) {
  ASSERT_EQ(run({"train", "train.txt", "--out", "short", "--encoder", "average", "--embedding-size", "8",
                 "--attention-size", "8", "--ngrams", "0", "--max-epochs", "1", "--max-tokens", "5", "--quiet"})
                .exit_code,
            0);
  write("r.txt", plain_rationales());
  const Outcome outcome = run({"audit", "short", "dev.txt", "--rationales", "r.txt", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json people = people_of(parsed(outcome.out));
  int64_t inside = 0;
  for (const TruthSpan& span : truth_spans()) inside += span.start < 5;
  EXPECT_GT(inside, 10);
  EXPECT_LT(inside, 70);
  EXPECT_EQ(people.at("texts"), inside);
  EXPECT_EQ(people.at("beyond_window"), 80 - inside);
  EXPECT_NEAR(people.at("marked_words_read"), static_cast<double>(inside) / 80, 1e-9);
}

TEST_F(AuditRationales, TheTextAndThePageKeepItApart) {
  write("r.txt", plain_rationales());
  const Outcome brief = run({"audit", "m", "dev.txt", "--rationales", "r.txt", "--html", "p.html"});
  ASSERT_EQ(brief.exit_code, 0) << brief.err;
  EXPECT_THAT(brief.out,
              AllOf(HasSubstr("\npeople        F1 with what people marked"), HasSubstr("no evidence of faithfulness")));
  EXPECT_THAT(brief.out, Not(HasSubstr("IOU-F1")));
  EXPECT_THAT(read_file(folder_->file("p.html")), HasSubstr("that people marked? No evidence of faithfulness</h2>"));
  const Outcome all = run({"audit", "m", "dev.txt", "--rationales", "r.txt", "--all"});
  EXPECT_THAT(all.out, AllOf(HasSubstr("IOU-F1 macro"), HasSubstr("80 texts scored, 40 without a rationale")));
}

TEST_F(AuditRationales, FilesThatDoNotFitAreRefusedWithTheirLine) {
  const auto told = [&](const std::string& content, const std::string& words) {
    write("bad.txt", content);
    const Outcome outcome = run({"audit", "m", "dev.txt", "--rationales", "bad.txt"});
    EXPECT_EQ(outcome.exit_code, 65);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr(words));
  };
  told("", "bad.txt: holds no rationale");
  told("1 0 1\n2 0\n", "bad.txt:2: is not LINE START END");
  told("1 0 1\n121 0 1\n", "bad.txt:2: no text of dev.txt begins on line 121");
  told("0 0 1\n", "bad.txt:1: no text of dev.txt begins on line 0");
  told("1 0 1\n2 3 999\n", "bad.txt:2: the span 3 to 999 ends behind the text on dev.txt:2, which has ");
  told(R"({"annotation_id": "a", "docs": {"a": "no such text"}, "evidences": [[{"start_token": 0, "end_token": 1}]]})",
       "bad.txt: marks nothing in the texts of dev.txt that are audited");
  told(R"({"annotation_id": "a", "evidences": []})", "bad.txt: marks nothing in the texts of dev.txt");
}

class RationalesWords : public Mistakes {};

TEST_F(RationalesWords, WrongUsage) {
  write("r.txt", "1 0 1\n");
  expect_told({
      {{"audit", "model", "ok.txt", "--rationales", "none.txt"}, 66, {"none.txt"}},
      {{"audit", "model", "ok.txt", "--rationales", ""}, 64, {"--rationales: the name is empty"}},
      {{"audit", "model", "ok.txt", "ok.txt", "--rationales", "r.txt"},
       64,
       {"--rationales: r.txt names texts by their line, and there are 2 files of data"}},
  });
}

}  // namespace
}  // namespace fovea::test
