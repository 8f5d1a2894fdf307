#include <gmock/gmock.h>

#include "data/readers/reading.h"

namespace fovea::data {
namespace {

using ::testing::HasSubstr;

TableLayout awkward_layout() {
  TableLayout layout;
  layout.format = Format::kCsv;
  layout.header = true;
  layout.column_names = {"标签", "", "review \"x\""};
  layout.text_columns = {2, 1};
  layout.label_column = 0;
  layout.label_prefix = "##";
  layout.columns = 3;
  layout.separator = ';';
  layout.why = "option";
  return layout;
}

TEST(TableLayout, ComesBackFromJson) {
  const TableLayout before = awkward_layout();
  const TableLayout after = TableLayout::from_json(Json::parse(to_line(before.to_json())));
  EXPECT_EQ(after.to_json(), before.to_json());
  EXPECT_EQ(after.text_columns, before.text_columns);
  EXPECT_EQ(after.column_names, before.column_names);
  EXPECT_EQ(after.separator, ';');
  EXPECT_EQ(layout_difference(before, after), "");
  TableLayout bars = before;
  bars.separator = '|';
  EXPECT_EQ(TableLayout::from_json(bars.to_json()).separator, '|');
  EXPECT_EQ(layout_difference(before, bars),
            "the file is CSV with bars, the model was trained on one that is CSV with semicolons");
}

TEST(TableLayout, RemembersWhetherLookingChose) {
  TableLayout layout = awkward_layout();
  EXPECT_FALSE(TableLayout::from_json(layout.to_json()).looked);
  layout.why = "label by option, text by looked: column 2 is the longest";
  EXPECT_TRUE(TableLayout::from_json(layout.to_json()).looked);
}

TEST(TableLayout, RefusesEveryMissingOrMistypedField) {
  const Json good = awkward_layout().to_json();
  for (const auto& [field, value] : good.items()) {
    Json missing = good, wrong = good;
    missing.erase(field);
    wrong[field] = Json::array({Json::object()});
    for (const Json& bad : {missing, wrong}) {
      const auto error = error_of([&] { TableLayout::from_json(bad); });
      ASSERT_TRUE(error) << field;
      EXPECT_EQ(error->code(), ExitCode::kBadData);
      EXPECT_THAT(error->what(), HasSubstr("\"" + field + "\""));
    }
  }
}

TEST(TableLayout, RefusesColumnsThatDoNotExist) {
  for (const auto& [field, value] : std::vector<std::pair<std::string, Json>>{{"label_column", 3},
                                                                              {"label_column", -2},
                                                                              {"text_columns", {0, 3}},
                                                                              {"text_columns", Json::array()},
                                                                              {"format", "auto"},
                                                                              {"format", "xml"},
                                                                              {"separator", ":"},
                                                                              {"separator", ""},
                                                                              {"separator", ",;"}}) {
    Json json = awkward_layout().to_json();
    json[field] = value;
    EXPECT_THROW(TableLayout::from_json(json), UserError) << field;
  }
}

// A row of lines has one cell, one of labelled lines two, whatever "columns" says.
TEST(TableLayout, RefusesColumnsThatTheReaderDoesNotGive) {
  TableLayout lines;
  lines.format = Format::kLines;
  lines.text_columns = {0};
  TableLayout labelled = lines;
  labelled.format = Format::kLabelPrefix;
  labelled.text_columns = {1};
  labelled.label_column = 0;
  for (const TableLayout& good : {lines, labelled}) {
    EXPECT_EQ(TableLayout::from_json(good.to_json()).to_json(), good.to_json());
    for (const auto& [field, value] :
         std::vector<std::pair<std::string, Json>>{{"text_columns", Json::array({good.label_column + 2})},
                                                   {"label_column", good.label_column + 2},
                                                   {"label_prefix", ""},
                                                   {"label_prefix", "a b"}}) {
      for (const int columns : {0, 9}) {
        Json json = good.to_json();
        json[field] = value;
        json["columns"] = columns;
        EXPECT_THROW(TableLayout::from_json(json), UserError) << good.describe() << field;
      }
    }
  }
  Json json = lines.to_json();
  json["label_column"] = 0;
  EXPECT_THROW(TableLayout::from_json(json), UserError);
}

TEST(TableLayout, DescribesItself) {
  EXPECT_EQ(awkward_layout().describe(),
            "CSV with semicolons, header · text: column 3 (review \"x\") + column 2 () · label: column 1 (标签)");
  TableLayout plain;
  plain.text_columns = {0};
  plain.label_column = 1;
  plain.columns = 2;
  EXPECT_EQ(plain.describe(), "TSV, no header · text: column 1 · label: column 2");
  plain.label_column = -1;
  EXPECT_EQ(plain.describe(), "TSV, no header · text: column 1 · no labels");
}

TEST(LayoutDifference, SaysWhatDiffers) {
  const TableLayout trained = awkward_layout();
  TableLayout now = trained;
  now.why = "header names";
  EXPECT_EQ(layout_difference(trained, now), "") << "how it was found does not matter";
  now.format = Format::kTsv;
  EXPECT_EQ(layout_difference(trained, now),
            "the file is TSV, the model was trained on one that is CSV with semicolons");
  now = trained;
  now.separator = ',';
  EXPECT_THAT(layout_difference(trained, now), HasSubstr("is CSV, "));
  now = trained;
  now.header = false;
  now.column_names.clear();
  EXPECT_THAT(layout_difference(trained, now), HasSubstr("is without a header"));
  now = trained;
  now.text_columns = {2};
  EXPECT_THAT(layout_difference(trained, now), HasSubstr("has its text in column 3"));
  now = trained;
  now.label_column = -1;
  EXPECT_THAT(layout_difference(trained, now), HasSubstr("has no labels"));
  now = trained;
  now.column_names[0] = "stars";
  EXPECT_THAT(layout_difference(trained, now),
              HasSubstr("has its label in column 1 (stars), the model was trained on one "
                        "that has it in column 1 (标签)"));
}

TEST(LayoutDifference, ComparesNamesNotPlaces) {
  TableLayout trained = awkward_layout(), now = trained;
  now.column_names = {"review \"x\"", "标签", ""};
  now.text_columns = {0, 2};
  now.label_column = 1;
  EXPECT_EQ(layout_difference(trained, now), "");
}

TEST(LayoutDifference, CountsColumnsWithoutAHeader) {
  TableLayout trained;
  trained.text_columns = {0};
  trained.label_column = 1;
  trained.columns = 2;
  TableLayout now = trained;
  now.columns = 5;
  EXPECT_EQ(layout_difference(trained, now), "the file has 5 columns, the model was trained on one that has 2 columns");
}

TEST(FormatName, NamesEachFormat) {
  EXPECT_STREQ(format_name(Format::kAuto), "auto");
  EXPECT_STREQ(format_name(Format::kLabelPrefix), "fasttext");
  EXPECT_STREQ(format_name(Format::kTsv), "tsv");
  EXPECT_STREQ(format_name(Format::kCsv), "csv");
  EXPECT_STREQ(format_name(Format::kJsonl), "jsonl");
  EXPECT_STREQ(format_name(Format::kLines), "lines");
}

}  // namespace
}  // namespace fovea::data
