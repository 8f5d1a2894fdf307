// Runs the built program as a user would.
#pragma once

#include <string>
#include <vector>

namespace fovea::test {

struct Outcome {
  int exit_code = -1;  // 128 + signal where it was killed
  std::string out, err;
};

// Runs `fovea` (FOVEA_PROGRAM) with `arguments`, `input` on standard input, in the folder `folder` ("" = current), with
// NO_COLOR set; kills it after `timeout_seconds`.
Outcome run_fovea(const std::vector<std::string>& arguments, const std::string& input = "",
                  const std::string& folder = "", double timeout_seconds = 300);

// The same for any program; arguments[0] is looked up on PATH.
Outcome run_program(const std::vector<std::string>& arguments, const std::string& input = "",
                    const std::string& folder = "", double timeout_seconds = 300);

}  // namespace fovea::test
