#include "tasks/labelled.h"

#include <algorithm>
#include <numeric>

#include "attribution/attributor.h"
#include "base/errors.h"
#include "base/text.h"
#include "tasks/kind.h"
#include "tasks/measured.h"

namespace fovea::tasks {
namespace {

constexpr int kProbabilityDigits = 4, kFasttextDigits = 5;
constexpr size_t kRanked = 3;  // labels above a picture

std::vector<attribution::Reading> whole(const LabelledModel& model, const Inputs& inputs, int64_t first,
                                        int64_t count) {
  std::vector<attribution::Question> questions(static_cast<size_t>(count));
  for (attribution::Question& question : questions) question.input = first++;
  return model.readings(inputs, questions);
}

class LabelledSubject final : public attribution::Subject {
 public:
  LabelledSubject(std::shared_ptr<const LabelledModel> model, const Inputs& inputs, std::span<const int64_t> chosen)
      : model_(std::move(model)), inputs_(inputs), chosen_(chosen.begin(), chosen.end()) {}

  int64_t inputs() const override { return std::ssize(chosen_); }
  int64_t parts(int64_t input) const override { return model_->parts(inputs_, number(input)); }
  int64_t classes() const override { return std::ssize(model_->classes()); }
  bool can(attribution::Erased how) const override { return model_->can(how); }
  uint64_t identity(int64_t input) const override { return model_->identity(inputs_, number(input)); }
  attribution::Nouns nouns() const override { return model_->kind().nouns(); }
  std::vector<attribution::Prior> priors(int64_t) override { return {}; }

  std::vector<attribution::Reading> read(std::span<const attribution::Question> questions) override {
    std::vector<attribution::Question> numbered(questions.begin(), questions.end());
    for (attribution::Question& question : numbered) question.input = number(question.input);
    return model_->readings(inputs_, numbered);
  }
  std::vector<std::vector<double>> logits(std::span<const attribution::Question> questions) override {
    std::vector<std::vector<double>> all;
    for (attribution::Reading& reading : read(questions)) all.push_back(std::move(reading.logits));
    return all;
  }
  std::vector<std::vector<double>> logits_under(int64_t input, std::span<const attribution::Looks> variants) override {
    return model_->logits_under(inputs_, number(input), variants);
  }

 private:
  int64_t number(int64_t input) const { return chosen_[static_cast<size_t>(input)]; }

  std::shared_ptr<const LabelledModel> model_;
  const Inputs& inputs_;
  std::vector<int64_t> chosen_;
};

}  // namespace

std::vector<std::unique_ptr<Answer>> LabelledModel::answer(const Inputs& inputs, int64_t first, int64_t count,
                                                           const AnswerOptions& options) const {
  std::vector<std::unique_ptr<Answer>> answers;
  for (attribution::Reading& reading : whole(*this, inputs, first, count)) {
    const int64_t input = first + std::ssize(answers);
    answers.push_back(std::make_unique<LabelledAnswer>(LabelledAnswer::Of{
        .labels = classes(),
        .probabilities = std::move(reading.probabilities),
        .weights = reading.weights,
        .picture = picture(inputs, input, reading.weights),
        .truth = options.truths ? truth(inputs, input) : -1,
        .line = options.truths ? inputs.line(input) : 0,
        .abstain = options.abstain,
    }));
  }
  return answers;
}

std::unique_ptr<TestResult> LabelledModel::test(const Inputs& inputs, const AnswerOptions& options) const {
  if (options.abstain > 0) {
    throw UserError(ExitCode::kUsage, "--abstain cannot apply: a test of this kind counts every answer",
                    "Leave --abstain out.");
  }
  std::vector<std::vector<double>> probabilities;
  for (attribution::Reading& reading : whole(*this, inputs, 0, inputs.size())) {
    probabilities.push_back(std::move(reading.probabilities));
  }
  return measured_labels(*this, inputs, probabilities);
}

Asked LabelledModel::ask(const Inputs& inputs, std::span<const int64_t> chosen) const {
  const auto subject = std::make_shared<LabelledSubject>(shared_from_this(), inputs, chosen);
  return {.subject = subject, .attributor = std::make_shared<attribution::PlainAttributor>(*subject)};
}

std::vector<attribution::MethodFacts> LabelledModel::methods() const {
  using attribution::Method;
  return {attribution::facts_of(Method::kAttention), attribution::facts_of(Method::kLeaveOneOut),
          attribution::facts_of(Method::kLeaveOneOutDistance), attribution::facts_of(Method::kRandom)};
}

LabelledAnswer::LabelledAnswer(Of of) : of_(std::move(of)), ranking_(of_.labels.size()) {
  std::iota(ranking_.begin(), ranking_.end(), int64_t{0});
  std::stable_sort(ranking_.begin(), ranking_.end(),
                   [&](int64_t a, int64_t b) { return probability(a) > probability(b); });
}

std::span<const int64_t> LabelledAnswer::shown(const Shown& shown) const {
  const auto wanted = static_cast<size_t>(std::max(shown.top.value_or(1), 1));
  return std::span(ranking_).first(std::min(wanted, ranking_.size()));
}

Json LabelledAnswer::json(const Shown& shown) const {
  Json json = {{"label", abstained() ? Json() : Json(name(decided()))}, {"probability", probability(decided())}};
  if (abstained()) json["abstained"] = true;
  json["probabilities"] = Json::array();
  for (const int64_t label : this->shown(shown)) {
    json["probabilities"].push_back({{"label", name(label)}, {"probability", probability(label)}});
  }
  if (of_.truth >= 0) json["truth"] = name(of_.truth);
  if (of_.line > 0) json["line"] = of_.line;
  json["weights"] = of_.weights;
  return json;
}

std::string LabelledAnswer::line(Form form, const Shown& shown, const draw::Style& style) const {
  const bool fasttext = form == Form::kFasttext;
  if (abstained() && fasttext) return "";
  std::string text = abstained() ? "\t" + fixed(probability(decided()), kProbabilityDigits) : "";
  for (const int64_t label : abstained() ? std::span<const int64_t>() : this->shown(shown)) {
    text += (text.empty() ? ""
             : fasttext   ? " "
                          : "\t") +
            std::string(fasttext ? "__label__" : "") + draw::safe_text(name(label)) + (fasttext ? " " : "\t") +
            fixed(probability(label), fasttext ? kFasttextDigits : kProbabilityDigits);
  }
  return form == Form::kExplained ? text + "\n" + draw::picture_text(of_.picture, style) : text;
}

draw::Headline LabelledAnswer::headline() const {
  draw::Headline headline;
  for (const int64_t label : std::span(ranking_).first(std::min(kRanked, ranking_.size()))) {
    headline.ranking.push_back({name(label), probability(label)});
  }
  if (of_.truth >= 0) headline.truth = name(of_.truth);
  headline.line = of_.line;
  return headline;
}

}  // namespace fovea::tasks
