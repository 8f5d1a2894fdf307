// What a text model answers: plain results, free of tensors, for report/ and the doors.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fovea::tasks {

inline constexpr const char* kNoLabel = "(no label)";  // where a text may have several, and has none

struct LabelProbability {
  std::string label;
  double probability = 0;
  bool given = false;  // where a text may have several labels: at or above the label's threshold
};

// One word of an answer. weight: what the model used; sums to 1 over a text.
struct WeightedToken {
  std::string text;                      // the bytes [start, end) of the input
  int64_t start = 0, end = 0;            // bytes
  int64_t char_start = 0, char_end = 0;  // code points
  double weight = 0;
  // What it adds to the logit of the label shown, less the mean over all labels and divided by the temperature; where a
  // text may have several labels, to the logit alone. None where the answer is no sum over words.
  std::optional<double> contribution = {};
};

// One sentence of an answer: tokens [first, first + count). weight: what the model used; sums to 1 over a text, and the
// weight of each of its words is this one times the word's weight in the sentence.
struct WeightedSentence {
  int64_t first = 0, count = 0;
  int64_t start = 0, end = 0;            // bytes, from its first word to its last
  int64_t char_start = 0, char_end = 0;  // code points
  double weight = 0;
  std::vector<double> word_weights;  // per token, in the sentence: they sum to 1
};

struct TextAnswer {
  std::string text;                              // as given
  std::vector<LabelProbability> ranking;         // all classes, most probable first; ties by class order
  std::vector<WeightedToken> tokens;             // empty for an empty text
  std::vector<WeightedSentence> sentences;       // of a model that reads sentences; else none
  std::vector<std::vector<double>> weight_rows;  // [row, head or member][token] of several; weight is their mean
  int64_t tokens_cut = 0;                        // tokens beyond max_tokens, which the model did not see
  int64_t unknown_tokens = 0;
  bool adds_first = false;   // what each token adds is shown before its weight
  bool prior = false;        // no token at all: the answer is the label shares of the training part
  bool multi_label = false;  // each label has a probability of its own
  bool abstained = false;    // the probability is below what was asked for: no label is given
  double uncalibrated = 0;   // the probability of label() at temperature 1
  std::string truth;         // the label in the file, several as "comedy, drama"; empty where there is none
  int64_t line = 0;          // of the file, from 1; 0 where there is none

  const std::string& label() const { return ranking.front().label; }
  // The labels given, sorted; of a model that gives one, that one, or none where it abstained.
  std::vector<std::string> labels() const {
    std::vector<std::string> given;
    for (const LabelProbability& entry : ranking) {
      if (multi_label ? entry.given : given.empty() && !abstained) given.push_back(entry.label);
    }
    std::sort(given.begin(), given.end());
    return given;
  }
  // As one: "comedy, drama"; "(no label)".
  std::string shown_label() const {
    std::string shown;
    for (const std::string& label : labels()) shown += (shown.empty() ? "" : ", ") + label;
    return shown.empty() ? kNoLabel : shown;
  }
  double probability() const { return ranking.front().probability; }
  // What belongs beside shown_label(): of several labels the most probable one given, where one is.
  const LabelProbability& shown() const {
    const auto given = std::find_if(ranking.begin(), ranking.end(), [](const auto& entry) { return entry.given; });
    return multi_label && given != ranking.end() ? *given : ranking.front();
  }
  double shown_probability() const { return shown().probability; }
};

// The number of the word that adds most, where that is what is shown first and is told, else of the one with the
// largest weight; the first among equals. The answer has words.
inline int64_t top_token(const TextAnswer& answer) {
  const auto smaller = [&](const WeightedToken& a, const WeightedToken& b) {
    return answer.adds_first && a.contribution && b.contribution ? *a.contribution < *b.contribution
                                                                 : a.weight < b.weight;
  };
  return std::max_element(answer.tokens.begin(), answer.tokens.end(), smaller) - answer.tokens.begin();
}

// The mechanism of one answer: everything that adds up to it. Classes are in class order.
struct Mechanism {
  TextAnswer answer;
  std::string attention;            // as --attention: "additive", "dot", …, "mean", "max", "last"
  std::string normalizer;           // as --normalizer; empty where there are no scores
  std::string structure = "flat";   // as --structure
  int64_t heads = 1;                // as --heads
  int64_t members = 1;              // as --members
  bool clear = false;               // --look clear: what the weights weigh is made of words, not of states
  bool pieces = false;              // tokens are pieces of words
  bool weights_are_shares = false;  // max, last: a token's weight is the share of context features taken from it
  std::vector<std::string> classes;
  std::vector<double> scores;  // per token, before the normalizer; empty for the controls and with several rows
  std::vector<std::vector<double>> score_rows;     // [row, head or member][token] of several
  std::vector<double> sentence_scores;             // per sentence; empty for the controls and without sentences
  std::vector<std::vector<double>> contributions;  // [token][class]: what the token adds to the logit; with sentences
                                                   // [sentence][class], for there a word adds no number of its own
  std::vector<double> bias;                        // [class]
  std::vector<double> logits;                      // [class] = bias + sum of contributions
  double temperature = 1;                          // what logits are divided by before the softmax
  std::vector<double> context;                     // [D]; of several members one after the other
};

// How far probabilities could be believed on the validation part (metrics/calibration.h).
struct Calibration {
  bool fitted = false;
  double temperature = 1;
  double error_before = 0, error_after = 0;  // expected calibration error without and with the temperature
};

// The outcome of `fovea test`.
struct ClassRow {
  std::string label;
  double precision = 0, recall = 0, f1 = 0;
  int64_t support = 0;    // rows of this class
  int64_t predicted = 0;  // rows said to be of this class
};

struct Mistake {
  std::string path;
  int64_t line = 0;
  std::string text;
  std::string truth, predicted;
  double probability = 0;
};

// One text of the rows tested.
struct TextScore {
  bool right = false;
  double loss = 0;     // its part of TextTestResult::loss
  int64_t length = 0;  // words, those cut included
};

struct TextTestResult {
  std::string model, data;
  int64_t n = 0;
  double accuracy = 0, accuracy_low = 0, accuracy_high = 0;
  double macro_f1 = 0, micro_f1 = 0;
  double loss = 0;                                             // mean cross-entropy in nats
  double calibration_error = 0, calibration_error_before = 0;  // with the model's temperature, and without
  // Where a text may have several labels: accuracy is the share of texts whose labels are all right, loss the mean over
  // labels; share of right ones among the K most probable labels, K = 1, 2, …; labels of a text on average, in truth.
  bool multi_label = false;
  std::vector<double> precision_at;
  double recall_at_one = 0, labels_per_text = 0;
  double abstain = 0;                          // no label below this probability; 0: always one
  double answered = 1, answered_accuracy = 0;  // share of the texts that got a label, and of these right ones
  double majority_share = 0;                   // accuracy of always answering the most frequent training label
  std::string majority_label;
  std::vector<ClassRow> classes;
  std::vector<std::vector<int64_t>> confusion;  // [truth][predicted], class order
  std::vector<Mistake> mistakes;                // most confident first, at most 10
  int64_t seen_in_training = 0;                 // texts that were in the training part
  int64_t seen_in_validation = 0;
  int64_t unknown_labels = 0;                    // rows whose label the model does not know: counted as wrong
  bool some_label_known = false;                 // the model knows a label of some row
  std::vector<std::string> unknown_label_names;  // the first five
  int64_t empty_texts = 0, bad_rows = 0, texts_cut = 0;
  double out_of_vocabulary = 0;           // share of tokens
  std::string layout, layout_difference;  // as read; "" when it fits the model
  double seconds = 0;
};

}  // namespace fovea::tasks
