// Finds HTML-like tags and blanks them.
#include <algorithm>
#include <array>
#include <string_view>

#include "data/vocab/segment.h"

namespace fovea::data {
namespace {

// Elements of HTML, those no longer in the standard too; sorted.
constexpr auto kElements = std::to_array<std::string_view>(
    {"a",        "abbr",     "acronym",  "address",  "applet",   "area",       "article", "aside",      "audio",
     "b",        "base",     "basefont", "bdi",      "bdo",      "big",        "blink",   "blockquote", "body",
     "br",       "button",   "canvas",   "caption",  "center",   "cite",       "code",    "col",        "colgroup",
     "data",     "datalist", "dd",       "del",      "details",  "dfn",        "dialog",  "dir",        "div",
     "dl",       "dt",       "em",       "embed",    "fieldset", "figcaption", "figure",  "font",       "footer",
     "form",     "frame",    "frameset", "g",        "h1",       "h2",         "h3",      "h4",         "h5",
     "h6",       "head",     "header",   "hgroup",   "hr",       "html",       "i",       "iframe",     "img",
     "input",    "ins",      "kbd",      "label",    "legend",   "li",         "link",    "main",       "map",
     "mark",     "marquee",  "math",     "menu",     "meta",     "meter",      "nav",     "nobr",       "noframes",
     "noscript", "object",   "ol",       "optgroup", "option",   "output",     "p",       "param",      "path",
     "picture",  "pre",      "progress", "q",        "rb",       "rp",         "rt",      "ruby",       "s",
     "samp",     "script",   "search",   "section",  "select",   "slot",       "small",   "source",     "span",
     "strike",   "strong",   "style",    "sub",      "summary",  "sup",        "svg",     "table",      "tbody",
     "td",       "template", "textarea", "tfoot",    "th",       "thead",      "time",    "title",      "tr",
     "track",    "tt",       "u",        "ul",       "use",      "var",        "video",   "wbr",        "xml",
     "xmp"});
static_assert(std::is_sorted(kElements.begin(), kElements.end()));
constexpr size_t kLongestElement = 10;

bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_ascii_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_tag_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_element(std::string_view name) {
  if (name.empty() || name.size() > kLongestElement) return false;
  std::array<char, kLongestElement> lower{};
  std::transform(name.begin(), name.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return std::binary_search(kElements.begin(), kElements.end(), std::string_view(lower.data(), name.size()));
}

// Walks the tags of a text from its beginning. Linear in the text whatever it holds: the end of a tag is sought no
// further than the next "<" outside quotes, and since every quotation mark swaps two of three states (outside, in
// double, in single quotes), any byte is read from at most three of the "<" before it; for comments and the like, a
// terminator that is missing once is not sought again.
class TagWalk {
 public:
  explicit TagWalk(std::string_view text) : text_(text) {}

  // The next tag as [start, end), or false.
  bool next(size_t* start, size_t* end) {
    for (size_t at = text_.find('<', position_); at != std::string_view::npos; at = text_.find('<', at + 1)) {
      const size_t behind = end_of_tag(at);
      if (behind == 0) continue;
      *start = at;
      *end = position_ = behind;
      return true;
    }
    position_ = text_.size();
    return false;
  }

 private:
  // Position behind the tag that begins at `at`, or 0.
  size_t end_of_tag(size_t at) {
    const std::string_view rest = text_.substr(at + 1);
    if (rest.starts_with("!--")) return behind_terminator(at + 4, "-->", &comments_may_end_);
    if (rest.starts_with("?xml")) return behind_terminator(at + 5, "?>", &instructions_may_end_);
    if (rest.size() > 8 && rest[0] == '!' && is_ascii_letter(rest[1])) return end_of_declaration(at + 2);
    return end_of_element(at + 1);
  }

  size_t behind_terminator(size_t from, std::string_view terminator, bool* may_end) const {
    if (!*may_end) return 0;
    const size_t found = text_.find(terminator, from);
    if (found == std::string_view::npos) {
      *may_end = false;
      return 0;
    }
    return found + terminator.size();
  }

  // <!DOCTYPE …>
  size_t end_of_declaration(size_t name) const {
    constexpr std::string_view kDoctype = "DOCTYPE";
    for (size_t i = 0; i < kDoctype.size(); ++i) {
      if (name + i >= text_.size() || (text_[name + i] & ~0x20) != kDoctype[i]) return 0;
    }
    return end_of_attributes(name + kDoctype.size(), nullptr);
  }

  // name may be preceded by "/" and followed by attributes, of which at least one must have a value: "<b and c>" is
  // more often a comparison than a tag.
  size_t end_of_element(size_t name) const {
    const bool closing = name < text_.size() && text_[name] == '/';
    if (closing) ++name;
    size_t behind = name;
    while (behind < text_.size() && behind - name <= kLongestElement &&
           (is_ascii_letter(text_[behind]) || is_ascii_digit(text_[behind]))) {
      ++behind;
    }
    if (!is_element(text_.substr(name, behind - name))) return 0;
    if (behind >= text_.size()) return 0;
    if (!is_tag_space(text_[behind]) && text_[behind] != '/' && text_[behind] != '>') return 0;
    bool plausible = false;
    const size_t end = end_of_attributes(behind, &plausible);
    return plausible ? end : 0;
  }

  // Position behind the ">" that ends a tag whose attributes begin at `from`, or 0. `*plausible` says whether they are
  // none (white space and "/" alone) or hold a value.
  size_t end_of_attributes(size_t from, bool* plausible) const {
    char quote = 0;
    bool none = true, value = false;
    for (size_t i = from; i < text_.size(); ++i) {
      const char c = text_[i];
      if (c == '"' || c == '\'') {
        quote = quote == 0 ? c : quote == c ? 0 : quote;
      } else if (quote == 0 && c == '<') {
        return 0;
      } else if (quote == 0 && c == '>') {
        if (plausible) *plausible = none || value;
        return i + 1;
      }
      value = value || c == '=';
      none = none && (is_tag_space(c) || c == '/');
    }
    return 0;
  }

  std::string_view text_;
  size_t position_ = 0;
  bool comments_may_end_ = true, instructions_may_end_ = true;
};

}  // namespace

bool has_markup(std::string_view text) {
  size_t start = 0, end = 0;
  return TagWalk(text).next(&start, &end);
}

std::string blank_markup(std::string_view text) {
  std::string blanked(text);
  TagWalk walk(text);
  for (size_t start = 0, end = 0; walk.next(&start, &end);) {
    std::fill(blanked.begin() + static_cast<int64_t>(start), blanked.begin() + static_cast<int64_t>(end), ' ');
  }
  return blanked;
}

}  // namespace fovea::data
