// The documents do what they say: the commands that they show run as written, and docs/cli.md names every option there
// is and none that is not.
//
// A block of a document whose info string is `sh test` is run; one with `LANG file=NAME` is written to NAME first. All
// the blocks of one document share one empty folder, in order, with the program on PATH.
#include <algorithm>
#include <filesystem>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "cli/tiny.h"
#include "support/program.h"
#include "support/scratch.h"

namespace fovea::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const fs::path kRoot = FOVEA_SOURCE_DIR;

struct Block {
  std::string info, content;
  int line = 0;  // of its first fence
};

// The fenced blocks of a Markdown document; a fence in a list may be indented, and its lines with it.
std::vector<Block> blocks_of(const std::string& document) {
  std::vector<Block> blocks;
  bool open = false;
  size_t indent = 0;
  int number = 0;
  for (std::string line : lines_of(document)) {
    ++number;
    const size_t text = std::min(line.find_first_not_of(' '), line.size());
    const bool fence = line.compare(text, 3, "```") == 0;
    if (fence && !open) {
      indent = text;
      blocks.push_back({line.substr(text + 3), "", number});
    } else if (!fence && open) {
      blocks.back().content += line.substr(std::min(indent, text)) + "\n";
    }
    if (fence) open = !open;
  }
  return blocks;
}

// The name in `csv file=reviews.csv`; "" where there is none.
std::string file_named(const std::string& info) {
  const size_t found = info.find(" file=");
  return found == std::string::npos ? "" : info.substr(found + 6);
}

std::vector<fs::path> documents() {
  std::vector<fs::path> paths = {kRoot / "README.md"};
  for (const fs::directory_entry& entry : fs::directory_iterator(kRoot / "docs")) {
    if (entry.path().extension() == ".md") paths.push_back(entry.path());
  }
  return paths;
}

// Runs what a document shows; the number of blocks that were run.
int run_document(const fs::path& path, const std::string& content) {
  const Scratch scratch;
  const std::string start =
      "export OMP_WAIT_POLICY=passive PATH=\"" + fs::path(FOVEA_PROGRAM).parent_path().string() + ":$PATH\"\n";
  int run = 0;
  for (const Block& block : blocks_of(content)) {
    const std::string name = file_named(block.info);
    if (!name.empty()) scratch.write(name, block.content);
    if (block.info != "sh test") continue;
    ++run;
    const Outcome outcome = run_program({"bash", "-e"}, start + block.content, scratch.path());
    EXPECT_EQ(outcome.exit_code, 0) << path << ":" << block.line << "\n" << block.content << outcome.out << outcome.err;
  }
  return run;
}

TEST(DocumentsSlow, TheirCommandsRun) {
  int run = 0;
  for (const fs::path& path : documents()) run += run_document(path, read_file(path));
  EXPECT_GT(run, 0) << "no document has a block ```sh test";
}

TEST(Documents, ACommandThatFailsIsFound) {
  EXPECT_EQ(run_document("fine.md",
                         "```csv file=a.csv\nx,y\n```\n```sh test\ntest -f a.csv\nfovea --version\n```\n"
                         "- list\n  ```sh test\n  grep -q x,y a.csv\n  ```\n```sh\nfalse\n```\n"),
            2);
  EXPECT_NONFATAL_FAILURE(run_document("wrong.md", "```sh test\nfalse\ntrue\n```\n"), "wrong.md");
}

// The long options in a text, in order of the alphabet.
std::set<std::string> options_in(const std::string& text) {
  static const std::regex kOption("(^|[^-a-z0-9])(--[a-z][a-z0-9-]*)");
  std::set<std::string> options;
  for (std::sregex_iterator at(text.begin(), text.end(), kOption), end; at != end; ++at) options.insert((*at)[2]);
  return options;
}

std::set<std::string> options_of_all_verbs() {
  std::set<std::string> options = options_in(run_fovea({"--help"}).out);
  for (const std::string verb : {"train", "test", "predict", "explain", "align", "audit", "compare", "tune", "info", "demo"}) {
    // Only where an option is declared: at the beginning of its line.
    for (const std::string& line : lines_of(run_fovea({verb, "--help"}).out)) {
      if (line.starts_with("  -")) options.merge(options_in(line.substr(0, line.find(' ', 2))));
    }
  }
  return options;
}

std::vector<std::string> without(const std::set<std::string>& all, const std::set<std::string>& others) {
  std::vector<std::string> left;
  std::set_difference(all.begin(), all.end(), others.begin(), others.end(), std::back_inserter(left));
  return left;
}

TEST(Documents, TheCommandLineIsDocumented) {
  const std::set<std::string> real = options_of_all_verbs();
  ASSERT_GT(real.size(), 50u) << "--help was not understood";
  std::set<std::string> documented;
  for (const std::string& line : lines_of(read_file(kRoot / "docs" / "cli.md"))) {
    if (line.find("cmake") == std::string::npos) documented.merge(options_in(line));
  }
  EXPECT_THAT(without(real, documented), IsEmpty()) << "options that docs/cli.md does not mention";
  EXPECT_THAT(without(documented, real), IsEmpty()) << "options in docs/cli.md that no verb has";
}

TEST(Documents, OptionsAreFoundInText) {
  EXPECT_THAT(options_in("`--out`, (--max-epochs=3) a --b2 not-- x--y -- --- | --top k |"),
              ElementsAre("--b2", "--max-epochs", "--out", "--top"));
}

}  // namespace
}  // namespace fovea::test
