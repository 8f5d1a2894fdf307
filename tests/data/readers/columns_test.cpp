// Header and columns found in whole small files: header.h, column_stats.h, choose_columns.h and columns.h together.
#include "data/readers/columns.h"

#include <gmock/gmock.h>

#include "data/readers/look.h"
#include "data/readers/reading.h"

namespace fovea::data {
namespace {

using ::testing::HasSubstr;

TableLayout look(const std::string& name, const std::string& content, const TableOptions& options = {}) {
  return look_at(make_source(name, content, ""), options);
}

std::string many_rows(const std::string& before) {
  std::string rows = before;
  for (int i = 0; i < 30; ++i) {
    rows += std::string(i % 3 ? "dull" : "fine") + ",the film number " + std::to_string(i * 37) +
            " of this long year," + std::to_string(i * 11 + 5) + "\n";
  }
  return rows;
}

TEST(Columns, AreFoundByHeaderNames) {
  const TableLayout layout = look("a.tsv", "ID\t \"Sentiment\" \tREVIEW\n7\tup\ta film\n8\tdown\tb film\n");
  EXPECT_TRUE(layout.header);
  EXPECT_EQ(layout.columns, 3);
  EXPECT_EQ(layout.column_names, (std::vector<std::string>{"ID", "Sentiment", "REVIEW"}));
  EXPECT_EQ(layout.label_column, 1);
  EXPECT_EQ(layout.text_columns, std::vector<int>{2});
  EXPECT_EQ(layout.why, "header names");
}

TEST(Columns, TakeTheFirstOfSeveralKnownNames) {
  const TableLayout layout = look("a.csv", "sentence,text,class,label\na b,c d,1,2\ne f,g h,3,4\n");
  EXPECT_EQ(layout.label_column, 3);
  EXPECT_EQ(layout.text_columns, std::vector<int>{1});
}

TEST(Columns, TakeAKnownNameAsAValueWhereItIsMetAgain) {
  const TableLayout layout = look("a.tsv", "a picture of it\timage\nsome words here\ttext\nmore words here\ttext\n");
  EXPECT_FALSE(layout.header);
  const TableLayout first = look("a.tsv", "some words here\ttext\na picture of it\timage\nmore words here\ttext\n");
  EXPECT_FALSE(first.header);
  EXPECT_EQ(first.label_column, 1);
}

TEST(Columns, KeepTheirNamesWhereATextIsOneOfThem) {
  const TableLayout layout = look("a.tsv", "text\tlabel\nsome words\tup\ntext\tdown\n");
  EXPECT_TRUE(layout.header);
  EXPECT_EQ(layout.label_column, 1);
}

TEST(Columns, AreFoundByLooking) {
  const TableLayout layout = look("a.csv", many_rows(""));
  EXPECT_FALSE(layout.header);
  EXPECT_EQ(layout.label_column, 0);
  EXPECT_EQ(layout.text_columns, std::vector<int>{1});
  EXPECT_EQ(layout.why, "looked: column 1 has 2 values, column 2 holds words");
  EXPECT_EQ(layout.describe(), "CSV, no header · text: column 2 · label: column 1");
}

TEST(Columns, WithUnknownNamesStandOutAgainstNumbers) {
  const TableLayout layout = look("a.csv", many_rows("mood,what they say,serial\n"));
  EXPECT_TRUE(layout.header);
  EXPECT_EQ(layout.label_column, 0);
  EXPECT_EQ(layout.describe(), "CSV, header · text: column 2 (what they say) · label: column 1 (mood)");
}

TEST(Columns, WithUnknownNamesStandOutAgainstLongTexts) {
  std::string rows;
  for (int i = 0; i < 12; ++i) rows += "a long enough text about films\t" + std::string(i % 2 ? "up" : "down") + "\n";
  EXPECT_TRUE(look("a.tsv", "body\tmood\n" + rows).header);
  EXPECT_FALSE(look("a.tsv", "body\tup\n" + rows).header) << "up is a label like the others";
  EXPECT_FALSE(look("a.tsv", "a long body of text\tmood\n" + rows).header) << "that is a text";
}

TEST(Columns, FollowOptionsByNameAndNumber) {
  TableOptions options;
  options.text_columns = {"3", "title"};
  options.label_column = "Mood";
  const TableLayout layout = look("a.csv", "mood,title,body\nup,A,long text\ndown,B,more text\n", options);
  EXPECT_TRUE(layout.header);
  EXPECT_EQ(layout.text_columns, (std::vector<int>{2, 1}));
  EXPECT_EQ(layout.label_column, 0);
  EXPECT_EQ(layout.why, "option");
}

TEST(Columns, PreferANameToANumber) {
  TableOptions options;
  options.label_column = "2";
  options.text_columns = {"1"};
  options.header = true;
  const TableLayout layout = look("a.csv", "2,1,x\nup,some words,q\ndown,more words,q\n", options);
  EXPECT_EQ(layout.label_column, 0);
  EXPECT_EQ(layout.text_columns, std::vector<int>{1});
}

TEST(Columns, SayHowEachWasFound) {
  TableOptions options;
  options.label_column = "stars";
  EXPECT_EQ(look("a.csv", "stars,review\n1,some words\n5,more words\n", options).why,
            "label by option, text by header names");
}

TEST(Columns, ObeyTheHeaderOption) {
  TableOptions options;
  options.header = false;
  options.label_column = "1";
  options.text_columns = {"2"};
  EXPECT_FALSE(look("a.csv", "label,text\n1,a b\n0,c d\n", options).header);
  options.header = true;
  EXPECT_TRUE(look("a.csv", "1,a b\n0,c d\n", options).header);
}

TEST(Columns, TellAShortWordTextFromANumberedLabel) {
  const TableLayout layout = look("a.tsv", "good\t1\nbad\t0\nfine\t1\n");
  EXPECT_EQ(layout.label_column, 1);
  EXPECT_EQ(layout.text_columns, std::vector<int>{0});
}

TEST(Columns, OfANumberedFileAreNotTheLabel) {
  const TableLayout layout = look("a.tsv", "1\tup\tgood film\n2\tdown\tbad film\n3\tup\tfine film\n");
  EXPECT_EQ(layout.label_column, 1);
}

TEST(Columns, AllowLabelsOfSeveralWords) {
  std::string rows;
  for (int i = 0; i < 40; ++i) {
    rows += std::string(i % 2 ? "very good" : "not so good") + "\ta text of some length number " +
            std::to_string(i * 13) + "\n";
  }
  EXPECT_EQ(look("a.tsv", rows).label_column, 0);
}

TEST(Columns, ThatLookAlikeAreNotGuessed) {
  std::string rows;
  for (int i = 0; i < 40; ++i) {
    rows += std::to_string(i % 2) + "\t" + std::to_string(i % 7) + "\tthe text with number " + std::to_string(i) + "\n";
  }
  const auto error = error_of([&] { look("a.tsv", rows); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ExitCode::kBadData);
  EXPECT_THAT(error->what(), HasSubstr("not certain which column is the label: column 1 or column 2"));
  EXPECT_THAT(error->remedy(), HasSubstr("1 \"0\", 2 \"0\", 3 \"the text with number 0\""));
  TableOptions options;
  options.labels_required = false;
  EXPECT_EQ(look("a.tsv", rows, options).label_column, -1);
}

TEST(Columns, OfWeights) {
  TableOptions options;
  options.weight_column = "Trust";
  const Table table = read_as("a.csv", "text,label,trust\na film,up,0.5\nb film,down, 2 \nc film,up,0\n", options);
  EXPECT_EQ(table.layout.weight_column, 2);
  EXPECT_EQ(table.layout.describe(),
            "CSV, header · text: column 1 (text) · label: column 2 (label) · weight: column 3 (trust)");
  EXPECT_TRUE(table.report.unused_columns.empty());
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(table.rows[0].weight, 0.5);
  EXPECT_EQ(table.rows[1].weight, 2);
  EXPECT_EQ(table.rows[2].weight, 0);
  EXPECT_FALSE(table.layout.to_json().contains("weight_column")) << "a model is tested on files without weights";

  options.weight_column = "w";
  const Table json = read_as("a.jsonl", "{\"text\": \"a film\", \"label\": 1, \"w\": 1.5}\n", options);
  EXPECT_EQ(json.rows.at(0).weight, 1.5);
  options.weight_column = "3";
  for (const std::string bad : {"-1", "much", "inf", "nan", ""}) {
    const auto error = error_of([&] { read_as("a.tsv", "a film\tup\t1\nb film\tup\t" + bad + "\n", options); });
    EXPECT_THAT(error->what(), HasSubstr("a.tsv:2: column 3 is not a number from 0"));
  }
  options.weight_column = "2";
  options.label_column = "2";
  const auto taken = error_of([&] { read_as("a.tsv", "a film\tup\nb film\tup\n", options); });
  EXPECT_THAT(taken->what(), HasSubstr("--weight-column 2: that column is the text or the label"));
}

using Labels = std::vector<std::string>;

TEST(Columns, OfSeveralLabels) {
  TableOptions options;
  options.multi_label = true;
  const Table lines =
      read_as("a.txt", "__label__b __label__a  __label__b some words\n__label__c more words\n", options);
  EXPECT_EQ(lines.rows.at(0).labels, (Labels{"a", "b"}));
  EXPECT_EQ(lines.rows[0].label, "a, b");
  EXPECT_EQ(lines.rows[0].text, "some words");
  EXPECT_EQ(lines.rows.at(1).labels, Labels{"c"});
  TableOptions as_lines = options;
  as_lines.format = parse_format("fasttext");
  const auto none = error_of([&] { read_as("a.txt", "__label__b some words\nno label\n", as_lines); });
  EXPECT_THAT(none->what(), HasSubstr("a.txt:2: does not begin with a label"));

  const Table json = read_as("a.jsonl",
                             "{\"text\": \"w\", \"label\": [\"y\", \"x z\", 3]}\n{\"text\": \"v\", \"label\": []}\n"
                             "{\"label\": \"p,q\", \"text\": \"u\", \"other\": [\"no\"]}\n",
                             options);
  EXPECT_EQ(json.rows.at(0).labels, (Labels{"3", "x z", "y"}));
  EXPECT_EQ(json.rows.at(1).labels, Labels{});
  EXPECT_EQ(json.rows.at(2).labels, (Labels{"p", "q"}));

  const auto nested = error_of([&] {
    read_as("n.jsonl", "{\"text\": \"w\", \"label\": [\"y\"]}\n{\"text\": \"v\", \"label\": [\"y\", [\"z\"]]}\n",
            options);
  });
  EXPECT_THAT(nested->what(), HasSubstr("n.jsonl:2: key \"label\" is a list that holds lists, objects or nulls"));
  for (const std::string element : {"null", "{}", "[]"}) {
    EXPECT_TRUE(error_of([&] { read_as("n.jsonl", "{\"text\": \"w\", \"label\": [" + element + "]}\n", options); }));
  }

  const Table printed = read_as("p.csv",
                                "text,label\nsome words,\"['b', 'a']\"\nmore words,[]\n"
                                "words again,\"[\"\"it's, so\"\", 'q\\'']\"\nlast words,\"[a], b\"\n",
                                options);
  EXPECT_EQ(printed.rows.at(0).labels, (Labels{"a", "b"}));
  EXPECT_EQ(printed.rows.at(1).labels, Labels{});
  EXPECT_EQ(printed.rows.at(2).labels, (Labels{"it's, so", "q'"}));
  EXPECT_EQ(printed.rows.at(3).labels, (Labels{"[a]", "b"})) << "no list of quoted texts";

  options.label_separator = "; ";
  options.label_column = "2";
  options.format = Format::kTsv;
  const Table cells = read_as("a.tsv", "some words here\tb; a\nmore words here\t\nand more here\ta ; c\n", options);
  EXPECT_EQ(cells.rows.at(0).labels, (Labels{"a", "b"}));
  EXPECT_EQ(cells.rows.at(1).labels, Labels{});
  EXPECT_EQ(cells.rows.at(2).labels, (Labels{"a", "c"}));
  EXPECT_THAT(cells.layout.describe(), HasSubstr("labels: column 2"));
  const TableLayout back = TableLayout::from_json(Json::parse(to_line(cells.layout.to_json())));
  EXPECT_TRUE(back.multi_label);
  EXPECT_EQ(back.label_separator, "; ");
}

TEST(Columns, OfJsonAreItsKeys) {
  const TableLayout layout =
      look("a.jsonl", "{\"id\": 1, \"review\": \"a b\", \"label\": 1}\n{\"label\": 0, \"review\": \"c\"}\n");
  EXPECT_EQ(layout.column_names, (std::vector<std::string>{"id", "review", "label"}));
  EXPECT_EQ(layout.text_columns, std::vector<int>{1});
  EXPECT_EQ(layout.label_column, 2);
  EXPECT_EQ(layout.why, "key names");
  EXPECT_EQ(layout.describe(), "JSONL · text: key \"review\" · label: key \"label\"");
}

}  // namespace
}  // namespace fovea::data
