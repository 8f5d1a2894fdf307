// Mistakes that people make, each a row of a table: what was typed, what it must answer. Every one of them must end
// with its exit code and its words on standard error, say nothing on standard output, and leave nothing behind.
#pragma once

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "cli/checks.h"
#include "cli/tiny.h"
#include "support/program.h"
#include "support/scratch.h"

namespace fovea::test {

struct Mistake {
  std::vector<std::string> arguments;  // OUT stands for a folder that may be written
  int exit_code;
  std::vector<std::string> told;  // pieces of standard error
  std::string input = "";
};

inline Mistake training(const std::vector<std::string>& arguments, int exit_code, const std::vector<std::string>& told,
                        const std::string& input = "") {
  return {join({{"train"}, arguments, {"--out", "OUT"}}), exit_code, told, input};
}

// A folder of inputs that no mistake may change, with a trained model in it.
class Mistakes : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ::setenv("OMP_WAIT_POLICY", "passive", 0);
    inputs_ = std::make_unique<Scratch>();
    inputs_->write("ok.txt", label_lines(tiny_reviews(60)));
    const Outcome trained = run_fovea(join({{"train", "ok.txt", "--out", "model"}, kTiny}), "", inputs_->path());
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
  }
  static void TearDownTestSuite() { inputs_.reset(); }

  static std::string write(const std::string& name, const std::string& content) {
    return inputs_->write(name, content);
  }

  static void expect_told(const std::vector<Mistake>& mistakes) {
    const std::set<std::string> before = names_in(inputs_->path());
    const Scratch outputs;
    const std::vector<Outcome> outcomes = run_all(mistakes, outputs);
    for (size_t i = 0; i < mistakes.size(); ++i) {
      const Mistake& mistake = mistakes[i];
      SCOPED_TRACE(::testing::PrintToString(mistake.arguments));
      const std::string& told = outcomes[i].err;
      EXPECT_EQ(outcomes[i].exit_code, mistake.exit_code) << told;
      EXPECT_EQ(outcomes[i].out, "");
      EXPECT_TRUE(told.starts_with("fovea: ")) << told;
      EXPECT_EQ(told.find('\x1b'), std::string::npos) << "a raw escape reaches the terminal: " << told;
      for (const std::string& piece : mistake.told) EXPECT_THAT(told, ::testing::HasSubstr(piece));
      EXPECT_THAT(names_in(outputs.file(std::to_string(i))), ::testing::IsEmpty()) << "left behind";
    }
    EXPECT_EQ(names_in(inputs_->path()), before) << "left behind";
  }

  static std::unique_ptr<Scratch> inputs_;

 private:
  // Two at a time: each start of the program loads libtorch, which takes a third of a second.
  static std::vector<Outcome> run_all(const std::vector<Mistake>& mistakes, const Scratch& outputs) {
    std::vector<Outcome> outcomes(mistakes.size());
    std::atomic<size_t> next{0};
    const auto work = [&] {
      for (size_t i = next++; i < mistakes.size(); i = next++) {
        const std::filesystem::path folder = outputs.path() / std::to_string(i);
        std::filesystem::create_directory(folder);
        std::vector<std::string> arguments = mistakes[i].arguments;
        for (std::string& argument : arguments) {
          if (argument == "OUT") argument = folder / "m";
        }
        outcomes[i] = run_fovea(arguments, mistakes[i].input, inputs_->path(), 60);
      }
    };
    std::thread other(work);
    work();
    other.join();
    return outcomes;
  }
};
inline std::unique_ptr<Scratch> Mistakes::inputs_;

}  // namespace fovea::test
