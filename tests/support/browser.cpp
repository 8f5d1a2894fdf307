#include "support/browser.h"

#include <gtest/gtest.h>

#include "support/program.h"

namespace fovea::test {

std::string installed_browser() {
  for (const char* name : {"chromium", "chromium-browser", "google-chrome"}) {
    if (run_program({"sh", "-c", std::string("command -v ") + name}).exit_code == 0) return name;
  }
  return "";
}

std::string with_script(std::string page, const std::string& script) {
  const size_t policy = page.find("<meta http-equiv");
  page.erase(policy, page.find('\n', policy) - policy);
  return page + "<script>" + script + "</script>";
}

Json told_by_page(const std::string& browser, const Scratch& scratch, int width, bool dark) {
  scratch.write("frame.html",
                "<!doctype html><meta name=\"color-scheme\" content=\"light dark\"><iframe src=\"page.html\" "
                "width=\"" +
                    std::to_string(width) +
                    "\" height=\"1600\" frameborder=\"0\"></iframe>"
                    "<script>addEventListener('message',e=>document.body.append('SEEN'+e.data+'END'))</script>");
  const Outcome drawn =
      run_program({browser, "--headless=new", "--no-sandbox", "--disable-gpu",
                   "--user-data-dir=" + scratch.file("browser"), "--window-size=1400,1700",
                   dark ? "--blink-settings=preferredColorScheme=0" : "--blink-settings=preferredColorScheme=1",
                   "--virtual-time-budget=5000", "--dump-dom", "file://" + scratch.file("frame.html")},
                  "", "", 90);
  const size_t begin = drawn.out.rfind("SEEN"), end = drawn.out.rfind("END");
  if (begin == std::string::npos || end < begin) {
    ADD_FAILURE() << "the page did not answer: " << drawn.err.substr(0, 2000);
    return Json();
  }
  return Json::parse(drawn.out.substr(begin + 4, end - begin - 4), nullptr, false);
}

}  // namespace fovea::test
