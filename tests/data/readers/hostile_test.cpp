// What people and their programs get wrong: each file or option with the exit code and the words it must be refused by.
#include <functional>

#include <gmock/gmock.h>

#include "data/readers/reading.h"

namespace fovea::data {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using std::string_literals::operator""s;

using Change = std::function<void(TableOptions*)>;

struct Mistake {
  const char* title;
  const char* file;
  std::string content;
  ExitCode code;
  const char* what;    // a piece of the message
  const char* remedy;  // a piece of what to do
  Change change = [](TableOptions*) {};
};

constexpr ExitCode kData = ExitCode::kBadData;
constexpr ExitCode kUsage = ExitCode::kUsage;

const std::string kGoodTsv = "a good film\tup\na bad film\tdown\na fine film\tup\n";
const std::string kGoodCsv = "label,text\nup,a good film\ndown,a bad film\n";
const std::string kGoodPrefixed = "__label__up a good film\n__label__down a bad film\n";

std::string altered(std::string bytes, size_t from_end) {
  bytes[bytes.size() - from_end] ^= 0x21;
  return bytes;
}

std::string interleave(const std::string& ascii, const std::string& before, const std::string& after) {
  std::string wide;
  for (const char c : ascii) wide += before + c + after;
  return wide;
}

Change skip_bad_rows() {
  return [](TableOptions* options) { options->on_bad_row = BadRows::kSkip; };
}
Change text_column(std::vector<std::string> names) {
  return [names](TableOptions* options) { options->text_columns = names; };
}
Change label_column(std::string name) {
  return [name](TableOptions* options) { options->label_column = name; };
}
Change format(Format wanted) {
  return [wanted](TableOptions* options) { options->format = wanted; };
}

std::vector<Mistake> encodings() {
  return {
      {"empty file", "a.tsv", "", kData, "a.tsv: is empty", "one labelled text per row"},
      {"only a byte order mark", "a.tsv", "\xEF\xBB\xBF", kData, "nothing but empty lines", "one labelled text"},
      {"a million empty lines", "a.tsv", std::string(1000000, '\n'), kData, "nothing but empty lines", ""},
      {"UTF-16LE", "a.tsv", "\xFF\xFE"s + interleave("a\t1\n", "", "\0"s), kData, "is UTF-16",
       "iconv -f UTF-16 -t UTF-8"},
      {"UTF-16BE", "a.tsv", "\xFE\xFF"s + interleave("a\t1\n", "\0"s, ""), kData, "is UTF-16",
       "iconv -f UTF-16 -t UTF-8"},
      {"UTF-16 without mark", "a.tsv", interleave(kGoodTsv, "", "\0"s), kData, "is UTF-16", "iconv -f UTF-16LE"},
      {"UTF-16BE without mark", "a.tsv", interleave(kGoodTsv, "\0"s, ""), kData, "is UTF-16", "iconv -f UTF-16BE"},
      {"UTF-32LE", "a.tsv", "\xFF\xFE\0\0"s + interleave("a\t", "", "\0\0\0"s), kData, "is UTF-32", "iconv -f UTF-32 "},
      {"UTF-32BE", "a.tsv", "\0\0\xFE\xFF"s + interleave("a\t", "\0\0\0"s, ""), kData, "is UTF-32", "iconv -f UTF-32 "},
      {"UTF-32 without mark", "a.tsv", interleave(kGoodTsv, "", "\0\0\0"s), kData, "is UTF-32", "iconv -f UTF-32LE"},
      {"a NUL byte", "a.tsv", kGoodTsv + "b\0d\tup\n"s, kData, "a.tsv:4: holds a NUL byte", "tr -d"},
      {"a spreadsheet", "a.csv", "PK\x03\x04\x14\0\0\0"s, kData, "spreadsheet", "as CSV in UTF-8"},
      {"an old spreadsheet", "a.csv", "\xD0\xCF\x11\xE0\xA1\xB1"s, kData, "old Office file", "as CSV in UTF-8"},
      {"xz", "a.tsv",
       "\xFD"
       "7zXZ\0"s,
       kData, "compressed with xz", "xz -dc"},
      {"bzip2", "a.tsv", "BZh91AY&SY\xD7\x1C\0"s, kData, "compressed with bzip2", "bzip2 -dc"},
      {"zstd", "a.tsv", "\x28\xB5\x2F\xFD\x04"s, kData, "compressed with zstd", "zstd -dc"},
      {"Parquet", "a.csv", "PAR1\x15\0\x15"s, kData, "Parquet", "CSV or JSONL"},
      {"a PDF", "a.csv", "%PDF-1.7\n%\xE2\xE3\n", kData, "PDF", "Extract"},
      {"gzip inside gzip", "a.tsv.gz", gzip(gzip(kGoodTsv)), kData, "gzip inside gzip", "gzip -dc"},
      {"gzip cut off", "a.tsv.gz", gzip(kGoodTsv).substr(0, 30), kData, "ends too early", "gzip -t"},
      {"gzip's first two bytes", "a.tsv.gz", "\x1f\x8b", kData, "ends too early", "gzip -t"},
      {"gzip altered", "a.tsv.gz", altered(gzip(kGoodTsv), 7), kData, "data is damaged", "gzip -t"},
      {"gzip with a bad header", "a.tsv.gz", "\x1f\x8b\x07\x08 nonsense"s, kData, "data is damaged", "gzip -t"},
      {"gzip and more", "a.tsv.gz", gzip(kGoodTsv) + "tail", kData, "not gzip follow", "gzip -t"},
      {"an empty text in gzip", "a.tsv.gz", gzip(""), kData, "is empty", ""},
      {"old Macintosh", "a.tsv", "a good film\tup\rbad film\tdown\r", kData, "end in CR alone", "tr '\\r' '\\n'"},
  };
}

std::vector<Mistake> rows() {
  return {
      {"only a header", "a.csv", "label,text\n", kData, "no row with a text", ""},
      {"only empty texts", "a.csv", "label,text\nup,\ndown,\" \"\n", kData, "2 texts are empty", ""},
      {"only labels", "a.txt", "__label__up\n__label__down\n", kData, "2 texts are empty", ""},
      {"a quote that never closes", "a.csv", kGoodCsv + "up,\"never\nclosed,x\n", kData,
       "a.csv:4: column 2: a quote opens here and never closes", "2 rows before it are fine"},
      {"a quote that never closes, first", "a.csv", "\"label,text\nup,a\ndown,b\n", kData, "a.csv:1: column 1: a quote",
       ""},
      {"text behind a quote", "a.csv", kGoodCsv + "up,\"a \"fine\" film\"\n", kData,
       "a.csv:4: column 2: text follows the quote", "--on-bad-row skip"},
      {"a column too few", "a.tsv", kGoodTsv + "no label here\n", kData, "a.tsv:4: has 1 column instead of 2",
       "3 rows before it are fine"},
      {"a column too many", "a.tsv", "b film\tup\na\tb\tdown\nc film\tup\n", kData,
       "a.tsv:2: has 3 columns instead of 2", "1 row before it is fine. Mend"},
      {"a comma unquoted", "a.csv", kGoodCsv + "up,fine, really\n", kData, "a.csv:4: has 3 columns instead of 2",
       "double quotes"},
      {"a very long row", "a.tsv", kGoodTsv + std::string(10000000, 'x') + "\n", kData, "a.tsv:4: has 1 column", ""},
      {"an empty label", "a.csv", kGoodCsv + ",nothing said\n", kData, "a.csv:4: column 1 (label) is empty", ""},
      {"a label of spaces", "a.tsv", kGoodTsv + "some text\t \xC2\xA0\n", kData, "a.tsv:4: column 2 (label) is empty",
       ""},
      {"a label of two lines", "a.csv", kGoodCsv + "\"u\np\",text\n", kData,
       "a.csv:4: column 1 (label) holds a line break", ""},
      {"an empty label in line 3", "a.txt", kGoodPrefixed + "__label__ no name\n", kData, "a.txt:3: the label is empty",
       ""},
      {"two labels", "a.txt", kGoodPrefixed + "__label__a __label__b text\n", kData,
       "a.txt:3: has 2 labels (__label__a, __label__b)", ""},
      {"no label in a line", "a.txt", kGoodPrefixed + "just a text\n", kData, "a.txt:3: does not begin with a label",
       ""},
      {"a header again", "a.csv", kGoodCsv + kGoodCsv, kData, "a.csv:4: repeats the header",
       "2 rows before it are fine"},
      {"every row bad", "a.csv", "label,text\n,a\n,b\n", kData,
       "2 rows are bad, the first at line 2: column 1 (label) is empty", "", skip_bad_rows()},
      {"escapes in a label", "a.csv", kGoodCsv + "\"\x1b[31m\nx\",t\n", kData, "\\x1b[31m", ""},
      {"sentences", "a.txt", "A film.\nAnother, longer, one.\n", kData, "a.txt: no labels found", "--format"},
      {"one column", "a.csv", "text\na film\nb film\n", kData, "one column only", "--label-column"},
      {"only numbers", "a.csv", "1,2\n3,4\n1,2\n3,4\n", kData, "not certain which column is the label",
       "--label-column"},
      {"no text", "a.csv", "label,x\n1,2.5\n0,3.5\n", kData, "no column looks like a text",
       "1 (label) \"1\", 2 (x) \"2.5\""},
      {"the same name twice", "a.csv", "label,text,text\n1,a b,c d\n", kData, "several columns have the text's name",
       "2 (text) \"a b\", 3 (text) \"c d\""},
      {"two texts alike", "a.tsv", "ab cd\tef gh\tup\nij kl\tmn op\tdown\n", kData,
       "not certain which column is the text", ""},
  };
}

std::vector<Mistake> json() {
  const std::string good = "{\"text\": \"a film\", \"label\": \"up\"}\n";
  const std::string deep(2000000, '[');
  return {
      {"cut JSON", "a.jsonl", good + "{\"text\": \"b\"\n", kData, "a.jsonl:2: is not valid JSON (byte ",
       "1 row before"},
      {"a list as row", "a.jsonl", good + "[1]\n", kData, "a.jsonl:2: is not a JSON object", ""},
      {"one list", "a.json", "[" + good + "]", kData, "is one JSON list", "jq -c '.[]'"},
      {"one list, each row a line", "a.txt", "[\n" + good + "]\n", kData, "is one JSON list", "jq -c '.[]'"},
      {"an object over lines", "a.json", "{\n\"text\": \"a\",\n\"label\": \"up\"\n}\n", kData, "over several lines",
       "jq -c ."},
      {"a null label", "a.jsonl", good + "{\"text\": \"b\", \"label\": null}\n", kData,
       "a.jsonl:2: key \"label\" is null", ""},
      {"an object label", "a.jsonl", good + "{\"text\": \"b\", \"label\": {}}\n", kData, "key \"label\" is an object",
       ""},
      {"a missing label", "a.jsonl", good + "{\"text\": \"b\"}\n", kData, "a.jsonl:2: key \"label\" is missing", ""},
      {"a null text", "a.jsonl", good + "{\"text\": null, \"label\": 1}\n", kData, "key \"text\" is null", ""},
      {"a number as text", "a.jsonl", good + "{\"text\": 7, \"label\": 1}\n", kData, "key \"text\" is a number", ""},
      {"half a surrogate", "a.jsonl", good + "{\"text\": \"\\ud83d!\", \"label\": 1}\n", kData,
       "a.jsonl:2: is not valid JSON", ""},
      {"a key twice", "a.jsonl", good + "{\"text\": \"b\", \"label\": 1, \"label\": 2}\n", kData,
       "\"label\" occurs twice", ""},
      {"a NUL in a label", "a.jsonl", good + "{\"text\": \"b\", \"label\": \"u\\u0000p\"}\n", kData,
       "holds a line break or a NUL", ""},
      {"a pit of brackets", "a.jsonl", good + "{\"text\": " + deep + "\n", kData, "a.jsonl:2: is not valid JSON", ""},
      {"no keys", "a.jsonl", "{}\n", kData, "a.jsonl:1: is a JSON object without keys", ""},
      {"not JSON at all", "a.jsonl", kGoodTsv, kData, "a.jsonl:1: is not valid JSON", "--format"},
  };
}

std::vector<Mistake> options() {
  const auto with = [](auto field, auto value) { return [=](TableOptions* options) { options->*field = value; }; };
  return {
      {"a name that is not there", "a.csv", kGoodCsv, kUsage, "--text-column body: ", "1 (label) \"up\", 2 (text)",
       text_column({"body"})},
      {"a name without header", "a.tsv", kGoodTsv, kUsage, "it has no header", "1 \"a good film\"",
       label_column("mood")},
      {"a line end in one of several labels", "a.jsonl", "{\"text\": \"b\", \"label\": [\"u\\np\", \"x\"]}\n", kData,
       "key \"label\" holds a line break or a NUL", "", with(&TableOptions::multi_label, true)},
      {"column 0", "a.tsv", kGoodTsv, kUsage, "--label-column 0: ", "The columns: ", label_column("0")},
      {"column 3 of 2", "a.tsv", kGoodTsv, kUsage, "--text-column 3: ", "The columns: ", text_column({"3"})},
      {"a column beyond counting", "a.tsv", kGoodTsv, kUsage, "has no such column", "",
       label_column("99999999999999999999")},
      {"a name met twice", "a.csv", "label,x,x\n1,a b,c\n", kUsage, "several columns of that name", "Give the number",
       text_column({"x"})},
      {"a text twice", "a.csv", kGoodCsv, kUsage, "named twice", "once", text_column({"text", "2"})},
      {"text and label in one", "a.csv", kGoodCsv, kUsage, "--label-column 2: that column is the text", "",
       [](TableOptions* o) {
         o->text_columns = {"text"};
         o->label_column = "2";
       }},
      {"a key that is not there", "a.jsonl", "{\"text\": \"a\", \"label\": 1}\n", kUsage,
       "--text-column body: ", "1 (text) \"a\"", text_column({"body"})},
      {"a column of prefixed lines", "a.txt", kGoodPrefixed, kUsage, "--label-column cannot apply", "Leave",
       label_column("1")},
      {"a text of prefixed lines", "a.txt", kGoodPrefixed, kUsage, "--text-column cannot apply", "",
       text_column({"1"})},
      {"a header of prefixed lines", "a.txt", kGoodPrefixed, kUsage, "--header cannot apply", "",
       with(&TableOptions::header, true)},
      {"a header of JSON", "a.jsonl", "{\"text\": \"a\", \"label\": 1}\n", kUsage, "--header cannot apply", "",
       with(&TableOptions::header, false)},
      {"a prefix for TSV", "a.tsv", kGoodTsv, kUsage, "--label-prefix cannot apply", "",
       with(&TableOptions::label_prefix, "##"s)},
      {"an empty prefix", "a.tsv", kGoodTsv, kUsage, "--label-prefix: is empty", "__label__",
       with(&TableOptions::label_prefix, ""s)},
      {"lines to train on", "a.txt", "a\nb\n", kUsage, "--format lines cannot apply", "labelled texts",
       format(Format::kLines)},
      {"TSV called JSON", "a.tsv", kGoodTsv, kData, "a.tsv:1: is not valid JSON", "--format", format(Format::kJsonl)},
      {"TSV called fastText", "a.tsv", kGoodTsv, kData, "a.tsv:1: does not begin with a label", "",
       format(Format::kLabelPrefix)},
      {"TSV called CSV", "a.tsv", kGoodTsv, kData, "one column only", "", format(Format::kCsv)},
  };
}

std::vector<Mistake> all_mistakes() {
  std::vector<Mistake> all = encodings();
  for (const auto& list : {rows(), json(), options()}) all.insert(all.end(), list.begin(), list.end());
  return all;
}

TEST(Hostile, FilesAndOptionsAreRefusedInWords) {
  for (const Mistake& mistake : all_mistakes()) {
    SCOPED_TRACE(mistake.title);
    TableOptions options;
    mistake.change(&options);
    const auto error = error_of([&] { read_as(mistake.file, mistake.content, options); });
    if (!error) continue;
    EXPECT_EQ(error->code(), mistake.code) << error->what();
    EXPECT_THAT(error->what(), HasSubstr(mistake.what));
    EXPECT_THAT(error->remedy(), HasSubstr(mistake.remedy));
    EXPECT_LT(std::string(error->what()).size(), 400u) << "a message is no copy of the data";
    EXPECT_THAT(error->what(), Not(HasSubstr("\x1b")));
  }
}

TEST(Hostile, PathsAreRefusedInWords) {
  const test::Scratch scratch;
  const std::string tsv = scratch.write("a.tsv", kGoodTsv), csv = scratch.write("b.csv", kGoodCsv);
  const struct {
    std::vector<std::string> paths;
    ExitCode code;
    const char* what;
  } mistakes[] = {
      {{}, ExitCode::kUsage, "no file of texts is given"},
      {{"-", "-"}, ExitCode::kUsage, "standard input can be read only once"},
      {{scratch.file("none.tsv")}, ExitCode::kNoInput, "none.tsv: no such file"},
      {{tsv, scratch.file("none.tsv")}, ExitCode::kNoInput, "none.tsv: no such file"},
      {{tsv + "/inside"}, ExitCode::kNoInput, "no such file"},
      {{scratch.path().string()}, ExitCode::kNoInput, "is a folder"},
      {{tsv, csv}, ExitCode::kBadData, "b.csv: is not like "},
      {{csv, tsv}, ExitCode::kBadData, "a.tsv: is not like "},
      {{tsv, scratch.write("c.tsv", "up\ta film of note\ndown\tb film\n")}, ExitCode::kBadData, "c.tsv: is not like "},
      {{tsv, scratch.write("d.tsv", "text\tlabel\na film\tup\n")}, ExitCode::kBadData, "d.tsv: is not like "},
  };
  for (const auto& mistake : mistakes) {
    const auto error = error_of([&] { read_table(mistake.paths, {}); });
    ASSERT_TRUE(error) << mistake.what;
    EXPECT_EQ(error->code(), mistake.code) << error->what();
    EXPECT_THAT(error->what(), HasSubstr(mistake.what));
  }
}

// Any bytes at all are rows or a UserError, never anything else; every text kept is UTF-8 with something in it.
TEST(Hostile, RandomBytesNeverBreakAReader) {
  const std::string pieces[] = {"\"",    "\"\"", ",",     ";",    "\t",   "\n",       "\r\n",         "\r",        "{",
                                "}",     "[",    ":",     "\\u",  "\xFF", "\xE4\xBD", "\xEF\xBB\xBF", "__label__", "a",
                                "film ", "1",    "label", "text", " ",    "null",     "\x1b"};
  uint64_t state = 20240917;
  const auto draw = [&](uint64_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<size_t>((state >> 33) % below);
  };
  const Format formats[] = {Format::kAuto, Format::kLabelPrefix, Format::kTsv,
                            Format::kCsv,  Format::kJsonl,       Format::kLines};
  const test::Scratch scratch;
  int64_t read = 0, refused = 0;
  for (int round = 0; round < 1500; ++round) {
    std::string content;
    for (size_t length = draw(60); length > 0; --length) content += pieces[draw(std::size(pieces))];
    TableOptions options;
    options.format = formats[draw(std::size(formats))];
    options.on_bad_row = draw(2) ? BadRows::kSkip : BadRows::kStop;
    options.labels_required = draw(2) != 0 && options.format != Format::kLines;
    try {
      const Table table = read_table({scratch.write("fuzz", content)}, options);
      ++read;
      int64_t line = 0;
      for (const Row& row : table.rows) {
        ASSERT_GT(row.line, line);
        line = row.line;
        ASSERT_FALSE(row.text.empty());
        ASSERT_EQ(row.text.find('\xFF'), std::string::npos);
        ASSERT_TRUE(!options.labels_required || !row.label.empty());
      }
    } catch (const UserError& error) {
      ++refused;
      ASSERT_NE(std::string(error.what()), "");
    }
  }
  EXPECT_GT(read, 150);
  EXPECT_GT(refused, 150);
}

}  // namespace
}  // namespace fovea::data
