// Scripts that write no blanks between words, as Chinese, Japanese and Thai: what is shown of such a text is cut at its
// subwords, where all else is cut at its blanks.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "tasks/translation/alignment.h"

namespace fovea::tasks {

// Whether a text of UTF-8 has letters of such a script.
bool has_unspaced(std::string_view text);

// `words` with those of such a script cut where its subwords begin; starts [subwords]: their first bytes in the text.
// The others stay as they are.
CutWords cut_unspaced(const CutWords& words, std::span<const size_t> starts);

// The numbers of the words before which no blank stands, the first one's not among them.
std::vector<int64_t> glued_words(const CutWords& words);

}  // namespace fovea::tasks
