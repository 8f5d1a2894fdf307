// How the outcome of a study is put into words and numbers, the same in the terminal and on the page.
#pragma once

#include <string>

#include "study/comparison.h"

namespace fovea::report {

std::string points(double share);                                // 0.0031 → "+0.3", of a difference
std::string interval_points(const metrics::Interval& interval);  // "−0.8 to +1.4"
std::string p_text(double p);                                    // ".012", "<.001", "1"
std::string seconds_text(double seconds);                        // "6.6 s", "2.7 min"
std::string size_text(int64_t bytes);                            // "812 kB", "23.4 MB"
std::string spread_text(const study::Spread& spread);            // of shares: "82.1 ± 0.4", of one seed "82.1"

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
