// The measures that tasks are judged by, as functions of sums over rows (metrics/sums.h). A task lists those that it
// has; the first one decides.
#pragma once

#include <limits>
#include <span>
#include <string>

#include "metrics/sums.h"

namespace fovea::metrics {

// A row adds 1 where it is right.
double mean_of_rows(std::span<const double> sums, double rows);
inline constexpr Measure kAccuracy = {
    .name = "accuracy", .shown = "accuracy", .plural = "accuracies", .parts = 1, .score = mean_of_rows};

// The mean of F1 over the classes that occur in truth or prediction. A row adds for each class whether it is rightly
// said to be of it, wrongly said to be of it, wrongly not said to be of it.
double macro_f1_of_counts(std::span<const double> sums, double rows);
inline constexpr Measure kMacroF1 = {.name = "macro_f1",
                                     .shown = "macro F1",
                                     .plural = "macro F1 scores",
                                     .parts = 3,
                                     .per_class = true,
                                     .score = macro_f1_of_counts};

// Cross-entropy of a unit of what is predicted: a row of one label is one unit, a translation as many as its words. A
// row adds its nats and its units.
double ratio_of_sums(std::span<const double> sums, double rows);  // of the first part to the second
inline constexpr Measure kLoss = {.name = "loss",
                                  .shown = "loss",
                                  .plural = "losses",
                                  .parts = 2,
                                  .score = ratio_of_sums,
                                  .lower_is_better = true,
                                  .unit = Unit::kNats,
                                  .most = std::numeric_limits<double>::infinity()};

// A row adds what BleuCounts::sums() has (metrics/sequence/bleu.h).
double bleu_of_counts(std::span<const double> sums, double rows);
inline constexpr Measure kBleu = {.name = "bleu",
                                  .shown = "BLEU",
                                  .plural = "BLEU scores",
                                  .parts = 10,
                                  .score = bleu_of_counts,
                                  .unit = Unit::kHundredth};

// What ChrfCounts::sums() has (metrics/sequence/chrf.h).
double chrf_of_counts(std::span<const double> sums, double rows);
inline constexpr Measure kChrf = {.name = "chrf",
                                  .shown = "chrF2",
                                  .plural = "chrF2 scores",
                                  .parts = 18,
                                  .score = chrf_of_counts,
                                  .unit = Unit::kHundredth};

// What TerCounts::sums() has (metrics/sequence/ter.h).
double ter_of_counts(std::span<const double> sums, double rows);
inline constexpr Measure kTer = {.name = "ter",
                                 .shown = "TER",
                                 .plural = "translation edit rates",
                                 .parts = 2,
                                 .score = ter_of_counts,
                                 .lower_is_better = true,
                                 .unit = Unit::kHundredth,
                                 .most = std::numeric_limits<double>::infinity()};

// Of word alignments, all of the same sums: what LinkCounts::sums() has (metrics/sequence/links.h).
double aer_of_counts(std::span<const double> sums, double rows);
inline constexpr Measure kAer = {.name = "aer",
                                 .shown = "AER",
                                 .plural = "alignment error rates",
                                 .parts = 4,
                                 .score = aer_of_counts,
                                 .lower_is_better = true};
double link_precision_of_counts(std::span<const double> sums, double rows);
inline constexpr Measure kLinkPrecision = {.name = "link_precision",
                                           .shown = "precision of links",
                                           .plural = "precisions of links",
                                           .parts = 4,
                                           .score = link_precision_of_counts};
double link_recall_of_counts(std::span<const double> sums, double rows);
inline constexpr Measure kLinkRecall = {.name = "link_recall",
                                        .shown = "recall of links",
                                        .plural = "recalls of links",
                                        .parts = 4,
                                        .score = link_recall_of_counts};
double link_f1_of_counts(std::span<const double> sums, double rows);
inline constexpr Measure kLinkF1 = {
    .name = "link_f1", .shown = "F1 of links", .plural = "F1 scores of links", .parts = 4, .score = link_f1_of_counts};

// Share of the reference's words, or characters, that must be changed, left out or put in; above 1 where more is put in
// than there was. A row adds what Edits::sums() has (metrics/sequence/edits.h).
inline constexpr Measure kWordErrors = {.name = "wer",
                                        .shown = "WER",
                                        .plural = "word error rates",
                                        .parts = 2,
                                        .score = ratio_of_sums,
                                        .lower_is_better = true,
                                        .most = std::numeric_limits<double>::infinity()};
inline constexpr Measure kCharacterErrors = {.name = "cer",
                                             .shown = "CER",
                                             .plural = "character error rates",
                                             .parts = 2,
                                             .score = ratio_of_sums,
                                             .lower_is_better = true,
                                             .most = std::numeric_limits<double>::infinity()};

// A score on the scale on which it is published: BLEU of 0.273 as 27.3; a share stays one.
double published(const Measure& measure, double score);

// A score as people read it: "82.1 %", "0.512", "27.3".
std::string score_text(const Measure& measure, double score);
// The same with the name where a number does not say by itself what it is of: "BLEU 34.9".
std::string named_score_text(const Measure& measure, double score);

}  // namespace fovea::metrics
