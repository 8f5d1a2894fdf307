// The rooms and who may include whom (docs/structure.md), read from the #include lines themselves.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kOrder = {"base",  "kernels",    "metrics",     "draw",  "ops",   "data",
                                         "nn",    "checkpoint", "attribution", "tasks", "train", "audit",
                                         "study", "report",     "flows",       "cli"};

// Where less is allowed than all the rooms before: folders (ending in '/') and single headers.
const std::map<std::string, std::vector<std::string>> kOnly = {
    {"base/", {"base/"}},
    {"kernels/", {"base/", "kernels/"}},
    {"metrics/", {"base/", "metrics/"}},
    {"draw/", {"base/", "metrics/", "draw/"}},
    {"ops/", {"base/", "kernels/", "ops/"}},
    {"data/readers/", {"base/", "data/readers/"}},
    {"data/vocab/", {"base/", "data/readers/", "data/vocab/"}},
    {"data/", {"base/", "data/"}},
    {"nn/", {"base/", "ops/", "nn/"}},
    {"checkpoint/", {"base/", "checkpoint/"}},
    {"train/",
     {"base/", "ops/aten.h", "ops/row_adam.h", "data/batches/", "nn/module.h", "checkpoint/", "tasks/task.h",
      "tasks/tensors.h", "train/"}},
    {"attribution/", {"base/", "ops/", "data/batches/", "attribution/"}},
    {"tasks/decoding/", {"base/", "tasks/decoding/"}},
    {"audit/",
     {"base/", "metrics/", "attribution/subject.h", "attribution/methods.h", "attribution/shortcut.h", "audit/"}},
    {"study/", {"base/", "metrics/", "tasks/search_space.h", "audit/result.h", "study/"}},
    {"report/",
     {"base/", "metrics/", "draw/", "train/summary.h", "attribution/methods.h", "audit/", "study/", "report/",
      "embedded/"}},  // embedded/: the pages of web/
    // A kind of task is known here by its interface alone.
    {"flows/",
     {"base/", "kernels/dispatch.h", "metrics/", "draw/", "data/readers/", "checkpoint/", "attribution/",
      "tasks/kind.h", "tasks/kinds.h", "tasks/model.h", "tasks/task.h", "train/", "audit/", "study/", "report/",
      "flows/"}},
};
const std::vector<std::string> kWithLibtorch = {"ops/",   "data/batches/",    "nn/", "attribution/", "tasks/",
                                                "train/", "flows/machine.cpp"};
const std::string kDecoding = "tasks/decoding/";  // knows no tensor, though its room does
// Headers that take long to compile, or clash with others: in one place each.
const std::map<std::string, std::string> kInOneFile = {{"spdlog/", "base/log.cpp"}, {"CLI/", ""}};
const std::string kArguments = "cli/arguments/";  // the place of CLI11, with the file that parses by it

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

struct Include {
  std::string path;
  bool quoted = false;
};

std::vector<Include> includes_of(const std::string& source) {
  std::vector<Include> found;
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);  // "#include", "# include", indented or not
    char hash = 0;
    std::string word;
    if (!(words >> hash >> word) || hash != '#' || !word.starts_with("include")) continue;
    const size_t open = line.find_first_of("<\"");
    const size_t close = line.find_first_of(">\"", open + 1);
    if (open == std::string::npos || close == std::string::npos) continue;
    found.push_back({line.substr(open + 1, close - open - 1), line[open] == '"'});
  }
  return found;
}

std::string room_of(const std::string& path) {
  return path.substr(0, path.find('/'));
}

bool begins_with_any(const std::string& path, const std::vector<std::string>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](const std::string& one) { return path.starts_with(one); });
}

bool is_libtorch(const std::string& header) {
  return begins_with_any(header, {"ATen/", "torch/", "c10/"});
}

// What is wrong with `file` (below src/) including `include`; "" where nothing is.
std::string fault(const std::string& file, const Include& include) {
  if (is_libtorch(include.path) && (!begins_with_any(file, kWithLibtorch) || file.starts_with(kDecoding)))
    return "libtorch does not belong into this room";
  for (const auto& [header, home] : kInOneFile) {
    if (include.path.starts_with(header) && !home.empty() && file != home) return "belongs into src/" + home + " alone";
  }
  if (!include.quoted) return "";
  std::string longest;  // the rule of the deepest folder counts
  for (const auto& [folder, allowed] : kOnly) {
    if (file.starts_with(folder) && folder.size() > longest.size()) longest = folder;
  }
  if (!longest.empty()) return begins_with_any(include.path, kOnly.at(longest)) ? "" : longest + " may not include it";
  const auto own = std::find(kOrder.begin(), kOrder.end(), room_of(file));
  const auto other = std::find(kOrder.begin(), kOrder.end(), room_of(include.path));
  if (own == kOrder.end()) return "is in no room";
  if (other == kOrder.end()) return "is in no room, write it from src/ on";
  return other <= own ? "" : room_of(include.path) + " comes after " + room_of(file);
}

const fs::path kSource = FOVEA_SOURCE_DIR;

// Files below src/ with their content, by their path from there.
std::map<std::string, std::string> sources() {
  std::map<std::string, std::string> found;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kSource / "src")) {
    const std::string ending = entry.path().extension().string();
    if (ending == ".h" || ending == ".cpp") {
      found[fs::relative(entry.path(), kSource / "src").generic_string()] = read(entry.path());
    }
  }
  return found;
}

TEST(Includes, RulesTellRightFromWrong) {
  const auto quoted = [](const std::string& path) { return Include{path, true}; };
  const auto angled = [](const std::string& path) { return Include{path, false}; };
  const std::pair<std::string, Include> right[] = {
      {"base/files.cpp", quoted("base/errors.h")},
      {"nn/heads/linear.cpp", quoted("ops/attend.h")},
      {"train/loop.cpp", quoted("tasks/task.h")},
      {"train/loop.cpp", quoted("data/batches/batch.h")},
      {"report/page.cpp", quoted("draw/picture.h")},
      {"flows/training.cpp", quoted("tasks/kind.h")},
      {"draw/figure.cpp", quoted("base/text.h")},
      {"tasks/text/render.cpp", quoted("draw/picture.h")},
      {"data/batches/batch.h", angled("ATen/core/Tensor.h")},
      {"data/batches/fill.cpp", quoted("data/vocab/vocabulary.h")},
      {"cli/train.cpp", quoted("report/page.h")},
      {"report/page.cpp", quoted("train/summary.h")},
      {"base/log.cpp", angled("spdlog/spdlog.h")},
      {"audit/erase.cpp", quoted("attribution/subject.h")},
      {"tasks/translation/trained.cpp", quoted("tasks/decoding/beam.h")},
  };
  for (const auto& [file, include] : right) EXPECT_EQ(fault(file, include), "") << file << " includes " << include.path;
  const std::pair<std::string, Include> wrong[] = {
      {"base/files.cpp", quoted("metrics/bootstrap.h")},
      {"metrics/bootstrap.cpp", quoted("kernels/attention.h")},
      {"ops/attend.cpp", quoted("metrics/bootstrap.h")},
      {"draw/picture.cpp", quoted("tasks/text/answer.h")},
      {"draw/picture.cpp", quoted("report/page.h")},
      {"tasks/text/render.cpp", quoted("report/page.h")},
      {"data/batches/fill.cpp", quoted("ops/attend.h")},
      {"data/vocab/split.cpp", quoted("metrics/bootstrap.h")},
      {"data/readers/csv.cpp", quoted("data/vocab/split.h")},
      {"data/vocab/split.cpp", quoted("data/batches/batch.h")},
      {"nn/heads/linear.cpp", quoted("data/batches/batch.h")},
      {"checkpoint/folder.cpp", quoted("nn/model.h")},
      {"tasks/text.cpp", quoted("train/loop.h")},
      {"train/loop.cpp", quoted("tasks/text.h")},
      {"train/loop.cpp", quoted("data/vocab/split.h")},
      {"report/page.cpp", quoted("tasks/text/answer.h")},
      {"flows/training.cpp", quoted("tasks/text/kind.h")},
      {"attribution/methods.cpp", quoted("tasks/kind.h")},
      {"report/page.cpp", quoted("cli/train.h")},
      {"report/page.cpp", quoted("train/trainer.h")},
      {"checkpoint/folder.cpp", angled("torch/torch.h")},
      {"data/vocab/split.cpp", angled("c10/util/Exception.h")},
      {"cli/main.cpp", angled("spdlog/spdlog.h")},
      {"tasks/decoding/beam.cpp", quoted("tasks/task.h")},
      {"tasks/decoding/beam.cpp", angled("ATen/core/Tensor.h")},
      {"audit/erase.cpp", quoted("erase.h")},
      {"audit/erase.cpp", quoted("train/loop.h")},
      {"helpers/x.cpp", quoted("base/errors.h")},
  };
  for (const auto& [file, include] : wrong) EXPECT_NE(fault(file, include), "") << file << " includes " << include.path;
}

TEST(Includes, LinesAreFound) {
  const std::vector<Include> found =
      includes_of("// #include \"no.h\"\n#include <a/b.h>\n  #  include \"c/d.h\"  // why\n");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].path, "a/b.h");
  EXPECT_FALSE(found[0].quoted);
  EXPECT_EQ(found[1].path, "c/d.h");
  EXPECT_TRUE(found[1].quoted);
}

TEST(Includes, PointOneWay) {
  const auto files = sources();
  ASSERT_GT(files.size(), 20u);
  for (const auto& [file, content] : files) {
    for (const Include& include : includes_of(content)) {
      EXPECT_EQ(fault(file, include), "") << "src/" << file << " includes " << include.path;
      const bool ours = include.quoted && !include.path.starts_with("embedded/");
      EXPECT_TRUE(!ours || files.contains(include.path))
          << "src/" << file << " includes " << include.path << ": no such file";
    }
  }
}

TEST(Includes, HeavyHeadersStandInOneFile) {
  std::map<std::string, std::set<std::string>> homes;
  for (const auto& [file, content] : sources()) {
    bool libtorch = false, spdlog = false;
    for (const Include& include : includes_of(content)) {
      libtorch |= is_libtorch(include.path);
      spdlog |= include.path.starts_with("spdlog/");
      for (const auto& entry : kInOneFile) {
        if (include.path.starts_with(entry.first)) homes[entry.first].insert(file);
      }
    }
    EXPECT_FALSE(libtorch && spdlog) << "src/" << file << ": libtorch's fmt would shadow spdlog's";
  }
  EXPECT_EQ(homes["spdlog/"], std::set<std::string>{"base/log.cpp"});
  for (const std::string& file : homes["CLI/"]) {
    EXPECT_TRUE(file.starts_with(kArguments) || file == "cli/command_line.cpp") << file;
  }
  EXPECT_GT(homes["CLI/"].size(), 1u) << "who parses the command line includes CLI11";
}

// What report/ may know of other rooms brings no tensors with it, by whatever way.
TEST(Includes, ResultsThatAreReportedAreFreeOfTensors) {
  const auto files = sources();
  std::vector<std::string> open;
  for (const std::string& header : kOnly.at("report/")) {
    if (files.contains(header)) open.push_back(header);
  }
  EXPECT_FALSE(open.empty());
  std::set<std::string> seen;
  while (!open.empty()) {
    const std::string file = open.back();
    open.pop_back();
    if (!files.contains(file) || !seen.insert(file).second) continue;
    for (const Include& include : includes_of(files.at(file))) {
      EXPECT_FALSE(is_libtorch(include.path)) << "src/" << file << " includes " << include.path;
      if (include.quoted) open.push_back(include.path);
    }
  }
}

TEST(Headers, OpenWithWhatTheyAreForAndAreReadOnce) {
  int headers = 0;
  for (const auto& [file, content] : sources()) {
    if (!file.ends_with(".h")) continue;
    ++headers;
    EXPECT_TRUE(content.starts_with("// ")) << "src/" << file;
    // Pieces of kernels are read once per instruction set, by Highway's toggle.
    const char* const guard = file.ends_with("-inl.h") ? " == defined(HWY_TARGET_TOGGLE)\n" : "\n#pragma once\n";
    EXPECT_NE(content.find(guard), std::string::npos) << "src/" << file;
  }
  EXPECT_GT(headers, 10);
}

}  // namespace
}  // namespace fovea
