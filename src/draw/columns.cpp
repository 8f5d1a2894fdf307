#include "draw/columns.h"

#include <algorithm>
#include <sstream>

#include "draw/terminal.h"

namespace fovea::draw {
std::string spaces(int count) {
  return std::string(static_cast<size_t>(std::max(0, count)), ' ');
}

std::string pad_right(std::string_view text, int width) {
  return std::string(text) + spaces(width - display_width(text));
}

std::string pad_left(std::string_view text, int width) {
  return spaces(width - display_width(text)) + std::string(text);
}

std::string quoted_label(std::string_view label, int width) {
  return "“" + ellipsize(safe_text(label), std::max(1, width - 2)) + "”";
}

std::string wrapped(std::string_view text, int width, int indent) {
  const int room = std::max(1, width - indent);
  std::string out, line;
  const auto end_line = [&] {
    out += (out.empty() ? "" : spaces(indent)) + line + "\n";
    line.clear();
  };
  for (size_t at = text.find_first_not_of(' '); at < text.size(); at = text.find_first_not_of(' ', at)) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = ellipsize(text.substr(at, end - at), room);
    if (!line.empty() && display_width(line) + 1 + display_width(word) > room) end_line();
    line += (line.empty() ? "" : " ") + word;
    at = end;
  }
  if (!line.empty()) end_line();
  return out;
}

std::string summary_lines(const std::string& name, const std::string& text) {
  std::istringstream in(text);
  std::string line, out, left = name;
  while (std::getline(in, line)) {
    const int pad = std::max(kSummaryNameWidth - display_width(left), 1);
    if (display_width(left) >= kSummaryNameWidth) {
      out += left + "\n";
      out += std::string(kSummaryNameWidth, ' ') + line + "\n";
    } else {
      out += left + std::string(static_cast<size_t>(pad), ' ') + line + "\n";
    }
    left.clear();
  }
  return out;
}

std::string joined_pieces(const std::vector<std::string>& pieces, int width) {
  std::string text, line;
  for (const std::string& piece : pieces) {
    if (!line.empty() && display_width(line + " · " + piece) > width) {
      text += line + "\n";
      line = piece;
    } else {
      line += (line.empty() ? "" : " · ") + piece;
    }
  }
  return text + line;
}

}  // namespace fovea::draw
