#include "data/vocab/aligned.h"

#include <algorithm>

#include "data/vocab/characters.h"

namespace fovea::data {

AlignedForm align_normalised(std::string_view text, const NormaliseOptions& options) {
  AlignedForm aligned;
  if (is_ascii(text)) {
    append_normalised(text, options, &aligned.form);
    return aligned;
  }
  for (size_t start = 0; start < text.size();) {
    const size_t end = end_of_unit(text, start, options);
    aligned.parts.push_back({aligned.form.size(), start});
    append_normalised(text.substr(start, end - start), options, &aligned.form);
    start = end;
  }
  return aligned;
}

size_t text_place(const AlignedForm& aligned, size_t at) {
  if (aligned.parts.empty()) return at;
  const auto part = std::lower_bound(aligned.parts.begin(), aligned.parts.end(), at,
                                     [](const AlignedPart& one, size_t place) { return one.form < place; });
  return part == aligned.parts.end() || part->form != at ? std::string::npos : part->text;
}

}  // namespace fovea::data
