// What an INPUT argument means.
#pragma once

#include <string>

namespace fovea::cli {

enum class InputKind { kStandardInput, kFile, kText };

// "-" is standard input; what exists is a file; what looks like a path and does not exist is refused (UserError,
// kNoInput); the rest is a text. as_text: how it
// would be given as one.
InputKind input_kind(const std::string& input, const std::string& as_text);

}  // namespace fovea::cli
