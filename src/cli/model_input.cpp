#include "cli/model_input.h"

#include <array>
#include <filesystem>

#include "base/errors.h"

namespace fovea::cli {
namespace {

constexpr std::array<const char*, 8> kFileEndings = {".txt", ".tsv", ".csv", ".jsonl", ".json", ".gz", ".ft", ".tab"};

bool looks_like_path(const std::string& input) {
  if (input.find_first_of(" \t\n") != std::string::npos) return false;
  if (input.rfind("/", 0) == 0 || input.rfind("./", 0) == 0 || input.rfind("../", 0) == 0 || input.rfind("~/", 0) == 0)
    return true;
  // "data/dev", where there is a folder "data".
  if (const size_t slash = input.rfind('/'); slash != std::string::npos) {
    std::error_code ignored;
    if (std::filesystem::is_directory(input.substr(0, slash), ignored)) return true;
  }
  for (const char* ending : kFileEndings) {
    const std::string end = ending;
    if (input.size() > end.size() && input.compare(input.size() - end.size(), end.size(), end) == 0) return true;
  }
  return false;
}

}  // namespace

InputKind input_kind(const std::string& input, const std::string& as_text) {
  if (input == "-") return InputKind::kStandardInput;
  std::error_code ignored;
  if (input.size() < 4096 && std::filesystem::exists(input, ignored)) return InputKind::kFile;
  if (looks_like_path(input)) {
    throw UserError(ExitCode::kNoInput, input + ": no such file",
                    "If it is meant as a text, give it so: " + as_text + ".");
  }
  return InputKind::kText;
}

}  // namespace fovea::cli
