// Word alignments as text, a line for each sentence with white space between its links. The Pharaoh form, which
// aligners write, has SOURCE-TARGET ("0-0 1-2"), words counted from 0. Gold standards have the same with p or ? in
// place of the hyphen where a link is possible and not sure ("1-1 2p3"), and count from 0 or from 1; some begin each
// line with the number of the sentence and a tab.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/sequence/links.h"
#include "metrics/sums.h"

namespace fovea::metrics {

// The content of a file, with its name for messages.
struct LinkFile {
  std::string name;
  std::string_view text;
  int64_t base = 0;  // the number of a sentence's first word, 0 or 1
};

// One entry for each line, empty ones among them; a final line end opens no further one. Lines end at LF or CRLF. Both
// throw UserError (kBadData) that names the line.
std::vector<Links> read_links(const LinkFile& file);
std::vector<GoldLinks> read_gold_links(const LinkFile& file);

// In Pharaoh form, without a line end: "0-0 1-2", in ascending order.
std::string links_text(const Links& links);

// The sums of kAer, kLinkPrecision, kLinkRecall and kLinkF1, a row for each sentence. Throws UserError (kBadData) where
// a file cannot be read so, where they have not as many lines, and where they have none.
RowSums score_links(const LinkFile& gold, const LinkFile& links);

}  // namespace fovea::metrics
