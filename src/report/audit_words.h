// How the outcome of an audit is put into words and numbers, the same in the terminal and on a page.
#pragma once

#include <string>
#include <vector>

#include "audit/result.h"

namespace fovea::report {

std::string bare(double value, int decimals = 2);  // .31, -.03, 1.20; "-" where it is not finite
std::string with_interval(const audit::Number& number, int decimals = 2);  // ".31 (.29 to .33)"; "-" of nothing

std::string grade_text(const audit::Verdict& verdict);  // "informative, provisional, replaceable, seen-data"

// What the grade means for a decision, as docs/audit.md has it.
std::string grade_meaning(audit::Grade grade, const attribution::Nouns& nouns = {});
// Of the map that was audited: the same where that is the weights.
std::string grade_meaning(const audit::Result& result);

// Of the maps computed from the model by other methods the one of the highest normalised AOPC; null where there is
// none.
const audit::MapErasure* best_other(const audit::PartErasureResult& erasure);

std::string per_cent_interval(const audit::Number& share);  // "26 % (21 to 31)"; "-" of nothing

std::string verdict_text(const audit::Result& result);  // "decorative, provisional (quick audit of the weights)"

// "shows contribution first: informative, 97 % (95 to 99) of the way; bag of words that knows the label: 91 %", of the
// picture that explain shows first; "" where another map is audited.
std::string first_picture_text(const audit::Result& result);

// What to do in place of believing the map; "" where there is nothing better.
std::string advice(const audit::Result& result);
// The method that it names; "" = none.
std::string advised_method(const audit::Result& result);

// The last names of paths, for a page that is sent away: "a/b/dev.tsv, c" gives "dev.tsv, c".
std::string last_name(const std::string& paths);

// The lines of the verdict, that itself first: name and text of each.
struct VerdictLine {
  std::string name, text;
};
std::vector<VerdictLine> verdict_lines(const audit::Result& result);

// What the protocol leaves open and how it was chosen here, one sentence each.
std::vector<std::string> choices(const audit::Result& result);

}  // namespace fovea::report
