# Script of fovea_embed: SOURCE → HEADER with one string_view called IDENTIFIER.
file(READ "${SOURCE}" content)
file(WRITE "${HEADER}" "#pragma once\n#include <string_view>\nnamespace fovea::embedded {\n"
  "inline constexpr std::string_view ${IDENTIFIER} = R\"FOVEA_FILE(")
file(APPEND "${HEADER}" "${content}")
file(APPEND "${HEADER}" ")FOVEA_FILE\";\n}  // namespace fovea::embedded\n")
