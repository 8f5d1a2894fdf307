#include "audit/audit.h"

#include <algorithm>
#include <cmath>

#include "audit/first_picture.h"
#include "audit/judgement.h"
#include "base/errors.h"
#include "base/random.h"
#include "base/timing.h"
#include "metrics/trust/distance.h"

namespace fovea::audit {
namespace {

using attribution::Method;

// Counts what a model is asked, and otherwise changes nothing.
class CountedSubject : public Subject {
 public:
  explicit CountedSubject(Subject& subject) : subject_(subject) {}

  int64_t inputs() const override { return subject_.inputs(); }
  int64_t parts(int64_t input) const override { return subject_.parts(input); }
  int64_t classes() const override { return subject_.classes(); }
  std::optional<int64_t> others() const override { return subject_.others(); }
  std::string class_name(int64_t input, int64_t c) const override { return subject_.class_name(input, c); }
  bool can(Erased how) const override { return subject_.can(how); }
  std::vector<Reading> read(std::span<const Question> questions) override {
    passes_ += std::ssize(questions);
    return subject_.read(questions);
  }
  std::vector<std::vector<double>> logits(std::span<const Question> questions) override {
    passes_ += std::ssize(questions);
    return subject_.logits(questions);
  }
  std::vector<std::vector<double>> logits_under(int64_t input, std::span<const Looks> variants) override {
    ++passes_;
    head_passes_ += std::ssize(variants);
    return subject_.logits_under(input, variants);
  }
  std::vector<attribution::Prior> priors(int64_t input) override { return subject_.priors(input); }
  uint64_t identity(int64_t input) const override { return subject_.identity(input); }
  attribution::Nouns nouns() const override { return subject_.nouns(); }

  int64_t passes() const { return passes_; }            // inputs read
  int64_t head_passes() const { return head_passes_; }  // answers from states that were there already

 private:
  Subject& subject_;
  int64_t passes_ = 0, head_passes_ = 0;
};

// Turns how much of each part is done into how much of all.
class ProgressMeter {
 public:
  struct Part {
    std::string name;
    double weight;  // in any unit that is the same for all
  };

  ProgressMeter(Progress progress, std::vector<Part> parts) : progress_(std::move(progress)), parts_(std::move(parts)) {
    for (const Part& part : parts_) total_ += part.weight;
  }

  // Begins the next part, in the order planned; takes how much of it is done, 0 to 1.
  std::function<void(double)> next() {
    const Part& part = parts_.at(at_++);
    const double before = before_;
    before_ += part.weight;
    return [this, &part, before](double share) {
      if (progress_) progress_(part.name, total_ > 0 ? (before + share * part.weight) / total_ : 1);
    };
  }

 private:
  Progress progress_;
  std::vector<Part> parts_;
  double total_ = 0, before_ = 0;
  size_t at_ = 0;
};

std::vector<ProgressMeter::Part> planned(const Subject& subject, const AuditOptions& options) {
  // In parts read: rough, by measurements on sentences of 19 parts.
  constexpr double kGradients = 60, kHead = 0.1, kOrders = 70;
  double parts = 0, squares = 0, pieces = 0;
  for (int64_t input = 0; input < subject.inputs(); ++input) {
    const double n = static_cast<double>(subject.parts(input));
    const double m = std::min(n, static_cast<double>(options.erasure.bounds.most_pieces));
    parts += n;
    squares += n * n;
    pieces += static_cast<double>(options.erasure.bounds.beam) * m * m * n / 2;
  }
  const double sampled = std::min(1.0, static_cast<double>(options.erasure.bound_inputs) /
                                           static_cast<double>(std::max<int64_t>(1, subject.inputs())));
  return {{"reading", parts},
          {"other methods", kGradients * parts + squares},
          {"gate", parts * (1 + kHead * options.permutations)},
          {"erasing weights", parts * 10},
          {subject.nouns().in("erasing {parts}"), kOrders * parts},
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
        meter_(progress, planned(subject, options)) {
    options_.erasure.seed = options_.seed;
    options_.erasure.bounds.how = attribution::way_of(subject, options_.erasure.bounds.how);
  }

  Result go() {
    FOVEA_CHECK(subject_.inputs() > 1, subject_.inputs());
    FOVEA_CHECK(std::ssize(input_.material.truth) == subject_.inputs(), input_.material.truth.size(),
                subject_.inputs());
    out_.nouns = subject_.nouns();
    read();
    ask_methods();
    ask_model();
    describe();
    judge();
    return std::move(out_);
  }

  AuditValues take_values() { return std::move(values_); }

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
    part("reading", [&] { values_.answers = answers_of(subject_); });
    progress(1);
    out_.inputs = subject_.inputs();
    out_.seed = options_.seed;
    const Method method = input_.given.method.value_or(Method::kAttention);
    out_.method = input_.given.audited ? "" : attribution::name_of(method);
    out_.seen_in_training = input_.seen_in_training;
    out_.seen_in_validation = input_.seen_in_validation;
    for (const Reading& reading : values_.answers.readings) {
      out_.looks = std::max(out_.looks, std::ssize(reading.looks));
    }
    if (!out_.nouns.elsewhere.empty()) {
      std::vector<double> shares;
      for (const Reading& reading : values_.answers.readings) shares.push_back(reading.elsewhere);
      out_.elsewhere = number_of(shares);
    }
  }

  void ask_methods() {
    part("other methods", [&] {
      Maps maps = maps_of(subject_, attributor_, input_.given, values_.answers, options_.seed, meter_.next());
      values_.maps = std::move(maps.maps);
      out_.priors = std::move(maps.priors);
      out_.left_out = std::move(maps.left_out);
      out_.gradient_gap = maps.gradient_gap;
      out_.gradient_steps = maps.gradient_steps;
      distance_ = leave_one_out_distance();
      if (attributor_.offers(Method::kWeightGradient) && attributor_.offers(Method::kAttentionGradient)) {
        gradients_ = {scores_of(Method::kWeightGradient), scores_of(Method::kAttentionGradient)};
      }
    });
  }

  std::vector<std::vector<double>> scores_of(Method method) {
    if (const Map* map = find_map(values_.maps, method)) return map->scores;
    std::vector<std::vector<double>> out;
    for (auto& of_input : attributor_.attribute(method, values_.answers.answer, options_.seed)) {
      out.push_back(std::move(of_input.scores));
    }
    return out;
  }

  // With two classes the whole answer moves as far as one of its probabilities.
  Map leave_one_out_distance() {
    constexpr Method kDistance = Method::kLeaveOneOutDistance;
    Map map{std::string(attribution::name_of(kDistance)), MapKind::kAttribution, {}, kDistance};
    const bool two = subject_.classes() == 2;
    map.scores = scores_of(two ? Method::kLeaveOneOut : kDistance);
    for (auto& scores : map.scores)
      for (double& score : scores) score = std::abs(score);
    return map;
  }

  void ask_model() {
    const Material& material = input_.material;
    const Answers& answers = values_.answers;
    part("gate", [&] {
      values_.gate = gate_values(subject_, material, answers, {options_.permutations, options_.seed}, meter_.next());
      values_.dependence = dependence(subject_, answers);
    });
    part("erasing weights",
         [&] { weights_ = erase_attention(subject_, answers, gradients_, options_.seed, meter_.next()); });
    values_.weights_matter = weights_.top_beyond_random;
    values_.losses = scores_of(Method::kLeaveOneOut);
    out_.answers = answer_facts(values_, material.classes, !subject_.others());
    options_.erasure.among = graded_rows(values_, material.classes, out_.answers);
    part(out_.nouns.in("erasing {parts}"), [&] {
      const auto words = meter_.next(), bounds = meter_.next();
      values_.erasure = erase(subject_, options_.erasure, answers, values_.maps, words, bounds);
    });
  }

  void describe() {
    const Rows all = all_rows(static_cast<size_t>(out_.inputs));
    out_.accuracy = number_of(values_.gate.own_right);
    out_.dependence = number_of(values_.dependence);
    out_.gate = gate_of(values_.gate, all);
    out_.attention_erasure = attention_erasure_of(weights_, all);
    const auto told = static_cast<std::ptrdiff_t>(maps_told(values_.maps));
    std::vector<Map> compared(values_.maps.begin(), values_.maps.begin() + told);
    if (input_.given.method != Method::kLeaveOneOutDistance) compared.push_back(distance_);
    out_.agreement = agreement_of(compared);
    if (input_.given.audited) note_map();
    out_.erasure = erasure_result(values_.erasure, options_.erasure, values_.maps);
    if (gradients_) out_.metrics.push_back(sight_of(attention_metric(weights_)));
    for (const MetricValues& metric : values_.erasure.metrics) out_.metrics.push_back(sight_of(metric));
    out_.metrics.push_back(sight_of(values_.erasure.bounds_metric));
  }

  // Whether the file's map is the model's attention, which is asked by order and sign. Where it is a distribution as
  // well, how far the two lie from each other, beside the attention at other places.
  void note_map() {
    Scores own;
    for (const Reading& reading : values_.answers.readings) own.push_back(reading.weights);
    const Scores& map = *input_.given.audited;
    out_.same_order = same_order(map, own);
    std::vector<double> distances, null_distances;
    for (size_t input = 0; input < map.size(); ++input) {
      std::vector<double> shares = map[input], elsewhere = own[input];
      double sum = 0;
      for (const double share : shares) {
        if (share < 0) return;  // it is none
        sum += share;
      }
      for (double& share : shares) share = sum > 0 ? share / sum : 1 / static_cast<double>(shares.size());
      shuffle(std::span<double>(elsewhere), {options_.seed, Purpose::kAuditPermutation, (uint64_t{1} << 41) + input});
      distances.push_back(metrics::jensen_shannon(shares, own[input]));
      null_distances.push_back(metrics::jensen_shannon(shares, elsewhere));
    }
    out_.map_distance = number_of(distances);
    out_.map_null_distance = number_of(null_distances);
  }

  void judge() {
    const InputValues inputs = input_values(subject_, values_, values_.erasure, input_.material, options_.seed);
    out_.evidence = evidence_of(out_, values_, values_.erasure, inputs, input_);
    const Rows& graded = *options_.erasure.among;
    out_.slices = slices_of(inputs, graded, input_.material.classes, out_.evidence);
    note_parts_and_halves(out_.evidence, out_.slices, inputs, graded, options_.seed);
    out_.verdict = decide(out_.evidence);
    values_.beyond = {inputs.map_beyond, inputs.best_beyond};
    judge_first(graded);
    out_.examples =
        examples_of(input_.material, values_.answers, values_.maps.front(), values_.losses, inputs.comprehensiveness);
    for (Example& one : out_.examples) {
      one.answer_name = subject_.class_name(static_cast<int64_t>(one.row), one.answer);
    }
  }

  void judge_first(const Rows& graded) {
    if (input_.given.audited || input_.given.method) return;
    FirstEvidence first =
        evidence_of_first(out_.evidence, subject_, values_, values_.erasure, input_, graded, options_.seed);
    out_.first = judged_first(first, out_, values_, values_.erasure);
    values_.first_beyond = std::move(first.beyond);
    values_.first_evidence = std::move(first.evidence);
  }

  CountedSubject subject_;
  attribution::Attributor& attributor_;
  const AuditInput& input_;
  AuditOptions options_;
  ProgressMeter meter_;
  AuditValues values_;
  Map distance_;
  WeightGradients gradients_;
  AttentionErasure weights_;
  Result out_;
};

}  // namespace

Result audit_quickly(Subject& subject, attribution::Attributor& attributor, const AuditInput& input,
                     const AuditOptions& options, const Progress& progress, AuditValues* values) {
  QuickAudit audit(subject, attributor, input, options, progress);
  Result result = audit.go();
  if (values) *values = audit.take_values();
  return result;
}

}  // namespace fovea::audit
