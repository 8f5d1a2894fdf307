// The page of `fovea explain --html`: one self-contained file, no network, strict content policy.
#pragma once

#include <string>
#include <vector>

#include "report/attributed.h"
#include "tasks/answer.h"

namespace fovea::report {

struct PageFacts {
  std::string title;       // data file name
  std::string model_line;  // "BiLSTM 128+128, additive attention · seed 1"
  std::string model_path, version;
  int64_t texts_in_file = 0;      // of which the page shows answers.size()
  int64_t seen_in_training = -1;  // of the texts shown; -1 unknown
  bool weights_are_shares = false;
  std::string attention;
  std::string weights_sha256;
};

// Throws nothing but std::bad_alloc; any bytes in texts and labels are shown as text. With methods, each text has a
// picture for each of them, chosen by a switch or side by side; without, the one of the weights.
std::string answers_page(const std::vector<tasks::Answer>& answers, const Attributed& attributed,
                         const PageFacts& facts);

}  // namespace fovea::report
