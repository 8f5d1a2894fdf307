// What an audit came to: plain numbers for reports. What only the standard depth measures is optional.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/agreement.h"
#include "audit/attention_erasure.h"
#include "audit/example.h"
#include "audit/gate.h"
#include "audit/material.h"
#include "audit/number.h"
#include "audit/planted.h"
#include "audit/verdict.h"

namespace fovea::audit {

// What erasing words in the order of one map does. Those of random words are the null case.
struct MapErasure {
  std::string name;
  MapKind kind = MapKind::kAttribution;
  Number comprehensiveness, sufficiency;            // AOPC of p(c|x)
  Number comprehensiveness_odds, sufficiency_odds;  // AOPC of the log-odds of c
  std::array<Number, 5> without, only;              // by share of words erased or kept: the curves
  Number normalised;                                // normalised AOPC, on the texts whose bounds were searched
  Number violation, rises;                          // share of texts: sign.h
  // The map audited less this one, text by text, where this is another: of comprehensiveness with its p and Holm's, of
  // normalised AOPC.
  std::optional<Number> behind, normalised_behind;
  double p = 1, p_holm = 1;
};

struct BoundsResult {
  int64_t texts = 0, grouped = 0, no_order_matters = 0;  // grouped: words erased in spans; the last have no such number
  int64_t exhaustive_up_to = 8, beam = 5, most_pieces = 40;
  Number lowest, highest;
  Number beyond_random;  // the map audited less random, normalised
  // The least and the most that p(c|x) lost of all erasings that were tried, by share of words erased, or kept.
  std::array<Number, 5> without_least, without_most, only_least, only_most;
};

struct WordErasureResult {
  bool masked = false;           // words were masked, else deleted
  std::vector<MapErasure> maps;  // the one audited first
  MapErasure random;             // the mean of the draws
  int64_t random_draws = 10;
  Number beyond_random;  // comprehensiveness of the map audited less random
  BoundsResult bounds;
};

// Texts that have something in common, with a grade of their own where there are enough.
struct Slice {
  std::string by, name;  // "words", "answer" or "label"
  int64_t texts = 0;
  double permuted_median = 0;
  Number comprehensiveness, random;
  Number beyond_random;  // of comprehensiveness: within one model it needs no bounds, and every text counts
  Number tau;            // of the map audited with the gradient
  Number violation;
  std::optional<Grade> grade;  // none of fewer than kSliceTexts
};
inline constexpr int64_t kSliceTexts = 30;

struct CostPart {
  std::string part;
  int64_t passes = 0, head_passes = 0;  // texts read; answers from states that were there
  double seconds = 0;
};

// How stable the maps of models are that differ in their seed only.
struct SeedStability {
  int64_t trained = 0;             // the model audited is the first
  std::vector<double> accuracies;  // of each
  int64_t seeds = 0;               // compared: those whose accuracy is near that of the model audited
  Number distance;                 // mean JSD of two models' maps of a text
};

// A model that answers the planted class less often has not learnt to use the words.
inline constexpr double kPlantedUsed = 0.99;

// How well maps name a made-up word that decides the answer, on a model trained with such words.
struct PlantedResult {
  double used = 0;               // share of texts where that model answers the class of the planted word
  double untaught = 0;           // the same of the model audited, which does not know the words: what chance gives
  std::vector<PlantedRow> rows;  // the model's attention first
  double precision() const { return rows.empty() ? 0 : rows.front().precision.mean; }
  bool taught() const { return used >= kPlantedUsed; }
};

inline constexpr double kMatched =
    0.02;  // accuracies this near are compared: a worse model may look elsewhere with reason

inline constexpr double kMaskTwinAccuracy = 0.005;  // how far below the model's its accuracy may surely be
inline constexpr double kMaskTwinShift = 0.01;      // p below: masked texts look strange to it

// A masked twin goes on from the model for so many epochs, at this share of its rate.
inline constexpr int64_t kMaskedEpochs = 4;
inline constexpr double kMaskedRate = 0.2;

// The twin trained with masks, and whether what it makes of masked texts can be believed.
struct MaskTwin {
  double accuracy = 0, own_accuracy = 0;  // on the texts of the audit: of the twin, of the model audited
  Number gap;                             // of the twin less the model, paired
  double shift = 0, shift_p = 1;          // of its inner states by masking a tenth of the words
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
  Number precision;                 // at the planted word
  std::vector<std::string> fooled;  // metrics that do not put the true map above it
};

struct Result {
  std::string model, data, map;  // as given; map: the file, "" where the model's attention is audited
  Depth depth = Depth::kQuick;
  uint64_t seed = 1;
  int64_t texts = 0, texts_in_file = 0, too_short = 0;  // too_short: fewer than two words
  int64_t seen_in_training = 0, seen_in_validation = 0;
  Number accuracy;
  Number dependence;        // how far the answer moves when every word is masked
  double answer_moves = 0;  // its median
  int64_t looks = 1;

  Verdict verdict;
  Gate gate;
  Agreement agreement;
  std::optional<Number> map_distance;  // JSD between the file's map and the model's attention
  AttentionErasureResult attention_erasure;
  WordErasureResult erasure;
  std::vector<MetricSight> metrics;
  std::vector<Slice> slices;
  std::vector<Example> examples;
  std::vector<CostPart> cost;
  double gradient_gap = 0;     // of integrated gradients: the largest completeness gap
  int64_t gradient_steps = 0;  // the most steps it took

  // Of the standard depth.
  std::optional<Number> uniform_gap;
  std::optional<SeedStability> seeds;
  std::optional<MaskTwin> mask_twin;
  std::optional<WordErasureResult> masked_erasure;  // on it
  std::vector<FidelityRow> fidelity;
  std::optional<PlantedResult> planted;
  std::vector<Falsification> falsification;
};

// The erasing that the grade rests on: on the twin trained with masks where that is sound, else on the model itself.
inline bool decided_by_twin(const Result& result) {
  return result.masked_erasure && result.mask_twin && result.mask_twin->accepted;
}
inline const WordErasureResult& deciding_erasure(const Result& result) {
  return decided_by_twin(result) ? *result.masked_erasure : result.erasure;
}

}  // namespace fovea::audit
