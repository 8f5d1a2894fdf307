// Pictures on a page: SVG, but for words, with a sentence on how to read it and its numbers as a table.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "draw/columns.h"
#include "draw/figure.h"
#include "draw/html.h"
#include "draw/picture.h"
#include "draw/shade.h"
#include "draw/svg.h"

namespace fovea::draw {
namespace {

constexpr double kLetter = 6.8;      // width of a letter of a name, in units of the picture
constexpr int kNameLetters = 16;     // of a longer name, the rest is left out
constexpr double kSlant = 60;        // degrees of the names above columns
constexpr double kNumberWidth = 21;  // from here a number fits into a cell
constexpr double kNumberHeight = 12;

const double kSlantSine = std::sin(kSlant * std::acos(-1) / 180), kSlantCosine = std::cos(kSlant * std::acos(-1) / 180);

// "l3 against": the shade of a weight among so many, and its sign.
std::string shade_class(double weight, size_t parts) {
  const int level = shade_level(lift_of(std::abs(weight), parts));
  return "l" + std::to_string(level) + (weight < 0 && level > 0 ? " against" : "");
}

std::string lift_text(double weight, size_t parts) {
  const std::string lift = fixed(lift_of(weight, parts), 1);
  return lift.front() == '-' && lift.size() > 1 ? "−" + lift.substr(1) : lift;
}

std::string with_sign(double weight, int decimals) {
  const std::string number = fixed(weight, decimals);
  return number.front() == '-' && number.size() > 1 ? "−" + number.substr(1) : number;
}

std::string shown_name(const std::string& name) {
  return ellipsize(safe_text(name), kNameLetters);
}

double length_of(const std::vector<std::string>& names) {
  int longest = 1;
  for (const std::string& name : names) longest = std::max(longest, display_width(shown_name(name)));
  return kLetter * longest;
}

// A rectangle in the shade of its weight. From lift 2 its number stands in it where there is room; its outline says so
// anyway. tip: what pointing at it shows.
std::string shaded_cell(const Box& place, double weight, size_t parts, const std::string& tip) {
  std::string out = "<rect x=\"" + svg::number(place.left) + "\" y=\"" + svg::number(place.top) + "\" width=\"" +
                    svg::number(place.width) + "\" height=\"" + svg::number(place.height) + "\" class=\"cell " +
                    shade_class(weight, parts) + "\"><title>" + text_for_html(tip) + "</title></rect>\n";
  if (is_marked(weight, parts) && place.width >= kNumberWidth && place.height >= kNumberHeight) {
    out += svg::text_at(place.left + place.width / 2, place.top + place.height / 2 + 4, "middle", short_weight(weight),
                        "number");
  }
  return out;
}

// A name that rises to the right from (x, y).
std::string slanted(double x, double y, const std::string& name) {
  return "<g transform=\"rotate(-" + svg::number(kSlant) + " " + svg::number(x) + " " + svg::number(y) + ")\">" +
         svg::text_at(x, y, "start", shown_name(name), "part") + "</g>\n";
}

std::string tip_of(const std::string& name, double weight, size_t parts) {
  return name + (name.empty() ? "" : ": ") + with_sign(weight, 3) + " · " + lift_text(weight, parts) + " × even";
}

// ---- words

std::string words_chart(const ShadedWords& picture) {
  const size_t n = picture.words.size();
  std::string out = "<p class=\"text\" dir=\"auto\">";
  for (size_t i = 0; i < n; ++i) {
    out += text_for_html(picture.gaps[i]);
    for (const ShadedWords::Sentence& sentence : picture.sentences) {
      if (picture.sentences.size() < 2 || sentence.first != static_cast<int64_t>(i)) continue;
      out += "<small>[" + text_for_html(short_weight(sentence.weight)) + "]</small> ";
    }
    const double weight = picture.weights[i];
    out += "<bdi class=\"word " + shade_class(weight, n) + "\">" + text_for_html(picture.words[i]) + "</bdi>";
    if (is_marked(weight, n)) out += "<small>" + text_for_html(short_weight(weight)) + "</small>";
  }
  return out + text_for_html(picture.gaps[n]) + "</p>\n";
}

HtmlTable words_table(const ShadedWords& picture) {
  HtmlTable table{{"word", "weight", "× even"}, {}};
  for (size_t i = 0; i < picture.words.size(); ++i) {
    table.rows.push_back(
        {picture.words[i], with_sign(picture.weights[i], 3), lift_text(picture.weights[i], picture.words.size())});
  }
  return table;
}

// ---- an alignment

// ".93", "1.4"
std::string short_sum(double sum) {
  const std::string text = fixed(sum, sum < .995 ? 2 : 1);
  return text.front() == '0' ? text.substr(1) : text;
}

// A dot in the corner of each cell that is a link.
std::string link_dots(const Alignment& picture, const Box& first, double across, double down) {
  std::string out;
  for (const auto& [source, target] : picture.links) {
    out += "<circle class=\"link\" cx=\"" + svg::number(first.left + static_cast<double>(source) * across + 3.5) +
           "\" cy=\"" + svg::number(first.top + static_cast<double>(target) * down + 3.5) + "\" r=\"2.2\"/>\n";
  }
  return out;
}

// The entropy of each row behind it, what each column got in all below it.
std::string alignment_margins(const Alignment& picture, const Box& first, double across, double down) {
  const std::vector<double> entropies = entropies_of(picture), coverage = coverage_of(picture);
  const double right = first.left + across * static_cast<double>(coverage.size()) + 6;
  const double below = first.top + down * static_cast<double>(entropies.size()) + 14;
  std::string out = svg::text_at(right, first.top - 6, "start", "entropy", "tick") +
                    svg::text_at(first.left - 6, below, "end", "in all", "tick");
  for (size_t t = 0; t < entropies.size(); ++t) {
    out += svg::text_at(right, first.top + (static_cast<double>(t) + .5) * down + 4, "start", fixed(entropies[t], 2),
                        "tick");
  }
  for (size_t s = 0; s < coverage.size(); ++s) {
    out += svg::text_at(first.left + (static_cast<double>(s) + .5) * across, below, "middle", short_sum(coverage[s]),
                        "tick");
  }
  return out;
}

std::string alignment_chart(const Alignment& picture, const std::string& title) {
  constexpr double kEntropy = 54, kCoverage = 18, kInAll = 50;  // the margins, and the name of the lower one
  const size_t sources = picture.source.size(), targets = picture.target.size();
  const double left = std::max(length_of(picture.target) + 10, picture.looked ? kInAll : 0),
               top = length_of(picture.source) * kSlantSine + 12;
  // What stands to the right of the cells: the last slanted name, and the column of entropies.
  const double after = std::max(length_of(picture.source) * kSlantCosine, picture.looked ? kEntropy : 0);
  const double room = (svg::kWidth - left - after) / static_cast<double>(std::max<size_t>(sources, 1));
  const double across = std::clamp(room, 14.0, 34.0), down = std::clamp(across, 18.0, 24.0);
  const double width = left + across * static_cast<double>(sources) + after;
  const double height = top + down * static_cast<double>(targets) + (picture.looked ? kCoverage : 0) + 4;
  std::string out = svg::opened(height, title, std::max(width, svg::kWidth));
  for (size_t s = 0; s < sources; ++s) {
    out += slanted(left + (static_cast<double>(s) + .5) * across + 4, top - 6, picture.source[s]);
  }
  for (size_t t = 0; t < targets; ++t) {
    const double y = top + static_cast<double>(t) * down;
    out += svg::text_at(left - 6, y + down / 2 + 4, "end", shown_name(picture.target[t]), "part");
    for (size_t s = 0; s < sources; ++s) {
      const double weight = picture.weights[t * sources + s];
      out += shaded_cell({left + static_cast<double>(s) * across, y, across - 1, down - 1}, weight, sources,
                         tip_of(picture.target[t] + " ← " + picture.source[s], weight, sources));
    }
  }
  out += link_dots(picture, {left, top}, across, down);
  if (picture.looked) out += alignment_margins(picture, {left, top}, across, down);
  out += "</svg>\n";
  return width > svg::kWidth ? "<div class=\"wide\" tabindex=\"0\">" + out + "</div>\n" : out;
}

HtmlTable alignment_table(const Alignment& picture) {
  HtmlTable table{{""}, {}};
  table.head.insert(table.head.end(), picture.source.begin(), picture.source.end());
  const std::vector<double> entropies = entropies_of(picture), coverage = coverage_of(picture);
  if (picture.looked) table.head.emplace_back("entropy");
  for (size_t t = 0; t < picture.target.size(); ++t) {
    std::vector<std::string> row = {picture.target[t]};
    for (size_t s = 0; s < picture.source.size(); ++s) {
      row.push_back(with_sign(picture.weights[t * picture.source.size() + s], 3));
    }
    if (picture.looked) row.push_back(fixed(entropies[t], 2));
    table.rows.push_back(std::move(row));
  }
  if (!picture.looked) return table;
  table.rows.push_back({"in all"});
  for (const double sum : coverage) table.rows.back().push_back(fixed(sum, 3));
  table.rows.back().emplace_back("");
  return table;
}

// ---- an image

std::string regions_chart(const Regions& picture, const std::string& title) {
  constexpr double kHighest = 360;
  const auto wide = static_cast<double>(picture.width), high = static_cast<double>(picture.height);
  const double scale = std::min((svg::kWidth - 4) / wide, kHighest / high);
  std::string out = svg::opened(high * scale + 4, title);
  out += "<rect x=\"2.0\" y=\"2.0\" width=\"" + svg::number(wide * scale) + "\" height=\"" + svg::number(high * scale) +
         "\" class=\"frame\"/>\n";
  for (size_t i = 0; i < picture.boxes.size(); ++i) {
    const Box& box = picture.boxes[i];
    out +=
        shaded_cell({2 + box.left * scale, 2 + box.top * scale, box.width * scale, box.height * scale},
                    picture.weights[i], picture.weights.size(), tip_of("", picture.weights[i], picture.weights.size()));
  }
  return out + "</svg>\n";
}

HtmlTable regions_table(const Regions& picture) {
  HtmlTable table{{"region", "x", "y", "width", "height", "weight", "× even"}, {}};
  for (size_t i = 0; i < picture.boxes.size(); ++i) {
    const Box& box = picture.boxes[i];
    table.rows.push_back({std::to_string(i + 1), fixed(box.left, 0), fixed(box.top, 0), fixed(box.width, 0),
                          fixed(box.height, 0), with_sign(picture.weights[i], 3),
                          lift_text(picture.weights[i], picture.weights.size())});
  }
  return table;
}

// ---- a recording

std::string timeline_chart(const Timeline& picture, const std::string& title) {
  constexpr double kLeft = 2, kRight = svg::kWidth - 14, kHeight = 40;
  constexpr double kNameRoom = 11;  // between names that stand beside each other
  const size_t n = picture.segments.size();
  std::vector<std::string> heard;
  for (const Timeline::Segment& segment : picture.segments) heard.push_back(segment.heard);
  const bool named = std::any_of(heard.begin(), heard.end(), [](const std::string& word) { return !word.empty(); });
  const double top = named ? length_of(heard) * kSlantSine + 14 : 4;
  const Axis axis({0, picture.seconds}, kLeft, kRight);
  std::string out = svg::opened(top + kHeight + 42, title);
  out += svg::x_ticks(axis, top, top + kHeight + 4);
  double next = -kNameRoom;
  for (size_t i = 0; i < n; ++i) {
    const Timeline::Segment& segment = picture.segments[i];
    const double x = axis.place(segment.start), width = axis.place(segment.end) - x;
    out += shaded_cell(
        {x, top, width, kHeight}, segment.weight, n,
        tip_of(segment.heard + " " + fixed(segment.start, 2) + "–" + fixed(segment.end, 2) + " s", segment.weight, n));
    const double middle = x + width / 2;
    if (segment.heard.empty() || middle < next) continue;
    out += slanted(middle + 3, top - 5, segment.heard);
    next = middle + kNameRoom;
  }
  return out + svg::text_at(kRight, top + kHeight + 38, "end", "seconds", "axis") + "</svg>\n";
}

HtmlTable timeline_table(const Timeline& picture) {
  HtmlTable table{{"from s", "to s", "heard", "weight", "× even"}, {}};
  for (const Timeline::Segment& segment : picture.segments) {
    table.rows.push_back({fixed(segment.start, 2), fixed(segment.end, 2), segment.heard, with_sign(segment.weight, 3),
                          lift_text(segment.weight, picture.segments.size())});
  }
  return table;
}

// The figure of each kind of picture, without its title.
struct Drawn {
  const std::string& title;

  Figure operator()(const ShadedWords& picture) const {
    return {"", "Shade: weight of the word, times the even share. From twice that its number stands behind it.",
            words_chart(picture), words_table(picture)};
  }
  Figure operator()(const Alignment& picture) const {
    return {
        "",
        "Each row is a part of the answer, each column a part of the input; shade: weight of the column in the row, "
        "times the even share. From twice that a cell has an outline, and its number where there is room." +
            std::string(picture.links.empty() ? "" : " A dot is a link."),
        alignment_chart(picture, title), alignment_table(picture)};
  }
  Figure operator()(const Regions& picture) const {
    return {"",
            "The frame is the image; shade: weight of the region, times the even share. From twice that it has an "
            "outline, and its number where there is room.",
            regions_chart(picture, title), regions_table(picture)};
  }
  Figure operator()(const Timeline& picture) const {
    return {"",
            "The bar is the recording; shade: weight of the segment, times the even share. From twice that it has an "
            "outline, and its number where there is room. Above it stands what was heard.",
            timeline_chart(picture, title), timeline_table(picture)};
  }
};

bool speaks_against(const Picture& picture) {
  const std::vector<double> looks = looks_of(picture);
  return std::any_of(looks.begin(), looks.end(), [](double weight) { return weight < 0; });
}

}  // namespace

std::string picture_html(const Picture& picture, const std::string& title, const std::string& note) {
  check_sizes(picture);
  Figure figure = std::visit(Drawn{title}, picture);
  figure.title = title;
  if (speaks_against(picture)) figure.reading += " Blue, dashed and with a minus: it speaks against the answer.";
  if (!note.empty()) figure.reading += " " + note;
  return html_figure(figure);
}

}  // namespace fovea::draw
