// The page of `fovea audit` as a browser draws it: at two widths, light and dark, with everything on it opened.
#include <gmock/gmock.h>

#include "base/files.h"
#include "cli/checks.h"
#include "cli/tiny.h"
#include "support/browser.h"
#include "support/scratch.h"

namespace fovea::test {
namespace {

using ::testing::HasSubstr;

// What is measured: {"width", "needs", "too_wide", "paper", "ink"}.
constexpr const char* kMeasure = R"(
addEventListener('load', () => {
  document.querySelectorAll('details').forEach(one => one.open = true);
  const root = document.documentElement, wide = [];
  for (const one of document.querySelectorAll('body *')) {
    const inside = one.parentElement.closest('.wide') || one.ownerSVGElement;  // scrolls, or is scaled
    if (!inside && one.getBoundingClientRect().right > root.clientWidth + 0.5) wide.push(one.tagName + '.' + one.className);
  }
  for (const text of document.querySelectorAll('svg text')) {
    const box = text.getBBox(), picture = text.ownerSVGElement.viewBox.baseVal;
    if (box.x < -1 || box.x + box.width > picture.width + 1) wide.push('text ' + text.textContent.length);
  }
  const style = getComputedStyle(document.body);
  parent.postMessage(JSON.stringify({width: innerWidth, needs: root.scrollWidth - root.clientWidth, too_wide: wide,
                                     paper: style.backgroundColor, ink: style.color}), '*');
});
)";

TEST(AuditPage, FitsNarrowAndWideLightAndDark) {
  const std::string browser = installed_browser();
  if (browser.empty()) GTEST_SKIP() << "needs chromium";
  Scratch scratch;
  scratch.write("ok.txt", label_lines(tiny_reviews(60)));
  const auto run = [&](const std::vector<std::string>& arguments) {
    const Outcome outcome = run_fovea(arguments, "", scratch.path());
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome.out;
  };
  run(join({{"train", "ok.txt", "--out", "model"}, kTiny}));
  scratch.write("people.txt", "1 0 2\n2 1 2\n");
  EXPECT_THAT(run({"audit", "model", "ok.txt", "--rationales", "people.txt", "--html", "page.html"}),
              HasSubstr("page          page.html"));
  scratch.write("page.html", with_script(read_file(scratch.file("page.html")), kMeasure));
  std::string papers[2];
  for (const int width : {1280, 400}) {
    for (const bool dark : {false, true}) {
      SCOPED_TRACE(std::to_string(width) + (dark ? " dark" : " light"));
      const Json seen = told_by_page(browser, scratch, width, dark);
      ASSERT_TRUE(seen.is_object());
      EXPECT_EQ(seen.at("width"), width);
      EXPECT_LE(seen.at("needs"), 0) << "the page scrolls sideways";
      EXPECT_EQ(seen.at("too_wide"), Json::array());
      EXPECT_NE(seen.at("paper"), seen.at("ink"));
      papers[dark] = seen.at("paper");
    }
  }
  EXPECT_NE(papers[0], papers[1]);
}

}  // namespace
}  // namespace fovea::test
