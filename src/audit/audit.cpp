#include "audit/audit.h"

#include <algorithm>
#include <cmath>

#include "audit/counted_subject.h"
#include "audit/dependence.h"
#include "audit/judgement.h"
#include "audit/progress.h"
#include "base/errors.h"
#include "base/timing.h"
#include "metrics/trust/distance.h"

namespace fovea::audit {
namespace {

using attribution::Method;

std::vector<ProgressMeter::Part> planned(const Material& material, const AuditOptions& options) {
  // In words read: rough, by measurements on sentences of 19 words.
  constexpr double kGradients = 60, kHead = 0.1, kOrders = 70;
  double words = 0, squares = 0, pieces = 0;
  for (const Text& text : material.texts) {
    const double n = static_cast<double>(text.size());
    const double m = std::min(n, static_cast<double>(options.erasure.bounds.most_pieces));
    words += n;
    squares += n * n;
    pieces += static_cast<double>(options.erasure.bounds.beam) * m * m * n / 2;
  }
  const double sampled = std::min(1.0, static_cast<double>(options.erasure.bound_texts) /
                                           static_cast<double>(std::max<size_t>(1, material.texts.size())));
  return {{"reading", words},
          {"other methods", kGradients * words + squares},
          {"gate", words * (1 + kHead * options.permutations)},
          {"erasing weights", words * 10},
          {"erasing words", kOrders * words},
          {"bounds", sampled * pieces}};
}

class QuickAudit {
 public:
  QuickAudit(Subject& subject, attribution::Attributor& attributor, const AuditInput& input,
             const AuditOptions& options, const Progress& progress)
      : subject_(subject),
        attributor_(attributor),
        input_(input),
        options_(options),
        meter_(progress, planned(input.material, options)) {
    options_.erasure.seed = options_.seed;
  }

  Result go() {
    FOVEA_CHECK(input_.material.texts.size() > 1, input_.material.texts.size());
    read();
    ask_methods();
    ask_model();
    describe();
    judge();
    return std::move(out_);
  }

  AuditTexts take_texts() { return std::move(texts_); }

 private:
  // Runs `work` as one part of the cost.
  template <typename Work>
  void part(const std::string& name, Work work) {
    const int64_t passes = subject_.passes(), head = subject_.head_passes();
    const Stopwatch watch;
    work();
    out_.cost.push_back({name, subject_.passes() - passes, subject_.head_passes() - head, watch.seconds()});
  }

  void read() {
    const auto progress = meter_.next();
    part("reading", [&] { texts_.answers = answers_of(subject_, input_.material); });
    progress(1);
    out_.texts = std::ssize(input_.material.texts);
    out_.seed = options_.seed;
    out_.seen_in_training = input_.seen_in_training;
    out_.seen_in_validation = input_.seen_in_validation;
    for (const Reading& reading : texts_.answers.readings) {
      out_.looks = std::max(out_.looks, std::ssize(reading.looks));
    }
  }

  void ask_methods() {
    part("other methods", [&] {
      texts_.maps = maps_of(attributor_, input_, texts_.answers, options_.seed, out_, meter_.next());
      distance_ = leave_one_out_distance();
      gradients_ = scores_of(Method::kWeightGradient);
      products_ = scores_of(Method::kAttentionGradient);
    });
  }

  std::vector<std::vector<double>> scores_of(Method method) {
    for (const Map& map : texts_.maps) {
      if (map.name == attribution::facts_of(method).name) return map.scores;
    }
    std::vector<std::vector<double>> out;
    for (auto& one : attributor_.attribute(method, input_.material.texts, texts_.answers.answer, options_.seed)) {
      out.push_back(std::move(one.scores));
    }
    return out;
  }

  // With two classes the whole answer moves as far as one of its probabilities.
  Map leave_one_out_distance() {
    Map map{std::string(attribution::facts_of(Method::kLeaveOneOutDistance).name), MapKind::kAttribution, {}};
    const bool two = subject_.classes() == 2;
    map.scores = scores_of(two ? Method::kLeaveOneOut : Method::kLeaveOneOutDistance);
    for (auto& scores : map.scores)
      for (double& score : scores) score = std::abs(score);
    return map;
  }

  void ask_model() {
    const Material& material = input_.material;
    const Answers& answers = texts_.answers;
    part("gate", [&] {
      texts_.gate = gate_texts(subject_, material, answers, {options_.permutations, options_.seed}, meter_.next());
      texts_.dependence = dependence(subject_, material, answers);
    });
    part("erasing weights", [&] {
      weights_ = erase_attention(subject_, material, answers, gradients_, products_, options_.seed, meter_.next());
    });
    part("erasing words", [&] {
      const auto words = meter_.next(), bounds = meter_.next();
      texts_.erasure = erase(subject_, options_.erasure, material, answers, texts_.maps, words, bounds);
    });
  }

  void describe() {
    const Rows all = all_rows(input_.material.texts.size());
    out_.accuracy = number_of(texts_.gate.own_right);
    out_.dependence = number_of(texts_.dependence);
    out_.answer_moves = median_of(texts_.dependence);
    out_.gate = gate_of(texts_.gate, all);
    out_.attention_erasure = attention_erasure_of(weights_, all);
    std::vector<Map> compared = texts_.maps;
    compared.push_back(distance_);
    out_.agreement = agreement_of(compared);
    if (input_.map) note_map();
    out_.erasure = erasure_result(texts_.erasure, options_.erasure, texts_.maps);
    out_.metrics.push_back(sight_of(attention_metric(weights_)));
    for (const MetricTexts& metric : texts_.erasure.metrics) out_.metrics.push_back(sight_of(metric));
    out_.metrics.push_back(sight_of(texts_.erasure.bounds_metric));
  }

  // How far the file's map lies from the model's attention, where it is a distribution as well: the absolute scores
  // scaled to sum 1.
  void note_map() {
    std::vector<double> distances;
    for (size_t text = 0; text < input_.map->size(); ++text) {
      std::vector<double> shares = (*input_.map)[text];
      double sum = 0;
      for (double& share : shares) sum += share = std::abs(share);
      for (double& share : shares) share = sum > 0 ? share / sum : 1 / static_cast<double>(shares.size());
      distances.push_back(metrics::jensen_shannon(shares, texts_.answers.readings[text].weights));
    }
    out_.map_distance = number_of(distances);
  }

  void judge() {
    const Evidence whole = evidence_of(out_, texts_, texts_.erasure);
    out_.verdict = decide(whole);
    const SliceTexts slices = slice_texts(texts_, texts_.erasure, input_.material);
    out_.slices = slices_of(slices, input_.material.classes, whole);
    out_.examples = examples_of(input_.material, texts_.answers, texts_.maps.front(), scores_of(Method::kLeaveOneOut),
                                slices.comprehensiveness);
  }

  CountedSubject subject_;
  attribution::Attributor& attributor_;
  const AuditInput& input_;
  AuditOptions options_;
  ProgressMeter meter_;
  AuditTexts texts_;
  Map distance_;
  std::vector<std::vector<double>> gradients_, products_;
  AttentionErasure weights_;
  Result out_;
};

}  // namespace

Result audit_quickly(Subject& subject, attribution::Attributor& attributor, const AuditInput& input,
                     const AuditOptions& options, const Progress& progress, AuditTexts* texts) {
  QuickAudit audit(subject, attributor, input, options, progress);
  Result result = audit.go();
  if (texts) *texts = audit.take_texts();
  return result;
}

}  // namespace fovea::audit
