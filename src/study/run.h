// One finished training of a study: plain numbers, kept as a file so that it need not be trained again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "study/trust.h"

namespace fovea::study {

struct Run {
  std::string failure;  // why there is no result; "" where there is one, and only then the rest is filled in
  std::string model;    // "BiLSTM 128+128, additive attention"
  std::map<std::string, double> validation;  // "accuracy", "macro_f1", "loss" of the model that was kept
  std::string stopped;                       // why the training ended: "max-epochs", "early-stop", …
  int64_t steps = 0;
  double epochs = 0;
  double seconds = 0;  // of the training alone
  int64_t parameters = 0;
  int64_t bytes = 0;  // of the model's files

  // The test part, where it was read. All three are as long as it is, in its order.
  double macro_f1 = 0;
  std::vector<double> right;     // 1 or 0
  std::vector<double> loss;      // in nats, rounded()
  std::vector<int64_t> lengths;  // words of the text

  std::optional<Trust> trust;  // where the model was audited
  double audit_seconds = 0;

  static double rounded(double loss);  // to six digits, as a file keeps it: a training found says the same
  double accuracy() const;             // of the test part; 0 where it was not read
  double spent() const { return seconds + audit_seconds; }
  Json to_json() const;
  static Run from_json(const Json& json);  // throws Json::exception where it is none
};

}  // namespace fovea::study
