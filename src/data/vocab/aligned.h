// The look-up form of a text with the places that its parts come from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/vocab/normalise.h"

namespace fovea::data {

// What normalises for itself: the form from byte `form` on comes from the text from byte `text` on.
struct AlignedPart {
  size_t form = 0, text = 0;
};

struct AlignedForm {
  std::string form;                // as append_normalised makes it
  std::vector<AlignedPart> parts;  // rising in `text`; of ASCII none, its bytes stand where they stood
};

AlignedForm align_normalised(std::string_view text, const NormaliseOptions& options);

// The first byte of the text from which the form has byte `at` on, or std::string::npos where that is in the middle of
// a part: there the form cannot be cut without cutting what is one in the text ("ﬁ" is "fi").
size_t text_place(const AlignedForm& aligned, size_t at);

}  // namespace fovea::data
