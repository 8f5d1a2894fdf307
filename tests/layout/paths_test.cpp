// What is written about the tree is true of the tree: every test file is built, every path that a document names
// exists.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/scratch.h"

namespace fovea {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = FOVEA_SOURCE_DIR;

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

// Rooms whose tests a CMakeLists.txt builds: the first words of its fovea_test(…) calls.
std::set<std::string> rooms_built(const std::string& cmake) {
  const std::string call = "fovea_test(";
  std::set<std::string> rooms;
  std::istringstream lines(cmake);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(call))
      rooms.insert(line.substr(call.size(), line.find_first_of(" )", call.size()) - call.size()));
  }
  return rooms;
}

// Test files below `tests` that lie in no folder of `rooms`.
std::vector<std::string> tests_left_out(const fs::path& tests, const std::set<std::string>& rooms) {
  std::vector<std::string> left_out;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(tests)) {
    const fs::path path = fs::relative(entry.path(), tests);
    if (path.string().ends_with("_test.cpp") &&
        (std::distance(path.begin(), path.end()) < 2 || !rooms.contains(*path.begin()))) {
      left_out.push_back(path.generic_string());
    }
  }
  return left_out;
}

// What stands in backticks, up to its first space; blocks of code are left out.
std::vector<std::string> quoted_words(const std::string& document) {
  std::vector<std::string> words;
  std::istringstream lines(document);
  bool in_code = false;
  for (std::string line; std::getline(lines, line);) {
    const bool fence = line.find("```") != std::string::npos;
    if (fence) in_code = !in_code;
    if (fence || in_code) continue;
    for (size_t open = line.find('`'); open != std::string::npos;) {
      const size_t close = line.find('`', open + 1);
      if (close == std::string::npos) break;
      const std::string quoted = line.substr(open + 1, close - open - 1);
      words.push_back(quoted.substr(0, quoted.find(' ')));
      open = line.find('`', close + 1);
    }
  }
  return words;
}

// The paths of the tree in backticks: `src/nn/attention/`, `script/test --fast`, `src/base/files.{h,cpp}`, `docs/*.md`,
// `src/nn/heads/linear.cpp:17`.
std::vector<std::string> paths_named(const std::string& document) {
  std::vector<std::string> paths;
  for (std::string path : quoted_words(document)) {
    const std::set<std::string> tops = {"src", "tests", "docs", "script", "cmake", "web", "bench", "python"};
    if (path.find('/') == std::string::npos || !tops.contains(path.substr(0, path.find('/')))) continue;
    path = path.substr(0, path.find(':'));
    const size_t open = path.find('{'), close = path.find('}', open);
    if (open == std::string::npos || close == std::string::npos) {
      paths.push_back(path);
      continue;
    }
    std::istringstream choices(path.substr(open + 1, close - open - 1));
    for (std::string choice; std::getline(choices, choice, ',');) {
      paths.push_back(path.substr(0, open) + choice + path.substr(close + 1));
    }
  }
  return paths;
}

// A path with `*`, `<…>` or `…` stands for some: then the folder it lies in must exist, and for `*` something that
// fits.
bool exists_below(const fs::path& root, const std::string& path) {
  const size_t open = path.find_first_of("*<");
  const size_t open_end = std::min(open, path.find("…"));
  if (open_end == std::string::npos) return fs::exists(root / path);
  const size_t slash = path.rfind('/', open_end);
  const fs::path folder = root / path.substr(0, slash);
  if (!fs::is_directory(folder)) return false;
  if (open == std::string::npos || path[open] != '*' || path.find('/', open) != std::string::npos) return true;
  const std::string name = path.substr(slash + 1), before = name.substr(0, name.find('*')),
                    after = name.substr(name.find('*') + 1);
  return std::any_of(fs::directory_iterator(folder), fs::directory_iterator(), [&](const fs::directory_entry& entry) {
    const std::string found = entry.path().filename().string();
    return found.starts_with(before) && found.ends_with(after);
  });
}

TEST(TestFiles, AllAreBuilt) {
  const std::set<std::string> rooms = rooms_built(content_of(kRoot / "tests" / "CMakeLists.txt"));
  EXPECT_TRUE(rooms.contains("layout")) << testing::PrintToString(rooms);
  for (const std::string& path : tests_left_out(kRoot / "tests", rooms)) {
    ADD_FAILURE() << "tests/" << path << " is in no folder that tests/CMakeLists.txt builds";
  }
}

TEST(TestFiles, OneThatIsLeftOutIsFound) {
  const test::Scratch scratch;
  for (const char* name :
       {"base/a_test.cpp", "base/deep/b_test.cpp", "other/c_test.cpp", "d_test.cpp", "other/help.cpp"}) {
    scratch.write(name, "");
  }
  auto left_out = tests_left_out(
      scratch.path(), rooms_built("function(fovea_test room)\nfovea_test(base LINK x)\n# fovea_test(other)\n"));
  std::sort(left_out.begin(), left_out.end());
  EXPECT_EQ(left_out, (std::vector<std::string>{"d_test.cpp", "other/c_test.cpp"}));
}

TEST(Documents, NameOnlyPathsThatExist) {
  std::vector<fs::path> documents;
  for (const char* name : {"README.md", "CONTRIBUTING.md"}) {
    if (fs::exists(kRoot / name)) documents.push_back(kRoot / name);
  }
  if (fs::exists(kRoot / "docs")) {
    for (const fs::directory_entry& entry : fs::directory_iterator(kRoot / "docs")) {
      if (entry.path().extension() == ".md") documents.push_back(entry.path());
    }
  }
  if (documents.empty()) GTEST_SKIP() << "no documents in " << kRoot;
  size_t named = 0;
  for (const fs::path& document : documents) {
    const auto paths = paths_named(content_of(document));
    named += paths.size();
    for (const std::string& path : paths) {
      EXPECT_TRUE(exists_below(kRoot, path)) << document.filename() << " names " << path << ", which does not exist";
    }
  }
  EXPECT_GT(named, 50u) << "docs/structure.md alone names as many";
}

TEST(Documents, PathsAreFoundInTheirText) {
  EXPECT_EQ(
      paths_named("See `src/base/`, `script/test --fast` and `src/a.{h,cpp}`; not build/x, `fovea test`, `data/x`.\n"
                  "```\n`src/in/code`\n```\nLast `tests/x_test.cpp:17`."),
      (std::vector<std::string>{"src/base/", "script/test", "src/a.h", "src/a.cpp", "tests/x_test.cpp"}));
}

TEST(Documents, MissingPathsAreTold) {
  const test::Scratch scratch;
  scratch.write("src/base/files.h", "");
  const auto there = [&](const std::string& path) { return exists_below(scratch.path(), path); };
  for (const char* path : {"src/base/", "src/base/files.h", "src/*", "src/base/*.h", "src/base/<name>.cpp", "src/…"}) {
    EXPECT_TRUE(there(path)) << path;
  }
  for (const char* path : {"src/bases/", "src/base/files.cpp", "src/base/*.cpp", "src/gone/<name>.cpp", "tests/…"}) {
    EXPECT_FALSE(there(path)) << path;
  }
}

}  // namespace
}  // namespace fovea
