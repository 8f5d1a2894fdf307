// Options that are words on the command line and enums in the rooms, on their way from one to the other.
#pragma once

#include <string>

namespace fovea::cli {

struct OptionWords {
  std::string format = "auto", on_bad_row = "stop", header = "auto";
  std::string tokenizer = "words", markup = "auto";
  std::string encoder, attention, normalizer, structure, dropout_kind, decay, optimizer;
  bool no_nfkc = false, no_case_fold = false;
  std::string class_weights = "none", quantize = "none";
  std::string depth = "quick", require;  // of fovea audit
  std::string audit = "none";            // of fovea compare
  std::string config;
  std::string budget = "10m", max_size = "0";  // of fovea tune
};

}  // namespace fovea::cli
