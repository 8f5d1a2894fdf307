// How the outcome of a study is put into words and numbers, the same in the terminal and on the page.
#pragma once

#include <string>

#include "study/comparison.h"

namespace fovea::report {

// A score as people read it: 0.8213 → "82.1" of a share and of a score to 100, 0.4567 → "0.457" of nats.
std::string score_text(double score, const metrics::Measure& measure);
double shown_scale(const metrics::Measure& measure);       // that scores are multiplied by to be shown: 100, or 1
std::string unit_text(const metrics::Measure& measure);    // "per cent", "nats", "" of a score to 100
std::string points_text(const metrics::Measure& measure);  // of differences: "points", "nats"
std::string axis_text(const metrics::Measure& measure);    // "accuracy, per cent", "BLEU"

// Of a difference: 0.0031 → "+0.3"; "−0.8 to +1.4".
std::string difference_text(double difference, const metrics::Measure& measure);
std::string interval_text(const metrics::Interval& interval, const metrics::Measure& measure);

std::string p_text(double p);              // ".012", "<.001", "1"
std::string seconds_text(double seconds);  // "6.6 s", "2.7 min"
std::string size_text(int64_t bytes);      // "812 kB", "23.4 MB"
std::string spread_text(const study::Spread& spread,
                        const metrics::Measure& measure);  // "82.1 ± 0.4", of one seed "82.1"

// Whether all trainings of a variant together have this measure shown, and not each training alone: the one that
// decides, and those that are no loss.
bool shown_of_variants(const study::Comparison& comparison, size_t measure);
// What sizes are of: "words in a text".
std::string sizes_text(const study::InputNouns& nouns);

// What stands above the names of the variants: "attention", "attention, encoder".
std::string varied_options(const study::Comparison& comparison);
std::string variant_name(const study::VariantResult& variant);  // safe for a terminal
std::string spoken_name(
    const study::VariantResult& variant);                    // with the option where the value says little: "layers=2"
std::string quartile_name(const study::Quartile& quartile);  // "10–16", "7"

// What a variant came to beside the first, in plain words and whichever way it went.
std::string verdict(const study::Comparison& comparison, const study::VariantResult& variant);

// How differences, intervals and p were computed.
std::string method_text(const study::Comparison& comparison);

}  // namespace fovea::report
