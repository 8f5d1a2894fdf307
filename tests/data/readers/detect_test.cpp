#include "data/readers/detect.h"

#include "data/readers/reading.h"

namespace fovea::data {
namespace {

Detected detect(const std::string& name, const std::string& content, bool labels_required = true,
                Format expected = Format::kAuto) {
  TableOptions options;
  options.labels_required = labels_required;
  return detect_format(make_source(name, content, ""), options, expected);
}

TEST(DetectFormat, LooksAtTheContentFirst) {
  EXPECT_EQ(detect("a.csv", "good film\t1\nbad, bad film\t0\n").format, Format::kTsv) << "the name is wrong";
  EXPECT_EQ(detect("a.tsv", "\"good, film\",1\n\"bad\tfilm\",0\n").format, Format::kCsv) << "the name is wrong";
  EXPECT_EQ(detect("a.txt", "__label__1 a, b\n__label__0 c\td\n").format, Format::kLabelPrefix);
  EXPECT_EQ(detect("a.csv", "\n{\"text\": \"a\", \"label\": \"b\"}\n").format, Format::kJsonl);
}

TEST(DetectFormat, TakesTheFirstRowsNames) {
  EXPECT_EQ(detect("-", "label\trating\ttext\n1\t3\ta, b\n0\t1\tc, d, e\n").format, Format::kTsv);
  EXPECT_EQ(detect("-", "cat,label,review\nx,1,\"a\tb\"\ny,0,\"c\td\"\n").format, Format::kCsv);
}

TEST(DetectFormat, FollowsTheNameWhereBothFit) {
  const std::string both = "a film, good\t1\nb film, bad\t0\n";
  EXPECT_EQ(detect("a.csv", both).format, Format::kCsv);
  EXPECT_EQ(detect("a.tsv", both).format, Format::kTsv);
  EXPECT_EQ(detect("-", both).format, Format::kTsv);
  EXPECT_EQ(detect("-", both, true, Format::kCsv).format, Format::kCsv);
  EXPECT_EQ(detect("a.tsv", both, true, Format::kCsv).format, Format::kTsv) << "the name says more than a CSV before";
}

TEST(DetectFormat, IsNotMisledByAFewBadRows) {
  EXPECT_EQ(detect("-", "a b\t1\nno label\nc d\t0\ne f\t1\n").format, Format::kTsv);
  EXPECT_EQ(detect("-", "{broken\n__label__1 a\n__label__2 b\n").format, Format::kLabelPrefix);
}

TEST(DetectFormat, TakesSemicolonsOnlyWhereCertain) {
  const Detected named = detect("-", "label;text\n1;good, very good\n0;bad\n");
  EXPECT_EQ(named.format, Format::kCsv);
  EXPECT_EQ(named.separator, ';');
  EXPECT_EQ(detect("a.csv", "1;\"a; b\"\n0;c\n").separator, ';');
  EXPECT_EQ(detect("a.csv", "1,a;b\n0,c;d\n").separator, ',') << "commas fit as well";
  EXPECT_EQ(detect("-", "1;a\n0;b\n").format, Format::kAuto) << "no name says CSV";
}

// Of `rows` rows below `header`, each `before`, its number, `behind`.
std::string rows_of(const std::string& header, int rows, const std::string& before, const std::string& behind) {
  std::string text = header + "\n";
  for (int i = 10; i < 10 + rows; ++i) text += before + std::to_string(i) + behind + "\n";
  return text;
}

TEST(DetectFormat, DecimalCommasDoNotSeparate) {
  const std::string prices = rows_of("Bewertung;Preis;Klasse", 12, "Sehr gut.;3,", ";negativ");
  EXPECT_EQ(detect("de.csv", prices).separator, ';');
  EXPECT_EQ(detect("de.csv", rows_of("Gut, sehr gut.;3,1;positiv", 12, "Sehr gut.;3,", ";negativ")).separator, ';')
      << "the text of the first row holds a comma";
  EXPECT_EQ(detect("de.csv", rows_of("Sehr gut.;3,1;positiv", 12, "Sehr gut.;3,", ";negativ")).separator, ';')
      << "no header, and commas cut every row into two";
  EXPECT_EQ(detect("de.txt", prices).separator, ';') << "the name does not say CSV, twelve rows do";
  EXPECT_EQ(detect("-", prices).format, Format::kCsv);
  EXPECT_EQ(detect("-", prices, false).format, Format::kLines) << "these could be plain texts";
  EXPECT_EQ(detect("a.csv", "1,0\n2,1\n").separator, ',') << "two columns of numbers";
}

TEST(DetectFormat, ACommaInEveryTextDoesNotSeparate) {
  EXPECT_EQ(detect("two.csv", rows_of("Bewertung;Klasse", 12, "Der Film ist gut, ", " mal;negativ")).separator, ';');
  EXPECT_EQ(detect("two.csv", rows_of("Bewertung,Klasse", 12, "Der Film ist gut; ", " mal,negativ")).separator, ',');
  EXPECT_EQ(detect("a.csv", "\"a; b\",1\n\"c; d\",0\n").separator, ',');
  EXPECT_EQ(detect_separator(rows_of("Bewertung;Klasse", 12, "Der Film ist gut, ", " mal;negativ")), ';');
}

TEST(DetectFormat, BarsSeparateToo) {
  const Detected named = detect("pipe.csv", "text|label\nIt was stale, and old|bad\nIt was lovely|good\n");
  EXPECT_EQ(named.format, Format::kCsv);
  EXPECT_EQ(named.separator, '|');
  EXPECT_EQ(detect("a.csv", "a|1;2\nb|2;3\nc|4;5\n").separator, ';') << "both cut alike: the usual one";
  EXPECT_EQ(detect("a.csv", "a|b|1;2\nb|c|2;3\nc|d|4;5\n").separator, '|') << "more columns";
}

TEST(DetectFormat, TheFirstLineMayDeclareTheSeparator) {
  EXPECT_EQ(detect("-", "sep=;\r\n1;a,b\r\n0;c\r\n").separator, ';');
  EXPECT_EQ(detect("-", "sep=|\n1|a\n").separator, '|');
  EXPECT_EQ(detect("-", "\"sep=;\"\nno,1\nyes,0\n").separator, ';') << "though commas would fit";
  EXPECT_EQ(detect("a.csv", "sep=\t\na,b\t1\n").format, Format::kTsv);
  EXPECT_EQ(detect("a.csv", "sep=:\nb,1\nc,0\n").separator, ',') << "no separator that is known";
}

TEST(DetectFormat, AToldSeparatorIsTaken) {
  TableOptions options;
  options.separator = '|';
  EXPECT_EQ(detect_format(make_source("a.tsv", "x|1,2\ny|2,3\n", ""), options).separator, '|');
  EXPECT_EQ(detect_format(make_source("a.tsv", "x|1,2\ny|2,3\n", ""), options).format, Format::kCsv);
}

TEST(DetectFormat, FindsNothingInSentences) {
  EXPECT_EQ(detect("-", "one, two, three\nfour\nfive, six\n").format, Format::kAuto);
}

TEST(DetectFormat, PrefersLinesWhereLabelsAreNotNeeded) {
  EXPECT_EQ(detect("-", "no, thanks\n", false).format, Format::kLines);
  EXPECT_EQ(detect("-", "no, thanks\nyes, please\n", false).format, Format::kLines);
  EXPECT_EQ(detect("a.txt", "a\tb\nc\n", false).format, Format::kLines);
  EXPECT_EQ(detect("a.csv", "no,1\nyes,0\n", false).format, Format::kCsv);
  EXPECT_EQ(detect("-", "a film\t1\nb film\t0\n", false).format, Format::kTsv);
  EXPECT_EQ(detect("-", "no,1\nyes,0\n", false, Format::kCsv).format, Format::kCsv);
}

}  // namespace
}  // namespace fovea::data
