// The program's edge: the only place that catches, prints errors and chooses the exit code.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "base/errors.h"
#include "base/memory.h"
#include "cli/command_line.h"
#include "cli/console.h"
#include "cli/verbs.h"
#include "report/terminal.h"

namespace {

using fovea::ExitCode;

// Later lines of a message stand under the first: "fovea: what" and "       remedy".
void complain(const std::string& what, const std::string& remedy) {
  const int width = fovea::cli::error_width();
  const auto folded = [width](const std::string& text) {
    return fovea::cli::fold_words(fovea::report::safe_text(text), width, 7);
  };
  std::fprintf(stderr, "fovea: %s\n", folded(what).c_str());
  size_t begin = 0;
  while (begin < remedy.size()) {
    const size_t end = std::min(remedy.find('\n', begin), remedy.size());
    std::fprintf(stderr, "       %s\n", folded(remedy.substr(begin, end - begin)).c_str());
    begin = end + 1;
  }
}

// Threads that wait by spinning waste the cores they wait for: with other programs running, training was ten times
// slower so, and 3 % faster without. libgomp reads the variable in its constructor, before main and before any
// constructor of this program; only this table is called earlier. A setting of the user's stays.
void wait_passively(int, char**, char**) {
  ::setenv("OMP_WAIT_POLICY", "passive", 0);
}
__attribute__((section(".preinit_array"), used)) void (*const kBeforeLibraries)(int, char**, char**) = wait_passively;

ExitCode run(int argc, const char* const* argv) {
  const auto command = fovea::cli::parse_command_line(argc, argv);
  if (!command) return ExitCode::kFine;
  struct Runner {
    ExitCode operator()(const fovea::cli::TrainCommand& c) const { return fovea::cli::run_train(c); }
    ExitCode operator()(const fovea::cli::TestCommand& c) const { return fovea::cli::run_test(c); }
    ExitCode operator()(const fovea::cli::PredictCommand& c) const { return fovea::cli::run_predict(c); }
    ExitCode operator()(const fovea::cli::ExplainCommand& c) const { return fovea::cli::run_explain(c); }
    ExitCode operator()(const fovea::cli::InfoCommand& c) const { return fovea::cli::run_info(c); }
    ExitCode operator()(const fovea::cli::DemoCommand& c) const { return fovea::cli::run_demo(c); }
    ExitCode operator()(const fovea::cli::CompareCommand& c) const { return fovea::cli::run_compare(c); }
  };
  const ExitCode code = std::visit(Runner(), *command);
  fovea::cli::flush_output();
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  fovea::keep_freed_memory();
  try {
    return static_cast<int>(run(argc, argv));
  } catch (const fovea::UserError& error) {
    complain(error.what(), error.remedy());
    return static_cast<int>(error.code());
  } catch (const std::bad_alloc&) {
    complain("out of memory", "Use --batch-tokens or --max-tokens with a smaller number, or a smaller model.");
    return static_cast<int>(ExitCode::kInternal);
  } catch (const std::exception& error) {
    const std::string what = error.what();
    if (what.find("can't allocate memory") != std::string::npos) {  // libtorch's own way of saying it
      complain("out of memory", "Use --batch-tokens or --max-tokens with a smaller number, or a smaller model.");
      return static_cast<int>(ExitCode::kInternal);
    }
    complain("internal error: " + what.substr(0, what.find('\n')),
             "This is a bug of Fovea's. Please report it with the command that led to it.");
    return static_cast<int>(ExitCode::kInternal);
  }
}
