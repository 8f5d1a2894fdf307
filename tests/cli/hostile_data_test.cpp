// Mistakes in files of texts, as the whole program tells them.
#include "cli/mistakes.h"

namespace fovea::test {
namespace {

class Data : public Mistakes {};
class DataSlow : public Mistakes {};

// Ten rows that are fine, written by `row`, then what is given.
std::string after_ten_rows(const std::string& begin,
                           std::string (*row)(const std::string& label, const std::string& text),
                           const std::string& end) {
  std::string content = begin;
  for (int i = 0; i < 10; ++i) content += row(i % 3 ? "blue" : "red", "word number " + std::to_string(i));
  return content + end;
}

std::string comma_row(const std::string& label, const std::string& text) {
  return label + "," + text + "\n";
}
std::string tab_row(const std::string& label, const std::string& text) {
  return label + "\t" + text + "\n";
}
std::string json_row(const std::string& label, const std::string& text) {
  return to_line(Json{{"label", label}, {"text", text}}) + "\n";
}

std::string wide(const std::string& ascii) {
  std::string utf16 = "\xFF\xFE";
  for (const char c : ascii) utf16 += std::string(1, c) + std::string(1, '\0');
  return utf16;
}

std::string zipped(const std::string& content) {
  return run_program({"gzip", "-c"}, content).out;
}

TEST_F(Data, NotAFileOfTexts) {
  const std::string good = label_lines(tiny_reviews(60));
  write("empty.tsv", "");
  write("blank.tsv", "\n\r\n \n");
  write("header.csv", "label,text\n");
  write("wide.txt", wide("__label__a one\n__label__b two\n"));
  write("sheet.csv", "PK\x03\x04" + std::string(200, '\0'));
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += static_cast<char>(i % 251);
  write("bytes.csv", bytes);
  const std::string packed = zipped(good);
  write("cut.txt.gz", packed.substr(0, packed.size() / 2));
  write("junk.txt.gz", packed + "and more");
  write("twice.txt.gz", zipped(packed));
  write("list.json", "[{\"label\": \"a\", \"text\": \"b\"}]\n");
  expect_told({
      training({"nowhere.csv"}, 66, {"nowhere.csv: no such file"}),
      training({"new\nline\x1b[31m.csv"}, 66, {"no such file"}),
      training({"model"}, 66, {"model: is a folder, not a file"}),
      training({"empty.tsv"}, 65, {"empty.tsv: is empty: no rows"}),
      training({"-"}, 65, {"standard input: is empty"}),
      training({"-", "-"}, 64, {"standard input can be read only once"}),
      training({"blank.tsv"}, 65, {"blank.tsv: holds nothing but empty lines"}),
      training({"header.csv"}, 65, {"header.csv: no row with a text was found"}),
      training({"wide.txt"}, 65, {"wide.txt: is UTF-16, not UTF-8", "iconv -f UTF-16 -t UTF-8"}),
      training({"sheet.csv"}, 65, {"sheet.csv: is a ZIP archive or a spreadsheet", "CSV"}),
      training({"bytes.csv"}, 65, {"bytes.csv:1: holds a NUL byte, so this is not a text file"}),
      training({"cut.txt.gz"}, 65, {"cut.txt.gz: the gzip data ends too early", "gzip -t cut.txt.gz"}),
      training({"junk.txt.gz"}, 65, {"junk.txt.gz: bytes that are not gzip follow"}),
      training({"twice.txt.gz"}, 65, {"twice.txt.gz: is gzip inside gzip"}),
      training({"list.json"}, 65, {"list.json: is one JSON list, not one object per line", "jq -c '.[]'"}),
      training({"ok.txt", "--valid", "nowhere.txt"}, 66, {"nowhere.txt: no such file"}),
      {{"predict", "model", "wide.txt"}, 65, {"wide.txt: is UTF-16, not UTF-8"}},
      {{"predict", "model", "cut.txt.gz"}, 65, {"cut.txt.gz: the gzip data ends too early"}},
      {{"test", "model", "empty.tsv"}, 65, {"empty.tsv: is empty"}},
  });
}

TEST_F(Data, BadRows) {
  write("few.tsv", after_ten_rows("label\ttext\n", tab_row, "lonely\nred\tlast\n"));
  write("many.csv", after_ten_rows("label,text\n", comma_row, "red,one,two,three\n"));
  write("open.csv", after_ten_rows("label,text\n", comma_row, "red,\"never closed\nand on\n"));
  write("after.csv", after_ten_rows("label,text\n", comma_row, "red,\"closed\" and on\n"));
  write("torn.jsonl", after_ten_rows("", json_row, "{\"label\": \"red\", \"text\":\n"));
  write("key.jsonl", after_ten_rows("", json_row, "{\"label\": \"red\"}\n"));
  write("type.jsonl", after_ten_rows("", json_row, "{\"label\": \"red\", \"text\": [1, 2]}\n"));
  write("bare.txt", label_lines(tiny_reviews(10)) + "no label \x1b[2J here\n");
  write("none.csv", after_ten_rows("label,text\n", comma_row, ",a text without a label\n"));
  const std::string skip = "--on-bad-row skip";
  expect_told({
      training({"few.tsv"}, 65, {"few.tsv:12: has 1 column instead of 2", skip}),
      training({"many.csv"}, 65, {"many.csv:12: has 4 columns instead of 2", skip}),
      training({"open.csv"}, 65, {"open.csv:12: column 2: ", "quote", skip}),
      training({"after.csv"}, 65, {"after.csv:12: column 2: text follows the quote that closes", skip}),
      training({"torn.jsonl"}, 65, {"torn.jsonl:11: is not valid JSON", skip}),
      training({"key.jsonl"}, 65, {"key.jsonl:11: key \"text\" is missing", skip}),
      training({"type.jsonl"}, 65, {"type.jsonl:11: key \"text\" is a list", skip}),
      training({"bare.txt"}, 65, {"bare.txt:11: does not begin with a label (__label__…)", skip}),
      training({"none.csv"}, 65, {"none.csv:12: column 1 (label)", "empty", skip}),
      {{"test", "model", "key.jsonl"}, 65, {"key.jsonl:11: key \"text\" is missing"}},
  });
}

TEST_F(DataSlow, Columns) {
  write("named.csv", after_ten_rows("mood,review\n", comma_row, ""));
  expect_told({
      training({"named.csv", "--text-column", "rewiew"}, 64,
               {"--text-column rewiew: named.csv has no such column", "2 (review)"}),
      training({"named.csv", "--text-column", "3"}, 64, {"--text-column 3: named.csv has no such column"}),
      training({"named.csv", "--text-column", "0"}, 64, {"--text-column 0: named.csv has no such column"}),
      training({"named.csv", "--text-column", "2,2"}, 64, {"--text-column 2: the column is named twice"}),
      training({"named.csv", "--label-column", "labels"}, 64,
               {"--label-column labels: named.csv has no such column", "1 (mood)"}),
      training({"named.csv", "--text-column", "1", "--label-column", "mood"}, 64,
               {"--label-column mood: that column is the text"}),
      training({"named.csv", "--label-prefix", "#"}, 64,
               {"--label-prefix cannot apply: the lines of named.csv do not begin with #"}),
      training({"ok.txt", "--label-prefix", ""}, 64, {"--label-prefix: is empty"}),
      training({"ok.txt", "--format", "jsonl"}, 65, {"ok.txt:1: is not valid JSON", "--format"}),
      training({"ok.txt", "--format", "tsv"}, 65, {"ok.txt: has one column only"}),
      training({"ok.txt", "named.csv"}, 65, {"named.csv: is not like ok.txt", "convert one of them"}),
  });
}

TEST_F(Data, Labels) {
  std::string one_class;
  for (int i = 0; i < 20; ++i) one_class += tab_row("good", "text number " + std::to_string(i));
  write("one.tsv", one_class);
  write("two.txt", "__label__a one two\n__label__b three four\n");
  write("unheard.txt", "__label__good a\n__label__unheard\x1b[31m b\n");
  expect_told({
      training({"one.tsv"}, 65, {"one.tsv: every row has the label 'good'", "at least two labels"}),
      training({"two.txt"}, 65, {"two.txt: 2 rows leave none for validation", "--valid"}),
      training({"ok.txt", "--split", "100/0/0"}, 65, {"60 rows leave none for validation"}),
      training({"ok.txt", "--valid", "unheard.txt"}, 65,
               {"--valid: label 'unheard", "does not occur in the training rows"}),
  });
}

}  // namespace
}  // namespace fovea::test
