// What is audited: texts, what the model makes of them, and the maps of their words that are compared.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "attribution/subject.h"

namespace fovea::audit {

using attribution::Looks;
using attribution::Reading;
using attribution::Subject;
using attribution::Text;
using attribution::Weights;

struct Material {
  std::vector<Text> texts;           // each of two words or more
  std::vector<int64_t> truth;        // class of each; −1: unknown
  std::vector<std::string> classes;  // C names
};

// What the model makes of each text, and the class that all is asked about: the most probable one on the full text,
// which stays the same whatever is erased.
struct Answers {
  std::vector<Reading> readings;
  std::vector<int64_t> answer;  // c of each text; of equally probable ones the first

  double probability(size_t text) const { return readings[text].probabilities[static_cast<size_t>(answer[text])]; }
};
int64_t largest(const std::vector<double>& values);  // the first of the largest; −1 of none
Answers answers_of(Subject& subject, const Material& material);

// Whether the model is right on each text: 1, 0, or kNone where the truth is unknown.
std::vector<double> right_of(const Material& material, const Answers& answers);

// What a map of words is in an audit.
enum class MapKind {
  kAudited,      // the one that the verdict is about: the model's attention, or a file's
  kOwn,          // the model's attention, beside a map from a file
  kLook,         // one of its several looks
  kAttribution,  // computed from the model by another method: what a sensible map can reach
  kPrior,        // knows nothing of the model: the null case
};

struct Map {
  std::string name;
  MapKind kind = MapKind::kAttribution;
  std::vector<std::vector<double>> scores;  // [text][word]; only their order counts
};

// How far an audit is, 0 to 1 of all of it, and what it does now.
using Progress = std::function<void(const std::string& part, double share)>;

}  // namespace fovea::audit
