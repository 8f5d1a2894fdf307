// A chart of a page with a sentence on how to read it and its numbers as a table below, so that none of them needs
// colour or eyes. Texts are made safe here.
#pragma once

#include <string>
#include <vector>

namespace fovea::draw {

struct HtmlTable {
  std::vector<std::string> head;               // the first names the rows
  std::vector<std::vector<std::string>> rows;  // as long as the head
};
std::string html_table(const HtmlTable& table);  // with room to scroll in, where it is wider than the page

struct Figure {
  std::string title;
  std::string reading;  // how to read it
  std::string chart;    // SVG
  HtmlTable numbers;
};
std::string html_figure(const Figure& figure);

std::string html_paragraph(const std::string& text);

}  // namespace fovea::draw
