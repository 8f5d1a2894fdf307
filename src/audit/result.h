// What an audit came to: plain numbers for reports. What only the standard depth measures is optional.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "attribution/shortcut.h"
#include "audit/adversary.h"
#include "audit/gate.h"
#include "audit/maps.h"
#include "audit/material.h"
#include "audit/number.h"
#include "audit/plausibility.h"
#include "audit/roar.h"
#include "audit/soft_erasure.h"
#include "audit/trained_adversary.h"
#include "audit/transfer.h"
#include "audit/verdict.h"

namespace fovea::audit {

// What erasing parts in the order of one map does. Those of random parts are the null case.
struct MapErasure {
  std::string name;
  MapKind kind = MapKind::kAttribution;
  Number comprehensiveness, sufficiency;            // AOPC of p(c|x)
  Number comprehensiveness_odds, sufficiency_odds;  // AOPC of the log-odds of c
  std::array<Number, 5> without, only;              // by share of parts erased or kept: the curves
  Number normalised;                                // normalised AOPC, on the inputs whose bounds were searched
  Number violation, rises;                          // share of inputs: part_erasure.h
  // The map audited less this one, input by input, where this is another: of comprehensiveness with its p and Holm's,
  // of normalised AOPC.
  std::optional<Number> behind, normalised_behind;
  double p = 1, p_holm = 1;
};

struct BoundsResult {
  int64_t inputs = 0;
  int64_t grouped = 0;           // of which parts were erased in spans
  int64_t no_order_matters = 0;  // which have no place between the bounds
  int64_t exhaustive_up_to = 8, beam = 5, most_pieces = 40;
  Number lowest, highest;
  Number beyond_random;  // the map audited less random, normalised
  // The least and the most that p(c|x) lost of all erasings that were tried, by share of parts erased, or kept.
  std::array<Number, 5> without_least, without_most, only_least, only_most;
};

struct PartErasureResult {
  bool masked = false;           // parts were masked, else deleted
  std::vector<MapErasure> maps;  // the one audited first
  MapErasure random;             // the mean of the draws
  int64_t random_draws = 10;
  Number beyond_random;  // comprehensiveness of the map audited less random
  BoundsResult bounds;
};

// Inputs that have something in common, with a grade of their own where there are enough.
struct Slice {
  std::string by, name;  // the noun for parts, "answer" or "label"
  int64_t inputs = 0;
  double permuted_median = 0;
  Number comprehensiveness, random;
  Number beyond_random;  // of comprehensiveness
  Number recovered;      // how far the map goes from random parts to the best other method
  double p_holm = 1;     // of that being kRecoveredAtLeast or less, corrected over all parts that are graded
  Number tau;            // of the map audited with the gradient
  Number violation;
  std::optional<Grade> grade;  // by the rule of the whole; none of fewer than kSliceInputs with bounds
};
inline constexpr int64_t kSliceInputs = 50;

struct CostPart {
  std::string part;
  int64_t passes = 0, head_passes = 0;  // inputs read; answers from states that were there
  double seconds = 0;
};

// Single inputs that say in words what the means say in numbers: one as most are, and the one where the map is most in
// the wrong. Chosen by rule, not for their looks.
struct Example {
  enum class Kind {
    kTypical,  // right, and of the middle comprehensiveness of those that are
    kOdd,      // another part than the map's top one moves the answer most, by the largest lead of all inputs
  };
  Kind kind = Kind::kTypical;
  size_t row = 0;  // of the material
  int64_t answer = 0, truth = -1;
  double probability = 0;              // of the answer, on the full input
  std::vector<double> scores, losses;  // by part: the map audited; p(c|x) − p(c|x without the part)
  size_t top = 0, strongest = 0;       // parts: the first by score, the first by loss

  // What a door adds, for to an audit inputs are numbers: of a text the text itself, and the bytes [start, end) of each
  // word.
  std::string text, answer_name, truth_name, decision;
  int64_t line = 0;  // of the file
  std::vector<std::pair<int64_t, int64_t>> words;
};

// How stable the maps of models are that differ in their seed only.
struct SeedStability {
  int64_t trained = 0;             // the model audited is the first
  std::vector<double> accuracies;  // of each
  int64_t seeds = 0;               // compared: those whose accuracy is near that of the model audited
  Number distance;                 // mean JSD of two models' maps of an input
  Number null_distance;  // the same where the parts of one of the two are permuted: maps that agree on nothing
  Number tau;            // Kendall's, of the two: whether they put the parts into one order
};

// How well a map of inputs with a planted shortcut of m parts names those, on the inputs where the model answers its
// class.
struct PlantedRow {
  std::string name;
  Number precision;  // precision@m: the share of them that are among the first m
  Number rank;       // their mean place, from 1; (m + 1)/2 is the best
};
// A model that answers the planted class less often has not learnt to use the parts.
inline constexpr double kPlantedUsed = 0.99;
// Nor has one that answers it more often, by so much, than one that knows nothing of it, where a shortcut of two parts
// lacks the one that completes it: to that model the other part is the shortcut.
inline constexpr double kPlantedIncomplete = 0.1;

// How well maps name a made-up shortcut that decides the answer, on a model trained with such.
struct PlantedResult {
  double used = 0;               // share of inputs where that model answers the class of the shortcut
  double untaught = 0;           // the same of the model audited, which does not know the parts: what chance gives
  std::vector<PlantedRow> rows;  // the model's attention first
  attribution::Shortcut shortcut = attribution::Shortcut::kPart;
  double incomplete = kNone;  // of a shortcut of two parts: the same of that model where one of them is missing
  Number precision() const { return rows.empty() ? Number{} : rows.front().precision; }
  bool taught() const { return used >= kPlantedUsed && !(incomplete > untaught + kPlantedIncomplete); }
};

// Accuracies this near are compared: a worse model may look elsewhere with reason.
inline constexpr double kMatched = 0.02;

inline constexpr double kMaskTwinAccuracy = 0.005;  // how far below the model's its accuracy may surely be
inline constexpr double kMaskTwinShift = 0.01;      // p below: masked inputs look strange to it

// A masked twin goes on from the model for so many epochs, at this share of its rate.
inline constexpr int64_t kMaskedEpochs = 4;
inline constexpr double kMaskedRate = 0.2;

// The twin trained with masks, and whether what it makes of masked inputs can be believed.
struct MaskTwin {
  double accuracy = 0, own_accuracy = 0;  // on the inputs of the audit: of the twin, of the model audited
  Number gap;  // of the twin less the model, paired: of these two, so that there is no luck of seeds in it
  double shift = 0, shift_p = 1;  // of its inner states by masking a tenth of the parts
  bool accepted = false;
};

struct FidelityRow {
  std::string name;
  MapKind kind = MapKind::kAttribution;
  Number plus, minus;
};

// A map that lies, and whether the audit says so.
struct Falsification {
  std::string control;
  Grade grade = Grade::kNotAuditable;
  Number precision;                 // at the planted part
  std::vector<std::string> fooled;  // metrics that do not put the true map above it
};

// A word, or what else a part is called, that answers hang on, and how often the map says so.
struct TellingPart {
  std::string name;
  int64_t strongest = 0;  // inputs in which no other part takes more from the answer
  int64_t named = 0;      // of those, where the map puts it first
  double takes = 0;       // from p(c|x), their mean
};

// Where the map's mass lies, of its scores without sign, and what an even map would have there.
struct MassAt {
  std::string where;
  double share = 0, even = 0;
};

// The picture that is shown of an input before anybody asks for more (first_picture.h), graded as the weights are.
struct FirstPicture {
  std::string method;   // that is shown in place of weights; "attention" where that is nowhere
  int64_t instead = 0;  // inputs of which it does
  Verdict verdict;
  Recovery recovery;
  Number normalised;
  Number odds;  // as recovery.share, of a bag of words that knows the label; n = 0 where the picture has no signs
};

struct Result {
  std::string model, data, map;      // as given; map: the file, "" where the model's attention is audited
  std::string method = "attention";  // by which the map audited was made; "" of a file
  bool by_method() const { return !method.empty() && method != "attention"; }  // and not the weights themselves
  attribution::Nouns nouns;  // what people call its inputs and their parts
  std::string asked;         // what is asked of each input, where that is not simply its answer; whole sentences
  Depth depth = Depth::kQuick;
  uint64_t seed = 1;
  int64_t inputs = 0, inputs_in_file = 0, too_short = 0;  // too_short: of fewer than two parts
  int64_t seen_in_training = 0, seen_in_validation = 0;
  bool remembers = true;  // whether the model knows which inputs it has seen
  Number accuracy;
  Number dependence;  // how far the answer moves when every part is masked
  AnswerFacts answers;
  int64_t looks = 1;
  Number elsewhere;  // share of the weights that is on no part, Reading::elsewhere; n = 0 where there is no such thing

  Verdict verdict;
  Evidence evidence;                  // what it was decided by
  std::optional<FirstPicture> first;  // none where another map is audited than the model's attention
  Gate gate;
  Agreement agreement;
  // Of the file's map and the model's attention: whether they put all parts into one order, and, where the map has no
  // negative score, their JSD beside that of the attention permuted.
  bool same_order = true;
  std::optional<Number> map_distance, map_null_distance;
  AttentionErasureResult attention_erasure;
  PartErasureResult erasure;
  std::vector<MetricSight> metrics;
  std::vector<Slice> slices;
  std::vector<Example> examples;
  std::vector<TellingPart> telling;  // the parts that answers hang on most, by how often the map fails to name them
  std::vector<MassAt> mass;
  std::vector<CostPart> cost;
  double gradient_gap = 0;            // of integrated gradients: the largest completeness gap
  int64_t gradient_steps = 0;         // the most steps it took
  std::vector<std::string> priors;    // the maps that know nothing of the model: "position (earlier parts first)"
  std::vector<std::string> left_out;  // methods by which this model cannot be asked

  std::optional<Plausibility> plausibility;  // agreement with people, where a door knows what they marked

  // Of the standard depth.
  int64_t twins_found = 0, twins_trained = 0;  // found beside the model, with a record that matches; trained here
  std::optional<Number> uniform_gap;
  std::optional<SeedStability> seeds;
  std::optional<MaskTwin> mask_twin;
  std::optional<PartErasureResult> masked_erasure;  // on it
  std::vector<FidelityRow> fidelity;
  std::optional<PlantedResult> planted;
  std::vector<Falsification> falsification;

  std::optional<SoftErasureResult> soft_erasure;

  // Of the deep depth.
  std::optional<AdversaryResult> adversary;
  std::vector<PlantedResult> shortcuts;  // those of two parts
  std::optional<TrainedAdversaryResult> trained_adversary;
  std::optional<TransferResult> transfer;
  std::optional<RoarResult> roar;
};

// The erasing that the grade rests on: on the twin trained with masks where that is sound, else on the model itself.
inline bool decided_by_twin(const Result& result) {
  return result.masked_erasure && result.mask_twin && result.mask_twin->accepted;
}
inline const PartErasureResult& deciding_erasure(const Result& result) {
  return decided_by_twin(result) ? *result.masked_erasure : result.erasure;
}

}  // namespace fovea::audit
