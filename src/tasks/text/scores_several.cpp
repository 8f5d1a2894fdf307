// The scores of a classifier that may give a text several labels.
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/timing.h"
#include "metrics/multi_label.h"
#include "metrics/share_interval.h"
#include "tasks/text/scores.h"

namespace fovea::tasks {
namespace {

constexpr size_t kSeveralAtOnce = 4096;
constexpr size_t kSeveralMistakes = 10;
constexpr size_t kSeveralNames = 5;
constexpr size_t kMostRanks = 5;
constexpr double kSmallestProbability = 1e-12;  // a loss stays finite

class SeveralTest {
 public:
  SeveralTest(const TextClassifier& classifier, const std::vector<std::string>& paths)
      : classifier_(classifier), paths_(paths), tally_(classifier.parts().labels.size()) {
    const std::vector<std::string>& labels = classifier.parts().labels;
    for (size_t c = 0; c < labels.size(); ++c) class_of_[labels[c]] = static_cast<int32_t>(c);
    result_.precision_at.assign(std::min(labels.size(), kMostRanks), 0.0);
  }

  TextScore add(const data::Row& row, const TextAnswer& answer) {
    const std::vector<int32_t> truth = truth_of(row), given = classes_of(answer.labels());
    tally_.add(truth, given);
    exact_.push_back(truth == given ? 1 : 0);
    labels_ += static_cast<int64_t>(row.labels.size());
    int64_t hits = 0;
    for (size_t rank = 0; rank < result_.precision_at.size(); ++rank) {
      hits += holds(truth, class_of_.at(answer.ranking[rank].label));
      result_.precision_at[rank] += static_cast<double>(hits) / static_cast<double>(rank + 1);
    }
    first_hits_ += holds(truth, class_of_.at(answer.label()));
    double loss = 0;
    for (const LabelProbability& entry : answer.ranking) {
      const double p = holds(truth, class_of_.at(entry.label)) ? entry.probability : 1 - entry.probability;
      loss -= std::log(std::max(p, kSmallestProbability)) / static_cast<double>(answer.ranking.size());
    }
    loss_ += loss;
    tokens_ += static_cast<int64_t>(answer.tokens.size());
    unknown_tokens_ += answer.unknown_tokens;
    result_.texts_cut += answer.tokens_cut > 0;
    const int seen = classifier_.seen(row.text);
    result_.seen_in_training += seen > 0;
    result_.seen_in_validation += seen < 0;
    if (truth != given) keep_mistake(row, answer, truth, given);
    return {truth == given, loss, std::ssize(answer.tokens) + answer.tokens_cut};
  }

  TextTestResult result(size_t rows, double seconds) {
    const metrics::MultiLabelScores scores = tally_.scores();
    const metrics::Interval interval = metrics::share_interval(exact_);
    const auto n = static_cast<double>(std::max<size_t>(rows, 1));
    result_.multi_label = true;
    result_.n = static_cast<int64_t>(rows);
    result_.accuracy = scores.exact_match;
    result_.accuracy_low = interval.low;
    result_.accuracy_high = interval.high;
    result_.macro_f1 = scores.macro_f1;
    result_.micro_f1 = scores.micro_f1;
    result_.loss = loss_ / n;
    for (double& precision : result_.precision_at) precision /= n;
    result_.recall_at_one = static_cast<double>(first_hits_) / static_cast<double>(std::max<int64_t>(labels_, 1));
    result_.labels_per_text = static_cast<double>(labels_) / n;
    const std::vector<std::string>& labels = classifier_.parts().labels;
    for (size_t c = 0; c < labels.size(); ++c) {
      const metrics::ClassScores& one = scores.classes[c];
      result_.classes.push_back({labels[c], one.precision, one.recall, one.f1, one.support, one.predicted});
    }
    const auto& counts = classifier_.parts().label_counts;
    const auto majority = static_cast<size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
    result_.majority_label = labels[majority];
    result_.majority_share = static_cast<double>(alone_[static_cast<int32_t>(majority)]) / n;
    result_.out_of_vocabulary =
        static_cast<double>(unknown_tokens_) / static_cast<double>(std::max<int64_t>(tokens_, 1));
    result_.answered_accuracy = result_.accuracy;
    result_.seconds = seconds;
    return std::move(result_);
  }

 private:
  static bool holds(const std::vector<int32_t>& classes, int32_t c) {
    return std::binary_search(classes.begin(), classes.end(), c);
  }

  std::vector<int32_t> classes_of(const std::vector<std::string>& labels) const {
    std::vector<int32_t> classes;
    for (const std::string& label : labels) classes.push_back(class_of_.at(label));
    std::sort(classes.begin(), classes.end());
    return classes;
  }

  // -1 for a label that the model does not know, as often as there are such.
  std::vector<int32_t> truth_of(const data::Row& row) {
    std::vector<int32_t> truth;
    bool unknown = false;
    for (const std::string& label : row.labels) {
      const auto known = class_of_.find(label);
      truth.push_back(known == class_of_.end() ? -1 : known->second);
      if (known != class_of_.end()) {
        result_.some_label_known = true;
        continue;
      }
      unknown = true;
      auto& names = result_.unknown_label_names;
      if (names.size() < kSeveralNames && std::find(names.begin(), names.end(), label) == names.end()) {
        names.push_back(label);
      }
    }
    result_.unknown_labels += unknown;
    std::sort(truth.begin(), truth.end());
    if (truth.size() == 1 && truth.front() >= 0) ++alone_[truth.front()];
    return truth;
  }

  // How sure the model was of the label that it was most wrong about.
  double confidence_in_error(const TextAnswer& answer, const std::vector<int32_t>& truth,
                             const std::vector<int32_t>& given) const {
    double most = 0;
    for (const LabelProbability& entry : answer.ranking) {
      const int32_t number = class_of_.at(entry.label);
      const bool is_given = holds(given, number);
      if (is_given == holds(truth, number)) continue;
      most = std::max(most, is_given ? entry.probability : 1 - entry.probability);
    }
    return most;
  }

  void keep_mistake(const data::Row& row, const TextAnswer& answer, const std::vector<int32_t>& truth,
                    const std::vector<int32_t>& given) {
    auto& mistakes = result_.mistakes;
    mistakes.push_back({paths_[static_cast<size_t>(row.file)], row.line, row.text,
                        row.label.empty() ? kNoLabel : row.label, answer.shown_label(),
                        confidence_in_error(answer, truth, given)});
    std::stable_sort(mistakes.begin(), mistakes.end(),
                     [](const Mistake& a, const Mistake& b) { return a.probability > b.probability; });
    if (mistakes.size() > kSeveralMistakes) mistakes.pop_back();
  }

  const TextClassifier& classifier_;
  const std::vector<std::string>& paths_;
  std::unordered_map<std::string, int32_t> class_of_;
  metrics::MultiLabelTally tally_;
  TextTestResult result_;
  std::vector<double> exact_;
  std::unordered_map<int32_t, int64_t> alone_;  // rows whose only label is the class
  double loss_ = 0;
  int64_t labels_ = 0, first_hits_ = 0, tokens_ = 0, unknown_tokens_ = 0;
};

}  // namespace

TextTestResult test_rows_of_several(const TextClassifier& classifier, const std::vector<data::Row>& rows,
                                    const std::vector<std::string>& paths, const TestOptions& options) {
  const Stopwatch clock;
  SeveralTest test(classifier, paths);
  for (size_t begin = 0; begin < rows.size(); begin += kSeveralAtOnce) {
    const size_t end = std::min(rows.size(), begin + kSeveralAtOnce);
    std::vector<std::string> texts;
    for (size_t i = begin; i < end; ++i) texts.push_back(rows[i].text);
    const std::vector<TextAnswer> answers = classifier.answer(texts);
    for (size_t i = begin; i < end; ++i) {
      const TextScore score = test.add(rows[i], answers[i - begin]);
      if (options.texts) options.texts->push_back(score);
    }
  }
  return test.result(rows.size(), clock.seconds());
}

}  // namespace fovea::tasks
