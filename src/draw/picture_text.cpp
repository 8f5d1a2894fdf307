// Pictures in the terminal.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.h"
#include "draw/columns.h"
#include "draw/picture.h"
#include "draw/shade.h"

namespace fovea::draw {
namespace {

constexpr size_t kListed = 12;   // parts whose numbers are told below a picture
constexpr int kHeadWidth = 12;   // of the widest word above a column of a matrix
constexpr int kImageWidth = 64;  // columns of an image, and its most rows
constexpr int kImageHeight = 24;

// A line without the spaces at its end, and with its end.
std::string line_of(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

// "5.1 × even", with a minus where the part speaks against the answer.
std::string times_even(double weight, size_t parts) {
  const double lift = lift_of(weight, parts);
  return (lift < 0 ? "−" : "") + fixed(std::abs(lift), 1) + " × even";
}

// ---- words

// The weight of the sentence that begins at word `first`; null where none does, or where there is only one.
const double* weight_of_sentence(const ShadedWords& picture, size_t first) {
  if (picture.sentences.size() < 2) return nullptr;
  for (const ShadedWords::Sentence& sentence : picture.sentences) {
    if (static_cast<size_t>(sentence.first) == first) return &sentence.weight;
  }
  return nullptr;
}

std::string words_text(const ShadedWords& picture, const Style& style) {
  const size_t n = picture.words.size();
  std::string out;
  for (size_t i = 0; i < n; ++i) {
    out += safe_text(picture.gaps[i]);
    if (const double* weight = weight_of_sentence(picture, i)) out += sentence_mark(*weight, style).text;
    out += shaded_word(safe_text(picture.words[i]), picture.weights[i], n, style).text;
  }
  return out + safe_text(picture.gaps[n]);
}

// ---- an alignment: targets below each other, a column for each source, in bands where the line is too short

// What stands in a cell: the weight from lift 2, a dot where there is a shade.
std::string cell_text(double weight, size_t sources) {
  if (is_marked(weight, sources)) return short_weight(weight);
  return shade_level(lift_of(std::abs(weight), sources)) > 0 ? "·" : "";
}

struct Matrix {
  const Alignment& picture;
  const Style& style;
  int name_width = 0, cell_width = 3;
  bool numbered = false;  // the sources are too wide to stand above their columns
  std::vector<std::string> heads;

  Matrix(const Alignment& alignment, const Style& how) : picture(alignment), style(how) {
    for (const std::string& target : picture.target)
      name_width = std::max(name_width, display_width(safe_text(target)));
    name_width = std::min(name_width, style.width / 4);
    for (const double weight : picture.weights) {
      cell_width = std::max(cell_width, display_width(cell_text(weight, picture.source.size())));
    }
    int all = name_width;
    for (const std::string& source : picture.source) {
      heads.push_back(ellipsize(safe_text(source), kHeadWidth));
      all += column_width(heads.size() - 1);
    }
    numbered = all > style.width;
    for (size_t s = 0; numbered && s < heads.size(); ++s) heads[s] = std::to_string(s + 1);
  }

  int column_width(size_t source) const { return 1 + std::max(cell_width, display_width(heads[source])); }

  // The first source that no longer fits a line whose first column is `source`.
  size_t end_of_band(size_t source) const {
    int used = name_width + column_width(source);
    size_t end = source + 1;
    while (end < heads.size() && used + column_width(end) <= style.width) used += column_width(end++);
    return end;
  }

  std::string band(size_t begin, size_t end) const {
    const size_t sources = picture.source.size();
    std::string out = spaces(name_width);
    for (size_t s = begin; s < end; ++s) out += pad_left(heads[s], column_width(s));
    out += "\n";
    for (size_t t = 0; t < picture.target.size(); ++t) {
      std::string line = pad_right(ellipsize(safe_text(picture.target[t]), name_width), name_width);
      for (size_t s = begin; s < end; ++s) {
        const double weight = picture.weights[t * sources + s];
        const std::string cell = pad_left(cell_text(weight, sources), cell_width);
        line += spaces(column_width(s) - cell_width) + on_shade(cell, weight, sources, style);
      }
      out += line_of(line);
    }
    return out;
  }

  std::string key() const {
    std::vector<std::string> names;
    for (size_t s = 0; s < heads.size(); ++s) {
      names.push_back(heads[s] + " " + ellipsize(safe_text(picture.source[s]), style.width / 2));
    }
    return "\n" + joined_pieces(names, style.width) + "\n";
  }
};

std::string alignment_text(const Alignment& picture, const Style& style) {
  if (picture.source.empty() || picture.target.empty()) return "nothing was looked at\n";
  const Matrix matrix(picture, style);
  std::string out;
  for (size_t begin = 0, end = 0; begin < picture.source.size(); begin = end) {
    end = matrix.end_of_band(begin);
    out += (begin ? "\n" : "") + matrix.band(begin, end);
  }
  return matrix.numbered ? out + matrix.key() : out;
}

// ---- shaded cells of an image or a bar

// One column of the terminal: the part that it shows, -1 where there is none, and its sign.
struct Cell {
  int64_t part = -1;
  std::string sign = " ";
};

// A sign that is the darker the larger the lift; where colours are shown, the background says it.
std::string sign_of(double weight, size_t parts, const Style& style) {
  constexpr const char* kSigns[kShadeLevels + 1] = {"·", "░", "░", "▒", "▒", "▓", "█"};
  const int level = shade_level(lift_of(std::abs(weight), parts));
  if (style.colour) return level == 0 ? "·" : " ";
  return level > 0 && weight < 0 ? "−" : kSigns[level];
}

// The number of a part in the middle of the run [begin, end) of cells where it fits with a cell on either side.
void write_number(double weight, size_t begin, size_t end, std::vector<Cell>* cells) {
  const std::string number = short_weight(weight);
  const auto width = static_cast<size_t>(display_width(number));
  if (end - begin < width + 2) return;
  size_t place = begin + (end - begin - width) / 2;
  for (size_t i = 0; i < number.size();) {
    size_t next = i + 1;
    while (next < number.size() && (number[next] & 0xC0) == 0x80) ++next;
    (*cells)[place++].sign = number.substr(i, next - i);
    i = next;
  }
}

std::string cells_line(const std::vector<Cell>& cells, const std::vector<double>& weights, const Style& style) {
  std::string out;
  for (size_t begin = 0; begin < cells.size();) {
    size_t end = begin;
    std::string run;
    while (end < cells.size() && cells[end].part == cells[begin].part) run += cells[end++].sign;
    const int64_t part = cells[begin].part;
    out += part < 0 ? run : on_shade(run, weights[static_cast<size_t>(part)], weights.size(), style);
    begin = end;
  }
  return out;
}

// Of the parts whose weight is told those of the largest size, at most kListed, in their order.
std::vector<size_t> listed(const std::vector<double>& weights) {
  std::vector<size_t> order(weights.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return std::abs(weights[a]) > std::abs(weights[b]); });
  if (order.size() > kListed) order.resize(kListed);
  std::sort(order.begin(), order.end());
  return order;
}

std::string rest_line(size_t rest) {
  return rest == 0 ? "" : "… and " + with_commas(static_cast<int64_t>(rest)) + " more\n";
}

// ---- an image

std::vector<std::vector<Cell>> image_cells(const Regions& picture, const Style& style) {
  // Signs are about twice as high as they are wide.
  const double shape = static_cast<double>(picture.height) / static_cast<double>(picture.width) / 2;
  int columns = std::max(4, std::min(kImageWidth, style.width - 2));
  if (columns * shape > kImageHeight) columns = std::max(4, static_cast<int>(kImageHeight / shape));
  const int rows = std::clamp(static_cast<int>(std::lround(columns * shape)), 1, kImageHeight);
  std::vector<std::vector<Cell>> cells(static_cast<size_t>(rows), std::vector<Cell>(static_cast<size_t>(columns)));
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const double x = (column + .5) * static_cast<double>(picture.width) / columns;
      const double y = (row + .5) * static_cast<double>(picture.height) / rows;
      Cell& cell = cells[static_cast<size_t>(row)][static_cast<size_t>(column)];
      for (size_t i = 0; i < picture.boxes.size(); ++i) {
        const Box& box = picture.boxes[i];
        if (x < box.left || x >= box.left + box.width || y < box.top || y >= box.top + box.height) continue;
        cell = {static_cast<int64_t>(i), sign_of(picture.weights[i], picture.weights.size(), style)};
      }
    }
  }
  return cells;
}

// Writes the number of each strong region into the middle one of its longest runs of cells.
void number_regions(const Regions& picture, std::vector<std::vector<Cell>>* cells) {
  struct Run {
    size_t row = 0, begin = 0, end = 0;
  };
  for (size_t i = 0; i < picture.boxes.size(); ++i) {
    if (!is_marked(picture.weights[i], picture.weights.size())) continue;
    std::vector<Run> longest;
    for (size_t row = 0; row < cells->size(); ++row) {
      const std::vector<Cell>& line = (*cells)[row];
      for (size_t begin = 0, end = 0; begin < line.size(); begin = end) {
        end = begin + 1;
        while (end < line.size() && line[end].part == line[begin].part) ++end;
        if (line[begin].part != static_cast<int64_t>(i)) continue;
        const size_t best = longest.empty() ? 0 : longest.front().end - longest.front().begin;
        if (end - begin > best) longest.clear();
        if (end - begin >= best) longest.push_back({row, begin, end});
      }
    }
    if (longest.empty()) continue;
    const Run& run = longest[longest.size() / 2];
    write_number(picture.weights[i], run.begin, run.end, &(*cells)[run.row]);
  }
}

std::string place_of(const Box& box) {
  return "x " + fixed(box.left, 0) + "–" + fixed(box.left + box.width, 0) + ", y " + fixed(box.top, 0) + "–" +
         fixed(box.top + box.height, 0);
}

std::string regions_text(const Regions& picture, const Style& style) {
  std::vector<std::vector<Cell>> cells = image_cells(picture, style);
  number_regions(picture, &cells);
  std::string edge;
  for (size_t i = 0; i < cells.front().size(); ++i) edge += "─";
  std::string out = "┌" + edge + "┐\n";
  for (const std::vector<Cell>& line : cells) out += "│" + cells_line(line, picture.weights, style) + "│\n";
  out += "└" + edge + "┘\n";
  const size_t n = picture.weights.size();
  size_t marked = 0, told = 0;
  for (const double weight : picture.weights) marked += is_marked(weight, n);
  for (const size_t i : listed(picture.weights)) {
    if (!is_marked(picture.weights[i], n)) continue;
    ++told;
    out += pad_left(short_weight(picture.weights[i]), 4) + pad_left(times_even(picture.weights[i], n), 13) + "   " +
           place_of(picture.boxes[i]) + "\n";
  }
  return out + rest_line(marked - told);
}

// ---- a recording

// "0.32", or "1:05.3" where the recording is longer than a minute.
std::string moment(double seconds, double all) {
  if (all < 60) return fixed(seconds, 2);
  const int64_t tenths = std::llround(10 * seconds);
  const std::string rest = fixed(static_cast<double>(tenths % 600) / 10, 1);
  return std::to_string(tenths / 600) + ":" + (rest.size() < 4 ? "0" : "") + rest;
}

// The bar: each column shows the segment that its middle falls into.
std::vector<Cell> bar_cells(const Timeline& picture, const std::vector<double>& weights, const Style& style) {
  std::vector<Cell> cells(static_cast<size_t>(std::max(10, style.width)));
  for (size_t c = 0; c < cells.size(); ++c) {
    const double time = (static_cast<double>(c) + .5) * picture.seconds / static_cast<double>(cells.size());
    for (size_t i = 0; i < weights.size(); ++i) {
      if (time < picture.segments[i].start || time >= picture.segments[i].end) continue;
      cells[c] = {static_cast<int64_t>(i), sign_of(weights[i], weights.size(), style)};
    }
  }
  for (size_t begin = 0, end = 0; begin < cells.size(); begin = end) {
    end = begin + 1;
    while (end < cells.size() && cells[end].part == cells[begin].part) ++end;
    const int64_t part = cells[begin].part;
    if (part < 0 || !is_marked(weights[static_cast<size_t>(part)], weights.size())) continue;
    write_number(weights[static_cast<size_t>(part)], begin, end, &cells);
  }
  return cells;
}

std::string timeline_text(const Timeline& picture, const Style& style) {
  const std::vector<double> weights = looks_of(picture);
  const std::vector<Cell> cells = bar_cells(picture, weights, style);
  const auto width = static_cast<int>(cells.size());
  std::string out = cells_line(cells, weights, style) + "\n";
  const std::string middle = moment(picture.seconds / 2, picture.seconds);
  const std::string last = moment(picture.seconds, picture.seconds) + (picture.seconds < 60 ? " s" : "");
  out += pad_right(pad_right("0", (width - static_cast<int>(middle.size())) / 2) + middle,
                   width - static_cast<int>(last.size())) +
         last + "\n";
  const std::vector<size_t> shown = listed(weights);
  std::vector<std::string> times;
  int time_width = 0;
  for (const size_t i : shown) {
    const Timeline::Segment& segment = picture.segments[i];
    times.push_back(moment(segment.start, picture.seconds) + "–" + moment(segment.end, picture.seconds));
    time_width = std::max(time_width, display_width(times.back()));
  }
  for (size_t k = 0; k < shown.size(); ++k) {
    const Timeline::Segment& segment = picture.segments[shown[k]];
    const int room = style.width - time_width - 13 - 3 - 8;  // its weight may follow it
    const std::string heard = ellipsize(safe_text(segment.heard), std::max(1, room));
    out += line_of(pad_left(times[k], time_width) + pad_left(times_even(segment.weight, weights.size()), 13) + "   " +
                   shaded_word(heard, segment.weight, weights.size(), style).text);
  }
  return out + rest_line(weights.size() - shown.size());
}

struct Text {
  const Style& style;
  std::string operator()(const ShadedWords& picture) const { return words_text(picture, style); }
  std::string operator()(const Alignment& picture) const { return alignment_text(picture, style); }
  std::string operator()(const Regions& picture) const { return regions_text(picture, style); }
  std::string operator()(const Timeline& picture) const { return timeline_text(picture, style); }
};

}  // namespace

std::string picture_text(const Picture& picture, const Style& style) {
  check_sizes(picture);
  return std::visit(Text{style}, picture);
}

}  // namespace fovea::draw
