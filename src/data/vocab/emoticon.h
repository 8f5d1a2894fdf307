// Faces and hearts made of signs: ":)", ":-(", ":'(", "=/", ";D", ">:(", "<3", "^_^".
#pragma once

#include <cstddef>
#include <string_view>

namespace fovea::data {

// Length in bytes of the emoticon that begins at `position` of `text`, 0 where none does. A mouth may be repeated
// (":)))"). The surroundings decide what else the signs may be: "http://", "10:30", "c:/dir", "x<3.5" and "&quot;)"
// hold none. `in_brackets` says that a round bracket is open here: then ":)" right behind a word closes it, as in
// "(note:)".
size_t match_emoticon(std::string_view text, size_t position, bool in_brackets);

// False for most first bytes of a token: a cheap question to ask before match_emoticon.
bool may_begin_emoticon(char byte);

}  // namespace fovea::data
