// Everything is counted first and divided once, so that a score is the nearest double to its fraction.
#include "metrics/classification.h"

#include "base/errors.h"

namespace fovea::metrics {
double macro_f1(const std::vector<ClassScores>& classes) {
  double sum = 0;
  int64_t occurring = 0;
  for (const ClassScores& one : classes) {
    if (one.support + one.predicted == 0) continue;
    sum += one.f1;
    ++occurring;
  }
  return occurring == 0 ? 0 : sum / static_cast<double>(occurring);
}

Confusion confusion(const std::vector<int>& truth, const std::vector<int>& predicted, int class_count) {
  FOVEA_CHECK(class_count >= 0, class_count);
  FOVEA_CHECK(truth.size() == predicted.size(), truth.size(), predicted.size());
  const size_t classes = static_cast<size_t>(class_count);
  Confusion counts(classes, std::vector<int64_t>(classes, 0));
  for (size_t i = 0; i < truth.size(); ++i) {
    FOVEA_CHECK(0 <= truth[i] && truth[i] < class_count, "truth", truth[i], "at", i, "of", class_count);
    FOVEA_CHECK(0 <= predicted[i] && predicted[i] < class_count, "predicted", predicted[i], "at", i, "of", class_count);
    ++counts[static_cast<size_t>(truth[i])][static_cast<size_t>(predicted[i])];
  }
  return counts;
}

Scores scores(const Confusion& confusion) {
  const size_t classes = confusion.size();
  Scores result;
  result.classes.resize(classes);
  int64_t right = 0;
  for (size_t truth = 0; truth < classes; ++truth) {
    FOVEA_CHECK(confusion[truth].size() == classes, confusion[truth].size(), classes);
    for (size_t predicted = 0; predicted < classes; ++predicted) {
      result.classes[truth].support += confusion[truth][predicted];
      result.classes[predicted].predicted += confusion[truth][predicted];
    }
    result.n += result.classes[truth].support;
    right += confusion[truth][truth];
  }

  for (size_t c = 0; c < classes; ++c) {
    ClassScores& one = result.classes[c];
    one.precision = ratio(confusion[c][c], one.predicted);
    one.recall = ratio(confusion[c][c], one.support);
    one.f1 = ratio(2 * confusion[c][c], one.support + one.predicted);  // the harmonic mean, without its 0 / 0
  }
  result.accuracy = ratio(right, result.n);
  result.micro_f1 =
      result.accuracy;  // every row is one truth and one answer: a wrong row is one miss and one false alarm
  result.macro_f1 = macro_f1(result.classes);
  return result;
}

}  // namespace fovea::metrics
