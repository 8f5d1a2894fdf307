// Made-up finished trainings.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "study/run.h"

namespace fovea::study {

// `right`: a mark for each test text, "1" where it was right; the lengths are 1, 2, 3, …
inline Run made_run(const std::string& right, double seconds = 2) {
  Run run;
  run.model = "BiLSTM 8+8";
  run.validation = {{"accuracy", 0.75}, {"loss", 0.5}};
  run.stopped = "max-epochs";
  run.steps = 12;
  run.epochs = 3;
  run.seconds = seconds;
  run.parameters = 1234;
  run.bytes = 56789;
  run.macro_f1 = 0.5;
  for (const char mark : right) {
    run.right.push_back(mark == '1' ? 1 : 0);
    run.loss.push_back(mark == '1' ? 0.125 : 1.5);
    run.lengths.push_back(std::ssize(run.right));
  }
  return run;
}

}  // namespace fovea::study
