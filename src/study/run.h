// One finished training of a study: plain numbers, kept as a file so that it need not be trained again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "metrics/sums.h"
#include "study/trust.h"

namespace fovea::study {

// What the inputs of the test part added to a measure.
struct Scored {
  std::string measure;    // its name
  metrics::RowSums sums;  // of one seed, row by row in the order of the test part; of a measure that is shown but never
                          // compared one row may hold the sums of all
};

struct Run {
  std::string failure;  // why there is no result; "" where there is one, and only then the rest is filled in
  std::string model;    // "BiLSTM 128+128, additive attention"
  std::map<std::string, double> validation;  // measures by name of the model that was kept
  std::string stopped;                       // why the training ended: "max-epochs", "early-stop", …
  int64_t steps = 0;
  double epochs = 0;
  double seconds = 0;           // of the training alone
  double overhead_seconds = 0;  // of a search: all that it took besides, the audit not among it
  int64_t parameters = 0;
  int64_t bytes = 0;  // of the model's files

  // The test part, where it was read.
  std::vector<Scored> scores;
  std::vector<int64_t> sizes;  // of its inputs, in its order: words of a text, frames of a recording

  std::optional<Trust> trust;        // where the model was audited, on the test part
  std::optional<Trust> valid_trust;  // on the validation part, where something is chosen by it
  double audit_seconds = 0;          // of both

  static double rounded(double loss);  // to six digits: files stay short
  // Of the measure of this name; nothing where the test part was not read.
  const metrics::RowSums* sums(std::string_view measure) const;
  double score(const metrics::Measure& measure) const;  // of the test part; 0 where it was not read
  double spent() const { return seconds + overhead_seconds + audit_seconds; }
  Json to_json() const;
  static Run from_json(const Json& json);  // throws Json::exception where it is none
};

}  // namespace fovea::study
