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

// What is shown of an input before anybody asks for more: its weights, or what another method says where they are
// nearly even.
struct FirstPictureRule {
  std::optional<attribution::Method> stand_in;  // none: always the weights
  std::function<bool(const Weights&)> nearly_even;
};

// What is compared beside what the subject itself is asked for.
struct GivenMaps {
  std::optional<Scores> audited;              // in place of the model's attention
  std::optional<attribution::Method> method;  // likewise what this method says; of the two one at most
  FirstPictureRule first;
  // How much each part speaks for each class by the data alone, [input][part][class]: a map that knows the data and not
  // the model. Empty: there is none.
  std::vector<std::vector<std::vector<double>>> odds;
  std::optional<Scores> other_model;     // where another training of the model looks, or what `method` says of it
  std::optional<Scores> other_stand_in;  // what `first.stand_in` says of that training
};

inline constexpr const char* kOddsMap = "bag-of-words";
inline constexpr const char* kOtherModelMap = "another model";

// The maps that are compared on one model: the one audited, which is the model's own attention, that of a method or a
// given one, then the own one beside it, each of several looks, the other methods, the priors, the other given ones,
// and last what is shown first where that is another map (first_picture.h). Beside a map without a negative score the
// odds are without sign: of the class that a part speaks for or against most.
Maps maps_of(Subject& subject, attribution::Attributor& attributor, const GivenMaps& given, const Answers& answers,
             uint64_t seed, const std::function<void(double)>& progress);

// What one method says of each input.
Scores scores_by(attribution::Attributor& attributor, attribution::Method method, const std::vector<int64_t>& towards,
                 uint64_t seed);

// Whether two maps put the parts of every input into one order, sign and all; scores of the second that differ by no
// more than a file rounds them are one.
bool same_order(const Scores& first, const Scores& second);

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
