// Pages as a browser shows them, where there is one: chromium, without a window.
#pragma once

#include <string>

#include "base/json.h"
#include "support/scratch.h"

namespace fovea::test {

std::string installed_browser();  // "" where there is none

// The page with a script behind it. Its content policy is taken out, which would let no other script run.
std::string with_script(std::string page, const std::string& script);

// What the script of a page says, which stands in `scratch` as page.html and is shown in a frame of `width`: it tells
// it by parent.postMessage(JSON.stringify(…), '*'), once. Fails the test and returns null where it says nothing.
Json told_by_page(const std::string& browser, const Scratch& scratch, int width, bool dark);

}  // namespace fovea::test
