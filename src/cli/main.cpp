// The program's edge: the only place that catches, prints errors and chooses the exit code.
#include <climits>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include <unistd.h>

#include "base/errors.h"
#include "base/memory.h"
#include "cli/command_line.h"
#include "cli/console.h"
#include "draw/terminal.h"

namespace {

using fovea::ExitCode;

// Later lines of a message stand under the first: "fovea: what" and "       remedy".
void complain(const std::string& what, const std::string& remedy) {
  const int width = fovea::cli::error_width();
  const auto folded = [width](const std::string& text) {
    return fovea::cli::fold_words(fovea::draw::safe_text(text), width, 7);
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
// slower so, and 3 % faster without. libgomp reads the variable in its constructor, and the C library puts the
// environment back as it was in its own, which comes first: only a program that was started with the variable has it.
// So this table, which is called before all constructors, starts the program once more. A setting of the user's stays.
void wait_passively(int, char** argv, char** environment) {
  constexpr const char* kName = "OMP_WAIT_POLICY=";
  constexpr size_t kMost = 4096;
  static char setting[] = "OMP_WAIT_POLICY=passive";
  static char* with_setting[kMost + 2];
  size_t count = 0;
  for (; environment[count]; ++count) {
    if (count == kMost || std::strncmp(environment[count], kName, std::strlen(kName)) == 0) return;
    with_setting[count] = environment[count];
  }
  with_setting[count] = setting;
  static char program[PATH_MAX + 1];  // by its own name, which is what a list of processes shows
  const ssize_t length = ::readlink("/proc/self/exe", program, PATH_MAX);
  if (length > 0) ::execve(program, argv, with_setting);  // where it fails, the program goes on as it is
}
__attribute__((section(".preinit_array"), used)) void (*const kBeforeLibraries)(int, char**, char**) = wait_passively;

ExitCode run(int argc, const char* const* argv) {
  const auto request = fovea::cli::parse_command_line(argc, argv);
  if (!request) return ExitCode::kFine;
  const ExitCode code = request->run();
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
  } catch (const std::exception& error) {
    const std::string what = error.what();
    if (fovea::is_out_of_memory(error)) {
      complain("out of memory", "Use --batch-tokens or --max-tokens with a smaller number, or a smaller model.");
      return static_cast<int>(ExitCode::kInternal);
    }
    complain("internal error: " + what.substr(0, what.find('\n')),
             "This is a bug of Fovea's. Please report it with the command that led to it.");
    return static_cast<int>(ExitCode::kInternal);
  }
}
