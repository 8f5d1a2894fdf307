#include "tasks/text/loss.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <sstream>

#include <ATen/TensorOperators.h>

#include "base/errors.h"
#include "base/options/json.h"
#include "data/readers/bytes.h"
#include "data/readers/lines.h"
#include "data/readers/messages.h"
#include "tasks/text/data.h"

namespace fovea::tasks {
namespace {

constexpr std::array<std::pair<ClassWeights, const char*>, 3> kClassWeights = {
    {{ClassWeights::kNone, "none"}, {ClassWeights::kBalanced, "balanced"}, {ClassWeights::kGiven, ""}}};
constexpr const char* kForms =
    "Give none, balanced, label=weight,label=weight, or a file of lines: weight, tab, label.";

bool parse_weight(std::string_view text, double* weight) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *weight);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(*weight) && *weight >= 0;
}

std::map<std::string, double> parse_list(const std::string& text) {
  std::map<std::string, double> weights;
  std::istringstream entries(text);
  std::string entry;
  while (std::getline(entries, entry, ',')) {
    const size_t sign = entry.rfind('=');
    double weight = 0;
    if (sign == std::string::npos || sign == 0 || !parse_weight(std::string_view(entry).substr(sign + 1), &weight)) {
      throw UserError(ExitCode::kUsage, "--class-weights: cannot read '" + data::shown_text(entry) + "'", kForms);
    }
    if (!weights.emplace(entry.substr(0, sign), weight).second) {
      throw UserError(ExitCode::kUsage,
                      "--class-weights: '" + data::shown_text(entry.substr(0, sign)) + "' occurs twice", kForms);
    }
  }
  return weights;
}

std::map<std::string, double> read_weights(const std::string& path) {
  const data::FileBytes file = data::read_bytes(path);
  std::map<std::string, double> weights;
  data::LineCursor lines(file.bytes);
  std::string_view line;
  while (lines.next_filled(&line)) {
    const size_t tab = line.find('\t');
    double weight = 0;
    if (tab == std::string_view::npos || !parse_weight(line.substr(0, tab), &weight)) {
      throw UserError(ExitCode::kBadData, data::shown_place(path, lines.number()) + ": not a weight, a tab and a label",
                      kForms);
    }
    if (!weights.emplace(data::trim_unicode(line.substr(tab + 1)), weight).second) {
      throw UserError(ExitCode::kBadData, data::shown_place(path, lines.number()) + ": the label occurs twice", kForms);
    }
  }
  return weights;
}

std::vector<double> weights_of_classes(const TextLossOptions& options, const TextData& data) {
  std::vector<double> weights(data.labels.size(), 1.0);
  if (options.class_weights == ClassWeights::kBalanced) {
    std::vector<double> rows(weights.size(), 0.0);
    for (int64_t i = 0; i < data.train.size(); ++i) ++rows[static_cast<size_t>(data.train.label(i))];
    for (size_t c = 0; c < weights.size(); ++c) weights[c] = 1 / std::max(rows[c], 1.0);
  }
  std::map<std::string, double> left = options.given_weights;
  for (size_t c = 0; c < weights.size(); ++c) {
    const auto given = left.find(data.labels[c]);
    if (given == left.end()) continue;
    weights[c] = given->second;
    left.erase(given);
  }
  if (!left.empty()) {
    throw UserError(ExitCode::kUsage,
                    "--class-weights: no training row has the label '" + data::shown_text(left.begin()->first) + "'",
                    "Leave it out, or write it as the data has it.");
  }
  return weights;
}

double entropy_of(double share) {
  return share > 0 ? -share * std::log(share) : 0;
}

// Of answering all rows of the training part with the shares of the labels. weights: of each row; none: all 1.
double loss_of_shares(const TextData& data, const std::vector<double>& weights) {
  constexpr double kLeast = 1e-3;  // where all rows have one label
  std::vector<double> shares(data.labels.size(), 0.0);
  const auto rows = static_cast<double>(std::max<int64_t>(data.train.size(), 1));
  for (int64_t i = 0; i < data.train.size(); ++i) {
    const double share = (weights.empty() ? 1 : weights[static_cast<size_t>(i)]) / rows;
    if (!data.multi_label) shares[static_cast<size_t>(data.train.label(i))] += share;
    for (const int32_t c : data.multi_label ? data.train_labels[static_cast<size_t>(i)] : std::vector<int32_t>()) {
      shares[static_cast<size_t>(c)] += share;
    }
  }
  double loss = 0;
  for (const double share : shares) {
    loss += data.multi_label ? (entropy_of(share) + entropy_of(1 - share)) / static_cast<double>(shares.size())
                             : entropy_of(share);
  }
  return std::max(loss, kLeast);
}

}  // namespace

Json TextLossOptions::to_json() const {
  return options::to_json(*this);
}

TextLossOptions TextLossOptions::from_json(const Json& json) {
  TextLossOptions options;
  options::read_json(options, json, "config.json: loss");
  return options;
}

void visit(TextLossOptions& options, options::Visitor& visitor, const char* several_labels) {
  visitor.number({.name = "label-smoothing",
                  .says = "Share of the target that is spread over all labels",
                  .part = options::Part::kLoss,
                  .more = "share of the target that is spread evenly over all labels"},
                 options.label_smoothing, options::kShare);
  visitor.weights({.name = "class-weights",
                   .says = "none, balanced, label=weight,label=weight…, or a file of lines: weight, tab, label",
                   .part = options::Part::kLoss,
                   .more = "weights of the labels in the loss: none; balanced, so that each label weighs the same in "
                           "all; `label=weight,label=weight…`; or a file with a weight, a tab and a label in each "
                           "line. Labels left out have 1",
                   .idle = several_labels},
                  options.class_weights, kClassWeights, options.given_weights, options.written_weights);
}

void parse_class_weights(const std::string& text, TextLossOptions* options) {
  options->given_weights.clear();
  if (text == "none" || text == "balanced") {
    options->class_weights = text == "none" ? ClassWeights::kNone : ClassWeights::kBalanced;
    return;
  }
  options->class_weights = ClassWeights::kGiven;
  options->given_weights = text.find('=') != std::string::npos ? parse_list(text) : read_weights(text);
}

at::Tensor label_targets(const std::vector<std::vector<int32_t>>& labels, std::span<const int64_t> examples,
                         int64_t classes) {
  at::Tensor targets = at::zeros({static_cast<int64_t>(examples.size()), classes});
  float* row = targets.mutable_data_ptr<float>();
  for (const int64_t example : examples) {
    for (const int32_t c : labels[static_cast<size_t>(example)]) row[c] = 1;
    row += classes;
  }
  return targets;
}

TextLoss::TextLoss(const TextLossOptions& options, const TextData& data)
    : data_(data), label_smoothing_(options.label_smoothing), of_guessing_(loss_of_shares(data, {})) {
  if (options.class_weights == ClassWeights::kNone && data.train_weights.empty()) return;
  const std::vector<double> classes = weights_of_classes(options, data);
  double sum = 0;
  for (int64_t i = 0; i < data.train.size(); ++i) {
    const double row = data.train_weights.empty() ? 1 : data.train_weights[static_cast<size_t>(i)];
    weights_.push_back(data.multi_label ? row : row * classes[static_cast<size_t>(data.train.label(i))]);
    sum += weights_.back();
  }
  if (!(sum > 0)) {
    throw UserError(ExitCode::kUsage, "the weights of all training rows are 0", "Give some of them a weight above 0.");
  }
  for (double& weight : weights_) weight *= static_cast<double>(weights_.size()) / sum;
  of_guessing_ = loss_of_shares(data, weights_);
}

at::Tensor TextLoss::operator()(const at::Tensor& logits, const at::Tensor& labels,
                                std::span<const int64_t> examples) const {
  if (data_.multi_label) return binary(logits, examples);
  if (weights_.empty()) {
    return at::cross_entropy_loss(logits, labels, {}, at::Reduction::Mean, /*ignore_index=*/-100, label_smoothing_);
  }
  const at::Tensor losses =
      at::cross_entropy_loss(logits, labels, {}, at::Reduction::None, /*ignore_index=*/-100, label_smoothing_);
  return (losses * weights_of(examples, losses.scalar_type())).mean();
}

double TextLoss::mean_weight(std::span<const int64_t> examples) const {
  if (weights_.empty() || examples.empty()) return 1;
  double sum = 0;
  for (const int64_t example : examples) sum += weights_[static_cast<size_t>(example)];
  return sum / static_cast<double>(examples.size());
}

at::Tensor TextLoss::weights_of(std::span<const int64_t> examples, at::ScalarType type) const {
  at::Tensor weights = at::empty({static_cast<int64_t>(examples.size())}, at::kDouble);
  double* weight = weights.mutable_data_ptr<double>();
  for (const int64_t example : examples) *weight++ = weights_[static_cast<size_t>(example)];
  return weights.to(type);
}

// A smoothed target lies that much nearer to a half.
at::Tensor TextLoss::binary(const at::Tensor& logits, std::span<const int64_t> examples) const {
  at::Tensor targets = label_targets(data_.train_labels, examples, logits.size(1)).to(logits.scalar_type());
  if (label_smoothing_ > 0) targets = targets * (1 - label_smoothing_) + label_smoothing_ / 2;
  const at::Tensor losses = at::binary_cross_entropy_with_logits(logits, targets, {}, {}, at::Reduction::None).mean(1);
  return weights_.empty() ? losses.mean() : (losses * weights_of(examples, losses.scalar_type())).mean();
}

}  // namespace fovea::tasks
