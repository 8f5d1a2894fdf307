#include "attribution/attributor.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"
#include "base/random.h"

namespace fovea::attribution {
namespace {

constexpr int64_t kPartsAtOnce = 1'000'000;  // of questions: what is held, not what is read in one pass

std::vector<double> softmax(std::span<const double> logits) {
  const double highest = *std::max_element(logits.begin(), logits.end());
  std::vector<double> probabilities;
  double sum = 0;
  for (const double logit : logits) sum += probabilities.emplace_back(std::exp(logit - highest));
  for (double& probability : probabilities) probability /= sum;
  return probabilities;
}

// Leaves the parts of all inputs out, one after the other.
class Losses {
 public:
  Losses(Subject& subject, std::span<const int64_t> towards, Method method)
      : subject_(subject),
        towards_(towards),
        signed_(method == Method::kLeaveOneOut),
        how_(way_of(subject, Erased::kDeleted)),
        all_(static_cast<size_t>(subject.inputs())) {
    for (const std::vector<double>& logits : subject.logits(whole_inputs(subject))) whole_.push_back(softmax(logits));
  }

  std::vector<Attribution> run() {
    for (int64_t input = 0; input < subject_.inputs(); ++input) {
      const int64_t parts = subject_.parts(input);
      all_[static_cast<size_t>(input)].scores.resize(static_cast<size_t>(parts));
      for (int64_t part = 0; part < parts; ++part) {
        questions_.push_back({.input = input, .gone = {part}, .how = how_});
        parts_asked_ += how_ == Erased::kDeleted ? parts - 1 : parts;
        if (parts_asked_ >= kPartsAtOnce) take_answers();
      }
    }
    take_answers();
    return std::move(all_);
  }

 private:
  void take_answers() {
    const std::vector<std::vector<double>> logits = subject_.logits(questions_);
    for (size_t q = 0; q < questions_.size(); ++q) {
      const auto input = static_cast<size_t>(questions_[q].input), part = static_cast<size_t>(questions_[q].gone[0]);
      all_[input].scores[part] = loss_of(input, softmax(logits[q]));
    }
    questions_.clear();
    parts_asked_ = 0;
  }

  double loss_of(size_t input, const std::vector<double>& rest) const {
    const std::vector<double>& whole = whole_[input];
    const auto c = static_cast<size_t>(towards_[input]);
    if (signed_) return whole[c] - rest[c];
    double sum = 0;
    for (size_t y = 0; y < whole.size(); ++y) sum += std::abs(whole[y] - rest[y]);
    return sum / 2;
  }

  Subject& subject_;
  std::span<const int64_t> towards_;
  bool signed_;
  Erased how_;
  std::vector<Attribution> all_;
  std::vector<std::vector<double>> whole_;  // probabilities of each input as it is
  std::vector<Question> questions_;
  int64_t parts_asked_ = 0;
};

std::vector<Attribution> attention(Subject& subject) {
  std::vector<Attribution> all;
  for (Reading& reading : subject.read(whole_inputs(subject))) all.push_back({std::move(reading.weights)});
  return all;
}

std::vector<Attribution> random(const Subject& subject, uint64_t seed) {
  std::vector<Attribution> all;
  for (int64_t input = 0; input < subject.inputs(); ++input) all.push_back({random_scores(subject, input, seed)});
  return all;
}

}  // namespace

std::vector<Attribution> leave_one_out(Subject& subject, std::span<const int64_t> towards, Method method) {
  FOVEA_CHECK(method == Method::kLeaveOneOut || method == Method::kLeaveOneOutDistance);
  FOVEA_CHECK(std::ssize(towards) == subject.inputs(), towards.size(), subject.inputs());
  return Losses(subject, towards, method).run();
}

std::vector<double> random_scores(const Subject& subject, int64_t input, uint64_t seed) {
  const uint64_t base = stream_base({seed, Purpose::kRandomScores, subject.identity(input)});
  std::vector<double> scores;
  for (int64_t part = 0; part < subject.parts(input); ++part)
    scores.push_back(uniform(base, static_cast<uint64_t>(part)));
  return scores;
}

bool PlainAttributor::offers(Method method) const {
  return method == Method::kAttention || method == Method::kLeaveOneOut || method == Method::kLeaveOneOutDistance ||
         method == Method::kRandom;
}

std::vector<Attribution> PlainAttributor::attribute(Method method, std::span<const int64_t> towards, uint64_t seed) {
  FOVEA_CHECK(std::ssize(towards) == subject_.inputs(), towards.size(), subject_.inputs());
  switch (method) {
    case Method::kAttention:
      return attention(subject_);
    case Method::kLeaveOneOut:
    case Method::kLeaveOneOutDistance:
      return leave_one_out(subject_, towards, method);
    case Method::kRandom:
      return random(subject_, seed);
    default:
      FOVEA_CHECK(false, "it cannot be asked by this method");
      return {};
  }
}

}  // namespace fovea::attribution
