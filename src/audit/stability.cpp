#include "audit/stability.h"

#include <cmath>

#include "metrics/trust/distance.h"

namespace fovea::audit {
namespace {

std::vector<double> mean_right(const std::vector<Training>& trainings) {
  std::vector<double> mean(trainings.front().right.size(), 0);
  for (const Training& training : trainings) {
    for (size_t text = 0; text < mean.size(); ++text) {
      mean[text] += training.right[text] / static_cast<double>(trainings.size());
    }
  }
  return mean;
}

}  // namespace

Training training_of(const Material& material, const Answers& answers) {
  Training out;
  for (const Reading& reading : answers.readings) out.maps.push_back(reading.weights);
  out.right = right_of(material, answers);
  return out;
}

SeedStability stability_of(const std::vector<Training>& trainings) {
  SeedStability out;
  out.trained = std::ssize(trainings);
  std::vector<const Training*> matched;
  const double own = number_of(trainings.front().right).mean;
  for (const Training& training : trainings) {
    const Number accuracy = number_of(training.right);
    out.accuracies.push_back(accuracy.mean);
    if (accuracy.n == 0 || std::abs(accuracy.mean - own) <= kMatched) matched.push_back(&training);
  }
  out.seeds = std::ssize(matched);
  if (matched.size() < 2) return out;
  std::vector<double> distances(trainings.front().maps.size(), 0);
  for (size_t text = 0; text < distances.size(); ++text) {
    double pairs = 0;
    for (size_t a = 0; a < matched.size(); ++a) {
      for (size_t b = a + 1; b < matched.size(); ++b, ++pairs) {
        distances[text] += metrics::jensen_shannon(matched[a]->maps[text], matched[b]->maps[text]);
      }
    }
    distances[text] /= pairs;
  }
  out.distance = number_of(distances);
  return out;
}

Number gap_of(const std::vector<Training>& learned, const std::vector<Training>& even) {
  return number_of(difference_of(mean_right(learned), mean_right(even)));
}

}  // namespace fovea::audit
