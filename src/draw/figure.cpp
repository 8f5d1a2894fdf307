#include "draw/figure.h"

#include "base/errors.h"
#include "draw/html.h"

namespace fovea::draw {

std::string html_table(const HtmlTable& table) {
  const auto row = [](const std::vector<std::string>& cells, bool head) {
    std::string out = "<tr>";
    for (const std::string& cell : cells) {
      const char* tag = head || &cell == &cells.front() ? "th" : "td";
      const char* scope = head ? " scope=\"col\"" : &cell == &cells.front() ? " scope=\"row\"" : "";
      out += std::string("<") + tag + scope + ">" + text_for_html(cell) + "</" + tag + ">";
    }
    return out + "</tr>\n";
  };
  std::string out =
      "<div class=\"wide\" tabindex=\"0\"><table>\n<thead>" + row(table.head, true) + "</thead>\n<tbody>\n";
  for (const auto& cells : table.rows) {
    FOVEA_CHECK(cells.size() == table.head.size(), cells.size(), table.head.size());
    out += row(cells, false);
  }
  return out + "</tbody></table></div>\n";
}

std::string html_figure(const Figure& figure) {
  return "<figure>\n<figcaption><b>" + text_for_html(figure.title) + "</b> " + text_for_html(figure.reading) +
         "</figcaption>\n" + figure.chart + "<details><summary>the numbers</summary>\n" + html_table(figure.numbers) +
         "</details>\n</figure>\n";
}

std::string html_paragraph(const std::string& text) {
  return "<p>" + text_for_html(text) + "</p>\n";
}

}  // namespace fovea::draw
