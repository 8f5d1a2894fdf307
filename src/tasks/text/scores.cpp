#include "tasks/text/scores.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "base/timing.h"
#include "metrics/calibration.h"
#include "metrics/classification.h"
#include "metrics/share_interval.h"
#include "tasks/measured.h"

namespace fovea::tasks {
namespace {

constexpr size_t kRowsAtOnce = 4096;  // answers with all their words are large: they are dropped chunk by chunk
constexpr size_t kMistakesKept = 10;
constexpr size_t kLabelNamesKept = 5;

struct Tally {
  std::vector<int> truth, predicted;  // a label that the model does not know is one class more
  std::vector<double> right;          // every row: 1 or 0
  std::vector<double> confidence, uncalibrated;
  int64_t answered = 0, answered_right = 0;
  double loss = 0;
  int64_t tokens = 0, unknown_tokens = 0;
};

double probability_of(const TextAnswer& answer, const std::string& label) {
  for (const LabelProbability& entry : answer.ranking) {
    if (entry.label == label) return entry.probability;
  }
  return 0;
}

void keep_mistake(std::vector<Mistake>& mistakes, const data::Row& row, const std::string& path,
                  const TextAnswer& answer) {
  mistakes.push_back({path, row.line, row.text, row.label, answer.label(), answer.probability()});
  std::stable_sort(mistakes.begin(), mistakes.end(),
                   [](const Mistake& a, const Mistake& b) { return a.probability > b.probability; });
  if (mistakes.size() > kMistakesKept) mistakes.pop_back();
}

void count_seen(TextTestResult& result, int seen) {
  result.seen_in_training += seen > 0;
  result.seen_in_validation += seen < 0;
}

}  // namespace

TextTestResult test_rows(const TextClassifier& classifier, const std::vector<data::Row>& rows,
                         const std::vector<std::string>& paths, const TestOptions& options) {
  if (classifier.parts().multi_label) return test_rows_of_several(classifier, rows, paths, options);
  const Stopwatch clock;
  const std::vector<std::string>& labels = classifier.parts().labels;
  std::unordered_map<std::string, int> class_of;
  for (size_t c = 0; c < labels.size(); ++c) class_of[labels[c]] = static_cast<int>(c);

  TextTestResult result;
  Tally tally;
  for (size_t begin = 0; begin < rows.size(); begin += kRowsAtOnce) {
    const size_t end = std::min(rows.size(), begin + kRowsAtOnce);
    std::vector<std::string> texts;
    for (size_t i = begin; i < end; ++i) texts.push_back(rows[i].text);
    const std::vector<TextAnswer> answers = classifier.answer(texts);
    for (size_t i = begin; i < end; ++i) {
      const TextAnswer& answer = answers[i - begin];
      const data::Row& row = rows[i];
      const auto known = class_of.find(row.label);
      const bool right = answer.label() == row.label;
      tally.right.push_back(right ? 1 : 0);
      const double probability = probability_of(answer, row.label);
      tally.confidence.push_back(answer.probability());
      tally.uncalibrated.push_back(answer.uncalibrated);
      tally.answered += answer.probability() >= options.abstain;
      tally.answered_right += answer.probability() >= options.abstain && right;
      const double loss = -std::log(std::max(probability, kLeastProbability));
      tally.loss += loss;
      if (options.texts) {
        options.texts->push_back({right, loss, std::ssize(answer.tokens) + answer.tokens_cut});
      }
      tally.tokens += static_cast<int64_t>(answer.tokens.size());
      tally.unknown_tokens += answer.unknown_tokens;
      result.texts_cut += answer.tokens_cut > 0;
      count_seen(result, classifier.seen(row.text));
      tally.truth.push_back(known != class_of.end() ? known->second : static_cast<int>(labels.size()));
      tally.predicted.push_back(class_of.at(answer.label()));
      result.some_label_known |= known != class_of.end();
      if (known == class_of.end()) {
        ++result.unknown_labels;
        auto& names = result.unknown_label_names;
        if (names.size() < kLabelNamesKept && std::find(names.begin(), names.end(), row.label) == names.end()) {
          names.push_back(row.label);
        }
      }
      if (!right) keep_mistake(result.mistakes, row, paths[static_cast<size_t>(row.file)], answer);
    }
  }

  metrics::Confusion confusion = metrics::confusion(tally.truth, tally.predicted, static_cast<int>(labels.size()) + 1);
  metrics::Scores scores = metrics::scores(confusion);
  scores.classes.resize(labels.size());  // an unknown label has no F1, and costs the class given in its place precision
  confusion.pop_back();                  // shown are the labels that the model knows
  for (std::vector<int64_t>& row : confusion) row.pop_back();
  const metrics::Interval interval = metrics::share_interval(tally.right);
  const auto n = static_cast<double>(std::max<size_t>(rows.size(), 1));
  result.n = static_cast<int64_t>(rows.size());
  result.accuracy = std::accumulate(tally.right.begin(), tally.right.end(), 0.0) / n;
  result.accuracy_low = interval.low;
  result.accuracy_high = interval.high;
  result.macro_f1 = metrics::macro_f1(scores.classes);
  result.micro_f1 = scores.micro_f1;
  result.loss = tally.loss / n;
  result.calibration_error = metrics::expected_calibration_error(tally.confidence, tally.right);
  result.calibration_error_before = metrics::expected_calibration_error(tally.uncalibrated, tally.right);
  result.abstain = options.abstain;
  result.answered = static_cast<double>(tally.answered) / n;
  result.answered_accuracy =
      static_cast<double>(tally.answered_right) / static_cast<double>(std::max<int64_t>(tally.answered, 1));
  result.confusion = confusion;
  for (size_t c = 0; c < labels.size(); ++c) {
    const metrics::ClassScores& one = scores.classes[c];
    result.classes.push_back({labels[c], one.precision, one.recall, one.f1, one.support, one.predicted});
  }
  const auto& counts = classifier.parts().label_counts;
  const auto majority = static_cast<size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
  result.majority_label = labels[majority];
  result.majority_share = static_cast<double>(result.classes[majority].support) / n;
  result.out_of_vocabulary =
      static_cast<double>(tally.unknown_tokens) / static_cast<double>(std::max<int64_t>(tally.tokens, 1));
  result.seconds = clock.seconds();
  return result;
}

}  // namespace fovea::tasks
