// Results as text for people, 80 columns.
#pragma once

#include <string>
#include <string_view>

#include "tasks/answer.h"

namespace fovea::report {

// How a terminal may be written to; decided by the door.
struct Style {
  bool colour = false;
  int width = 80;
};

// Text with control characters (C0, C1, DEL, escape), bidi controls and line ends made visible or harmless: nothing in
// it can move the cursor, colour the terminal or reorder the line. Tabs and line ends become a space.
std::string safe_text(std::string_view text);

// The width in terminal columns (wide East Asian characters and most emoji count 2, combining marks 0).
int display_width(std::string_view text);
// `text` cut to `width` columns with "…" where it was longer.
std::string ellipsize(std::string_view text, int width);

// The text of an answer with its words shaded by lift = weight × n (1 none … 8 full, by its logarithm) as 24-bit-free
// 256-colour backgrounds plus underline from lift 2; without colour, words above lift 2 read `word(.34)`.
// Characters between tokens are kept (line ends as spaces). Where sentences were weighed, each begins with its weight:
// "[.41] The film …".
std::string shaded_text(const tasks::Answer& answer, const Style& style);

// One line: "positive 0.77   The acting was never(.31) bad(.42)".
std::string explained_line(const tasks::Answer& answer, const Style& style);

// The lesson of `explain --steps`: per word score, weight, × even, contribution to the answered class (and with two
// classes only that one), the context's norm, then bias + contributions = logit per class, softmax, the answer.
// Of a model that reads sentences, contributions are those of sentences, and the words of each follow with their
// weights.
std::string mechanism_lesson(const tasks::Mechanism& mechanism, const Style& style);

// `fovea test` for people, and its fastText form ("N\t…\nP@1\t…\nR@1\t…\n", three decimals).
std::string test_report(const tasks::TestResult& result, const Style& style);
std::string test_report_fasttext(const tasks::TestResult& result);

}  // namespace fovea::report
