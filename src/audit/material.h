// What an audit asks about and how: the inputs of a subject, what the model makes of them, maps of their parts and the
// orders that maps give, and questions about inputs with parts erased.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "attribution/methods.h"
#include "attribution/subject.h"

namespace fovea::audit {

using attribution::Erased;
using attribution::Looks;
using attribution::Question;
using attribution::Reading;
using attribution::Subject;
using attribution::Weights;

// What is known of the inputs of a subject, each of which has two parts or more.
struct Material {
  std::vector<int64_t> truth;        // class of each input; −1: unknown
  std::vector<std::string> classes;  // C names
};

// What the model makes of each input, and the class that all is asked about: the most probable one on the whole input,
// which stays the same whatever is erased.
struct Answers {
  std::vector<Reading> readings;
  std::vector<int64_t> answer;  // c of each input; of equally probable ones the first

  double probability(size_t input) const { return readings[input].probabilities[static_cast<size_t>(answer[input])]; }
};
int64_t largest(const std::vector<double>& values);  // the first of the largest; −1 of none
// The class that these logits [C] answer: the most probable one that is not Subject::others().
int64_t answered(const Subject& subject, const std::vector<double>& logits);
Answers answers_of(Subject& subject);

// Whether the model is right on each input: 1, 0, or kNone where the truth is unknown.
std::vector<double> right_of(const Material& material, const Answers& answers);

// What a map of parts is in an audit.
enum class MapKind {
  kAudited,      // the one that the verdict is about: the model's attention, or a file's
  kOwn,          // the model's attention, beside a map from a file
  kLook,         // one of its several looks
  kAttribution,  // computed from the model by another method: what a sensible map can reach
  kPrior,        // knows nothing of the model: the null case
  kFirst,        // the picture that is shown first (first_picture.h); it and what follows have no row in tables
  kFirstPrior,   // a prior in the place of that of the same name, for the picture that is shown first
};

using Scores = std::vector<std::vector<double>>;  // [input][part]

struct Map {
  std::string name;
  MapKind kind = MapKind::kAttribution;
  Scores scores;                                   // only their order counts
  std::optional<attribution::Method> method = {};  // by which it was made; none of a look or of a map from a file
  int64_t instead = 0;                             // of kFirst: the inputs of which `method` is shown, not the weights
};

const Map* find_map(const std::vector<Map>& maps, attribution::Method method);  // the first; null: there is none

// How far an audit is, 0 to 1 of all of it, and what it does now.
using Progress = std::function<void(const std::string& part, double share)>;

// Positions, the most important first.
using Order = std::vector<int64_t>;

// By falling score; equal scores in an order drawn at random from (seed, stream): the number of the input, so that one
// map's ties are broken the same way wherever it is used.
Order order_of(const std::vector<double>& scores, uint64_t seed, uint64_t stream);

// Of each input of one map.
std::vector<Order> orders_of(const Scores& scores, uint64_t seed);

// Scores drawn at random for the parts of each input, the `draw`-th time: a map that knows nothing.
Scores random_map(const Subject& subject, uint64_t seed, uint64_t draw);

// A random order of 0 … n−1.
Order random_order(size_t n, uint64_t seed, uint64_t stream);

// Questions about inputs with parts erased. Many go to the model in one request, and what is asked twice of an input is
// asked once.
class ErasedInputs {
 public:
  ErasedInputs(Subject& subject, Erased how) : subject_(subject), how_(how) {}

  // Asks for an input without the parts at `positions`, in any order. Returns the number of the question.
  size_t add(int64_t input, std::vector<int64_t> positions);

  int64_t parts() const { return parts_; }  // that are read for all that was asked since the last answer

  // The logits [C] of each question; then there are none any more.
  std::vector<std::vector<double>> answer();

 private:
  Subject& subject_;
  Erased how_;
  std::vector<Question> asked_;
  std::map<std::pair<int64_t, std::vector<int64_t>>, size_t> known_;  // by input and rising positions
  int64_t parts_ = 0;
};

// A request of about this many parts keeps the model's batches full without holding much memory.
inline constexpr int64_t kPartsPerRequest = 200'000;

}  // namespace fovea::audit
