#include "tasks/measured.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"
#include "base/text.h"
#include "draw/columns.h"
#include "draw/terminal.h"
#include "metrics/measures.h"
#include "tasks/kind.h"

namespace fovea::tasks {
namespace {

constexpr int kNamesWidth = 200;  // of the labels in a message

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

std::string line_of(const Scored& one) {
  const metrics::Interval interval = metrics::bootstrap(one.sums, one.measure);
  return std::string(one.measure.shown) + " " +
         metrics::score_text(one.measure, metrics::mean_score(one.sums, one.measure)) + "  (" +
         metrics::score_text(one.measure, interval.low) + " to " + metrics::score_text(one.measure, interval.high) +
         ")";
}

}  // namespace

Json Measured::json() const {
  Json json = {{"model", model_}, {"data", data_}, {"n", sizes_.size()}};
  json["unknown_labels"] = notes_.unknown;
  json["layout_difference"] = notes_.difference;
  for (const Scored& one : scored_) {
    const metrics::Interval interval = metrics::bootstrap(one.sums, one.measure);
    json[one.measure.name] = number(metrics::published(one.measure, metrics::mean_score(one.sums, one.measure)));
    json[std::string(one.measure.name) + "_ci"] = {number(metrics::published(one.measure, interval.low)),
                                                   number(metrics::published(one.measure, interval.high))};
  }
  return json;
}

std::string Measured::report(const draw::Style&) const {
  std::string text;
  for (const Told& told : this->told()) text += draw::summary_lines(told.name, told.text);
  for (const std::string& note : {notes_.difference, notes_.left_out}) {
    if (!note.empty()) text += draw::summary_lines("", draw::safe_text(note));
  }
  return text;
}

std::vector<Told> Measured::told() const {
  std::string text;
  for (const Scored& one : scored_) text += (text.empty() ? "" : "\n") + line_of(one);
  text += "\non " + counted(std::ssize(sizes_), nouns_.input, nouns_.inputs);
  if (notes_.unknown > 0) text += "; " + with_commas(notes_.unknown) + " more have no label that the model knows";
  return {{"test", text}};
}

void Measured::name(const std::string& model, const std::string& data) {
  model_ = model;
  data_ = data;
}

std::unique_ptr<TestResult> measured_labels(const Model& model, const Inputs& inputs,
                                            const std::vector<std::vector<double>>& probabilities) {
  Scored right{metrics::kAccuracy, {.parts = metrics::kAccuracy.parts}};
  Scored loss{metrics::kLoss, {.parts = metrics::kLoss.parts}};
  std::vector<int64_t> sizes;
  MeasuredNotes notes{.difference = inputs.difference(), .left_out = inputs.left_out()};
  for (size_t i = 0; i < probabilities.size(); ++i) {
    const std::vector<double>& classes = probabilities[i];
    const int64_t truth = model.truth(inputs, static_cast<int64_t>(i));
    if (truth < 0) {
      ++notes.unknown;
      continue;
    }
    const auto answered = std::max_element(classes.begin(), classes.end()) - classes.begin();
    const double probability = classes.at(static_cast<size_t>(truth));
    right.sums.values.push_back(answered == truth ? 1 : 0);
    loss.sums.values.insert(loss.sums.values.end(), {-std::log(std::max(probability, kLeastProbability)), 1});
    sizes.push_back(model.parts(inputs, static_cast<int64_t>(i)));
  }
  const Nouns nouns = model.kind().nouns();
  if (sizes.empty() && notes.unknown > 0) {
    throw UserError(
        ExitCode::kBadData,
        "of " + counted(notes.unknown, nouns.input, nouns.inputs) + " none has a label that the model knows",
        "The model knows: " + draw::ellipsize(joined(model.classes()), kNamesWidth) + ".");
  }
  right.sums.rows = loss.sums.rows = sizes.size();
  return std::make_unique<Measured>(nouns, std::vector<Scored>{std::move(right), std::move(loss)}, std::move(sizes),
                                    std::move(notes));
}

}  // namespace fovea::tasks
