// The maps that are compared on one model, and whether they order the parts alike.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/material.h"
#include "audit/number.h"

namespace fovea::audit {

struct Maps {
  std::vector<Map> maps;              // the one audited first
  std::vector<std::string> priors;    // those that know nothing of the model: "position (earlier parts first)"
  std::vector<std::string> left_out;  // methods by which this model cannot be asked
  // Of integrated gradients: the most gradients taken, and the largest gap.
  int64_t gradient_steps = 0;
  double gradient_gap = 0;
};

// The maps that are compared on one model: the one audited, which is the model's own attention or `map`, then the own
// one beside it, each of several looks, the other methods and the priors.
Maps maps_of(Subject& subject, attribution::Attributor& attributor, const std::optional<Scores>& map,
             const Answers& answers, uint64_t seed, const std::function<void(double)>& progress);

// Does attention order the parts as other methods do? Kendall's tau-b, input by input. It describes and judges nothing:
// the other methods do not agree with each other either (Neely et al. 2021).
struct PairAgreement {
  std::string first, second;  // names of maps
  std::optional<attribution::Method> first_method = {}, second_method = {};
  Number tau;          // −1 … 1; 0 where the two know nothing of each other
  Number significant;  // share of the inputs with p < .05; .05 by chance
  Number tau_top;      // on the parts that the first puts on top
};

struct Agreement {
  int64_t top = 0;  // parts in tau_top: the larger of 10 and 10 % of the mean length
  std::vector<PairAgreement> pairs;
};

// The map audited with every other; then gradient with leave-one-out, where both are there.
Agreement agreement_of(const std::vector<Map>& maps);

// One value per input: tau-b, kNone where there is none.
std::vector<double> taus_of(const Map& first, const Map& second);

}  // namespace fovea::audit
