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
  int64_t seeds = 0;
  Number distance;  // mean JSD of two models' maps of a text
};

struct PlantedResult {
  double precision_at_one = 0;
  Number rank;      // of the planted word, from 1
  double used = 0;  // share of texts where the model's answer is the planted word's
};

struct FidelityRow {
  std::string name;
  Number plus, minus;
};

// A map that lies, and whether the audit says so.
struct Falsification {
  std::string control;
  Grade grade = Grade::kNotAuditable;
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
  std::optional<WordErasureResult> masked_erasure;  // on the twin trained with masks
  std::vector<FidelityRow> fidelity;
  std::optional<PlantedResult> planted;
  std::vector<Falsification> falsification;
};

}  // namespace fovea::audit
