// Fovea as a library: what `cmake --install` leaves is enough to build the program of examples/library/ by
// find_package(fovea), without libtorch's headers, and that program does what it says.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "data/synthetic/reviews.h"
#include "support/program.h"
#include "support/scratch.h"

namespace fovea::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::StartsWith;

// Where sanitizers are built in, a program without them cannot load the library.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

void require(const std::vector<std::string>& arguments, Outcome& outcome) {
  outcome = run_program(arguments, "", "", 900);
  ASSERT_EQ(outcome.exit_code, 0) << arguments.front() << " " << arguments.at(1) << "\n" << outcome.out << outcome.err;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::string labelled_reviews() {
  std::string text;
  for (const data::MadeReview& review : data::make_reviews({.count = 300, .chinese_share = 0})) {
    text += "__label__" + review.label + " " + review.text + "\n";
  }
  return text;
}

// That the output is epochs, the test part, an answer with its weights, and the grade of an audit, in this order.
void check_output(const std::string& out) {
  const std::vector<std::string> lines = lines_of(out);
  ASSERT_GE(lines.size(), 4u) << out;
  const size_t epochs = lines.size() - 3;
  for (size_t i = 0; i < epochs; ++i) {
    EXPECT_THAT(lines[i], StartsWith("epoch " + std::to_string(i + 1) + ": validation "));
  }
  ASSERT_THAT(lines[epochs], StartsWith("test: "));
  EXPECT_GT(std::stod(lines[epochs].substr(6)), .5);
  const Json answer = json_object(lines[epochs + 1], "the answer");
  EXPECT_THAT(answer.at("label").get<std::string>(), AnyOf("positive", "negative"));
  double sum = 0;
  for (const Json& token : answer.at("tokens")) sum += token.at("weight").get<double>();
  EXPECT_NEAR(sum, 1, 1e-5);
  EXPECT_THAT(lines[epochs + 2],
              AnyOf("audit: not-auditable", "audit: decorative", "audit: informative", "audit: faithful"));
}

TEST(LibrarySlow, AProgramOfOnesOwnIsBuiltOnTheInstalledOne) {
  if (kSanitized) GTEST_SKIP() << "needs a build without sanitizers";
  const Scratch scratch;
  const std::string prefix = scratch.file("prefix"), build = scratch.file("build");
  ::setenv("FOVEA_INSTALL_LINKS", "1", 1);  // in place of a copy of libtorch
  Outcome outcome;
  ASSERT_NO_FATAL_FAILURE(require({"cmake", "--install", FOVEA_BINARY_DIR, "--prefix", prefix}, outcome));
  ::unsetenv("FOVEA_INSTALL_LINKS");
  EXPECT_TRUE(fs::is_symlink(prefix + "/lib/fovea/libtorch_cpu.so"));
  EXPECT_FALSE(fs::exists(prefix + "/include/ATen"));

  const std::string source = FOVEA_SOURCE_DIR "/examples/library";
  ASSERT_NO_FATAL_FAILURE(
      require({"cmake", "-G", "Ninja", "-S", source, "-B", build, "-DCMAKE_PREFIX_PATH=" + prefix}, outcome));
  ASSERT_NO_FATAL_FAILURE(require({"cmake", "--build", build}, outcome));

  const std::string reviews = scratch.write("reviews.txt", labelled_reviews());
  ASSERT_NO_FATAL_FAILURE(require({build + "/library", reviews, scratch.file("model")}, outcome));
  check_output(outcome.out);
  EXPECT_TRUE(fs::exists(scratch.file("model/weights.safetensors")));

  outcome = run_program({build + "/library", scratch.file("gone.txt"), scratch.file("other")});
  EXPECT_EQ(outcome.exit_code, 66) << outcome.err;
  EXPECT_THAT(outcome.err, testing::HasSubstr("gone.txt"));
}

}  // namespace
}  // namespace fovea::test
