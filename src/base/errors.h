// The two kinds of failure: a mistake of the user (UserError, with its place and its remedy) and a bug of ours
// (InternalError, thrown by FOVEA_CHECK). Both are thrown; only the doors (cli/main.cpp) catch them and choose the exit
// code.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace fovea {

// Exit codes of the program, documented in docs/cli.md.
enum class ExitCode : int {
  kFine = 0,
  kRequirementNotMet = 1,
  kUsage = 64,
  kBadData = 65,
  kNoInput = 66,
  kInternal = 70,
  kCannotWrite = 74,
  kInterrupted = 130,
};

// A mistake the user can mend. `what()` says what is wrong, beginning with its place ("reviews.csv:17: column 2 (label)
// is empty", "--limit: …"), with no full stop and no program name; `remedy()` says what to do next, as full sentences,
// and may be empty.
class UserError : public std::runtime_error {
 public:
  UserError(ExitCode code, const std::string& what, std::string remedy = "")
      : std::runtime_error(what), code_(code), remedy_(std::move(remedy)) {}

  ExitCode code() const { return code_; }
  const std::string& remedy() const { return remedy_; }

 private:
  ExitCode code_;
  std::string remedy_;
};

// Whether it lies in files that cannot be read or written, and not in what was asked for.
inline bool is_of_surroundings(const UserError& error) {
  return error.code() == ExitCode::kCannotWrite || error.code() == ExitCode::kNoInput;
}

// A bug of Fovea's.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

namespace internal {
[[noreturn]] void throw_check_failure(const char* condition, const char* file, int line, const std::string& detail);

template <typename... Values>
std::string join_values(const Values&... values) {
  std::ostringstream out;
  ((out << values << ' '), ...);
  return out.str();
}
}  // namespace internal

}  // namespace fovea

// FOVEA_CHECK(condition, values…): throws InternalError that carries the condition and the values. For what only a bug
// of ours can break; never for user input.
#define FOVEA_CHECK(condition, ...)                                                        \
  do {                                                                                     \
    if (!(condition)) {                                                                    \
      ::fovea::internal::throw_check_failure(#condition, __FILE__, __LINE__,               \
                                             ::fovea::internal::join_values(__VA_ARGS__)); \
    }                                                                                      \
  } while (false)
