#include "audit/adversary.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

#include "audit/deep.h"
#include "base/random.h"
#include "metrics/trust/distance.h"

namespace fovea::audit {
namespace {

constexpr uint64_t kSampleStream = uint64_t{1} << 42;
constexpr size_t kProbedAtOnce = 1'000'000;  // weights of a request
constexpr double kRounding = 1e-3;           // of the answers' size: a network reckons in float
constexpr double kSpread = 3;                // of the logits that the search begins with
constexpr double kTiny = 1e-10;              // as in metrics/trust/distance.h
// Of Adam (Kingma & Ba 2015).
constexpr double kFirstMoment = 0.9, kSecondMoment = 0.999, kDenominator = 1e-8;

// The answer of an input as a sum over its weighted parts: logits = bias + Σ over looks and parts of weight · slope.
struct SummedAnswer {
  size_t looks = 0, parts = 0, classes = 0;
  std::vector<double> bias;    // [C]
  std::vector<double> slopes;  // [looks, parts, C]

  std::vector<double> logits(const Looks& weights) const {
    std::vector<double> out = bias;
    const double* slope = slopes.data();
    for (const Weights& look : weights) {
      for (const double weight : look) {
        for (double& logit : out) logit += weight * *slope++;
      }
    }
    return out;
  }
};

// By asking for the whole weight on each part in turn, the other looks having none.
SummedAnswer summed_answer(Subject& subject, int64_t input, const Reading& reading) {
  SummedAnswer out;
  out.looks = reading.looks.size();
  out.parts = reading.weights.size();
  out.classes = reading.logits.size();
  const Looks none(out.looks, Weights(out.parts, 0));
  out.bias = subject.logits_under(input, std::span(&none, 1)).front();
  const size_t all = out.looks * out.parts, at_once = std::max<size_t>(1, kProbedAtOnce / all);
  for (size_t begin = 0; begin < all; begin += at_once) {
    std::vector<Looks> single;
    for (size_t at = begin; at < std::min(all, begin + at_once); ++at) {
      single.push_back(none);
      single.back()[at / out.parts][at % out.parts] = 1;
    }
    for (const std::vector<double>& logits : subject.logits_under(input, single)) {
      for (size_t c = 0; c < out.classes; ++c) out.slopes.push_back(logits[c] - out.bias[c]);
    }
  }
  return out;
}

bool near(const std::vector<double>& reckoned, const std::vector<double>& answered) {
  double size = 1, apart = 0;
  for (size_t c = 0; c < answered.size(); ++c) {
    size = std::max(size, std::abs(answered[c]));
    apart = std::max(apart, std::abs(reckoned[c] - answered[c]));
  }
  return apart <= kRounding * size;
}

Weights mean_of_looks(const Looks& looks) {
  Weights mean(looks.front().size(), 0);
  for (const Weights& look : looks) {
    for (size_t i = 0; i < mean.size(); ++i) mean[i] += look[i] / static_cast<double>(looks.size());
  }
  return mean;
}

// Box & Muller 1958, numbers 2·position and 2·position + 1 of the stream.
double normal(uint64_t base, uint64_t position) {
  const double radius = std::sqrt(-2 * std::log(1 - uniform(base, 2 * position)));
  return radius * std::cos(2 * std::numbers::pi * uniform(base, 2 * position + 1));
}

// Adam in the AMSGrad form (Reddi, Kale & Kumar 2018), which never lets a step grow again.
class AmsGrad {
 public:
  AmsGrad(size_t size, double rate) : rate_(rate), first_(size, 0), second_(size, 0), most_(size, 0) {}

  void step(std::vector<double>& values, const std::vector<double>& slope) {
    first_scale_ *= kFirstMoment;
    second_scale_ *= kSecondMoment;
    const double step = rate_ / (1 - first_scale_), scale = std::sqrt(1 - second_scale_);
    for (size_t i = 0; i < values.size(); ++i) {
      first_[i] += (1 - kFirstMoment) * (slope[i] - first_[i]);
      second_[i] += (1 - kSecondMoment) * (slope[i] * slope[i] - second_[i]);
      most_[i] = std::max(most_[i], second_[i]);
      values[i] -= step * first_[i] / (std::sqrt(most_[i]) / scale + kDenominator);
    }
  }

 private:
  double rate_, first_scale_ = 1, second_scale_ = 1;
  std::vector<double> first_, second_, most_;
};

// The distributions that are searched for one input, all at once.
class Search {
 public:
  Search(const SummedAnswer& answer, const Reading& reading, const AdversaryOptions& options, uint64_t input)
      : answer_(answer), reading_(reading), options_(options) {
    const size_t size = answer.looks * answer.parts;
    const uint64_t base = stream_base({options.seed, Purpose::kAdversary, input});
    for (int k = 0; k < options.distributions; ++k) {
      std::vector<double>& logits = logits_.emplace_back(size, -std::log(static_cast<double>(answer.parts)));
      for (size_t i = 0; i < size; ++i) logits[i] += kSpread * normal(base, static_cast<uint64_t>(k) * size + i);
      adam_.emplace_back(size, options.rate);
    }
  }

  std::vector<Looks> weights() const {
    std::vector<Looks> out;
    for (const std::vector<double>& logits : logits_) out.push_back(weights_of(logits));
    return out;
  }

  void step() {
    const std::vector<Looks> weights = this->weights();
    std::vector<Weights> means;
    for (const Looks& looks : weights) means.push_back(mean_of_looks(looks));
    const std::vector<std::vector<double>> by_mean = slopes_of_distances(means);
    for (size_t k = 0; k < weights.size(); ++k) {
      std::vector<double> slope = slope_of_answer(weights[k]);
      for (size_t at = 0; at < slope.size(); ++at) {
        slope[at] += by_mean[k][at % answer_.parts] / static_cast<double>(answer_.looks);
      }
      adam_[k].step(logits_[k], through_softmax(weights[k], slope));
    }
  }

 private:
  Looks weights_of(const std::vector<double>& logits) const {
    Looks looks;
    for (size_t look = 0; look < answer_.looks; ++look) {
      looks.push_back(metrics::probabilities_of(std::span(logits).subspan(look * answer_.parts, answer_.parts)));
    }
    return looks;
  }

  // Of the loss by each mean: −JSD to the model's own map, and −JSD between each two over the number of ordered pairs.
  // The slope of JSD(p, q) by p is ½ log(p / m), m = (p + q) / 2.
  std::vector<std::vector<double>> slopes_of_distances(const std::vector<Weights>& means) const {
    const size_t parts = answer_.parts, many = means.size();
    std::vector<std::vector<double>> slopes(many, std::vector<double>(parts, 0)), logs(many);
    for (size_t k = 0; k < many; ++k) {
      for (size_t i = 0; i < parts; ++i) {
        logs[k].push_back(std::log(means[k][i] + kTiny));
        slopes[k][i] -= 0.5 * (logs[k][i] - std::log((means[k][i] + reading_.weights[i]) / 2 + kTiny));
      }
    }
    const double each = many > 1 ? 1 / static_cast<double>(many * (many - 1)) : 0;
    for (size_t k = 0; k < many; ++k) {
      for (size_t other = k + 1; other < many; ++other) {
        for (size_t i = 0; i < parts; ++i) {
          const double middle = std::log((means[k][i] + means[other][i]) / 2 + kTiny);
          slopes[k][i] -= 0.5 * each * (logs[k][i] - middle);
          slopes[other][i] -= 0.5 * each * (logs[other][i] - middle);
        }
      }
    }
    return slopes;
  }

  // Of what moving the answer costs, by each weight.
  std::vector<double> slope_of_answer(const Looks& weights) const {
    std::vector<double> slope(answer_.slopes.size() / answer_.classes, 0);
    const std::vector<double> p = metrics::probabilities_of(answer_.logits(weights));
    if (metrics::total_variation(p, reading_.probabilities) <= options_.slack) return slope;
    std::vector<double> by_logit(p.size());
    double mean = 0;
    for (size_t c = 0; c < p.size(); ++c) {
      by_logit[c] = p[c] > reading_.probabilities[c] ? 0.5 * options_.pull : -0.5 * options_.pull;
      mean += p[c] * by_logit[c];
    }
    for (size_t c = 0; c < p.size(); ++c) by_logit[c] = p[c] * (by_logit[c] - mean);
    const double* from = answer_.slopes.data();
    for (double& of_weight : slope) {
      for (const double of_logit : by_logit) of_weight += of_logit * *from++;
    }
    return slope;
  }

  std::vector<double> through_softmax(const Looks& weights, const std::vector<double>& slope) const {
    std::vector<double> out(slope.size());
    for (size_t look = 0; look < weights.size(); ++look) {
      const double* of_look = slope.data() + look * answer_.parts;
      double mean = 0;
      for (size_t i = 0; i < answer_.parts; ++i) mean += weights[look][i] * of_look[i];
      for (size_t i = 0; i < answer_.parts; ++i) {
        out[look * answer_.parts + i] = weights[look][i] * (of_look[i] - mean);
      }
    }
    return out;
  }

  const SummedAnswer& answer_;
  const Reading& reading_;
  const AdversaryOptions& options_;
  std::vector<std::vector<double>> logits_;  // of the weights, [distribution][looks × parts]
  std::vector<AmsGrad> adam_;
};

// The largest distance that any map of these parts can have: it is convex, so that it is largest where one part has
// all of the weight, and there it grows as the model's own weight of that part falls.
double furthest(const Weights& own) {
  Weights alone(own.size(), 0);
  alone[static_cast<size_t>(std::min_element(own.begin(), own.end()) - own.begin())] = 1;
  return metrics::jensen_shannon(alone, own);
}

}  // namespace

AdversaryValues search_weights(Subject& subject, const Answers& answers, const AdversaryOptions& options,
                               const DeepDone& done) {
  AdversaryValues out;
  Order order = random_order(answers.readings.size(), options.seed, kSampleStream);
  order.resize(std::min(order.size(), options.inputs));
  std::sort(order.begin(), order.end());
  double searched = 0;
  for (const int64_t input : order) {
    done(searched++ / static_cast<double>(order.size()));
    const Reading& reading = answers.readings[static_cast<size_t>(input)];
    const SummedAnswer answer = summed_answer(subject, input, reading);
    Search search(answer, reading, options, subject.identity(input));
    const std::vector<Looks> begin = search.weights();
    const std::vector<std::vector<double>> begin_logits = subject.logits_under(input, begin);
    bool sums = near(answer.logits(reading.looks), reading.logits);
    for (size_t k = 0; k < begin.size(); ++k) sums = sums && near(answer.logits(begin[k]), begin_logits[k]);
    if (!sums) {
      ++out.left_out;
      continue;
    }
    for (int step = 0; step < options.steps; ++step) search.step();
    const std::vector<Looks> weights = search.weights();
    const std::vector<std::vector<double>> logits = subject.logits_under(input, weights);
    out.inputs.push_back(static_cast<size_t>(input));
    for (size_t eps = 0; eps < kSameAnswer.size(); ++eps) {
      double most = 0, found = 0;
      for (size_t k = 0; k < weights.size(); ++k) {
        const double moved = metrics::total_variation(metrics::probabilities_of(logits[k]), reading.probabilities);
        if (moved > kSameAnswer[eps]) continue;
        found = 1;
        most = std::max(most, metrics::jensen_shannon(mean_of_looks(weights[k]), reading.weights));
      }
      out.distance[eps].push_back(most);
      out.reached[eps].push_back(most / furthest(reading.weights));
      out.found[eps].push_back(found);
    }
  }
  done(1);
  return out;
}

AdversaryResult adversary_of(const AdversaryValues& values, const AdversaryOptions& options, int64_t looks) {
  AdversaryResult out;
  out.inputs = std::ssize(values.inputs);
  out.left_out = values.left_out;
  out.looks = looks;
  out.distributions = options.distributions;
  out.steps = options.steps;
  for (size_t eps = 0; eps < kSameAnswer.size(); ++eps) {
    OtherWeights& one = out.found[eps];
    one.same = kSameAnswer[eps];
    one.distance = number_of(values.distance[eps]);
    one.reached = number_of(values.reached[eps]);
    one.found = share_of(values.found[eps]);
    std::vector<double> near_ln2;
    for (const double distance : values.distance[eps]) {
      near_ln2.push_back(distance >= kNearFurthest * std::numbers::ln2 ? 1 : 0);
    }
    one.near_ln2 = share_of(near_ln2);
  }
  return out;
}

void search_other_weights(const DeepWork& work, const DeepDone& done) {
  AdversaryOptions options;
  options.seed = work.seed();
  work.result.adversary =
      adversary_of(search_weights(work.subject, work.values.answers, options, done), options, work.result.looks);
}

}  // namespace fovea::audit
