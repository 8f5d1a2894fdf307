// A text and a label of what has ever done harm on a terminal or a page.
#pragma once

#include <string>

namespace fovea::test {

// Everything that has ever moved a cursor, ended a script block or reordered a line.
inline const std::string kHostileText =
    std::string(
        "</script><script>alert(1)</script> <!-- \"'`&amp; ]]> {{style}} \x1b[2J\x1b]0;x\x07 \xE2\x80\xAE"
        "evil \xE2\x81\xA6\xD8\x9C\xE2\x80\x8F \xE2\x80\xA8 \xC2\x9B"
        "31m bad\xFF\xC3 byte \xED\xA0\x80 nul") +
    '\0' + "end \x7F";
inline const std::string kHostileLabel = "<b>\x1b[31mlabel\xE2\x80\xAE</script>\n\xFE";

}  // namespace fovea::test
