#include "metrics/sequence/links_text.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/errors.h"
#include "base/text.h"

namespace fovea::metrics {
namespace {

constexpr std::string_view kLinkSpace = " \t\r\v\f";

struct MarkedLink {
  Link link;
  bool sure = true;
};

std::optional<int64_t> whole_number(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = !text.empty() && text.front() != '-' && error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

// `text` for a message: short, and without what a terminal would obey.
std::string shown_link(std::string_view text) {
  constexpr size_t kMost = 40;
  std::string shown;
  for (const char byte : text.substr(0, kMost)) shown += byte > ' ' && byte < 0x7f ? byte : '?';
  return "\"" + shown + (text.size() > kMost ? "…\"" : "\"");
}

// Walks over the lines of a file and the links in them.
class LinkLines {
 public:
  LinkLines(const LinkFile& file, bool gold) : file_(file), gold_(gold), rest_(file.text) {
    FOVEA_CHECK(file.base == 0 || file.base == 1, file.base);
  }

  bool next(std::vector<MarkedLink>* links) {
    if (rest_.empty()) return false;
    ++number_;
    const size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (gold_) take_number(&line);
    links->clear();
    while (true) {
      line.remove_prefix(std::min(line.find_first_not_of(kLinkSpace), line.size()));
      if (line.empty()) return true;
      const std::string_view word = line.substr(0, line.find_first_of(kLinkSpace));
      links->push_back(link(word));
      line.remove_prefix(word.size());
    }
  }

 private:
  // Takes away the number of the sentence, where the line begins with one and a tab. It counts from 0 or from 1.
  void take_number(std::string_view* line) {
    const size_t tab = line->find('\t');
    const std::optional<int64_t> number = whole_number(line->substr(0, std::min(tab, line->size())));
    if (tab == std::string_view::npos || !number) return;
    line->remove_prefix(tab + 1);
    if (number_ == 1 && (*number == 0 || *number == 1)) first_ = *number;
    if (*number == number_ - 1 + first_) return;
    refuse("says that it is sentence " + std::to_string(*number) + " where " + std::to_string(number_ - 1 + first_) +
               " is due",
           "A gold standard has a line for each sentence, in the order of the sentences: sort its lines, and put in an "
           "empty one for each sentence without links.");
  }

  MarkedLink link(std::string_view word) const {
    const size_t mark = word.find_first_of(gold_ ? "-p?" : "-");
    const auto number = [&](size_t from, size_t length) -> std::optional<int64_t> {
      return mark == std::string_view::npos ? std::nullopt : whole_number(word.substr(from, length));
    };
    const std::optional<int64_t> source = number(0, mark), target = number(mark + 1, std::string_view::npos);
    if (!source || !target) refuse(shown_link(word) + " is no link", form());
    if (*source < file_.base || *target < file_.base) {
      refuse(shown_link(word) + " counts words from 0, and the links here count from 1",
             "Say that the words of this file are counted from 0.");
    }
    return {{*source - file_.base, *target - file_.base}, word[mark] == '-'};
  }

  std::string form() const {
    const std::string first = std::to_string(file_.base), second = std::to_string(file_.base + 1);
    const std::string links = "Links are SOURCE-TARGET, the numbers of two words counted from " + first +
                              ", with white space between them: " + first + "-" + first + " " + second + "-" + first;
    return gold_ ? links + "; p or ? in place of the hyphen marks a possible link." : links + ".";
  }

  [[noreturn]] void refuse(const std::string& reason, const std::string& remedy) const {
    throw UserError(ExitCode::kBadData, file_.name + ":" + std::to_string(number_) + ": " + reason, remedy);
  }

  const LinkFile& file_;
  bool gold_;
  std::string_view rest_;
  int64_t number_ = 0;  // of the line, from 1
  int64_t first_ = 0;   // number of the first sentence
};

}  // namespace

std::vector<Links> read_links(const LinkFile& file) {
  std::vector<Links> sentences;
  LinkLines lines(file, false);
  for (std::vector<MarkedLink> marked; lines.next(&marked);) {
    Links links;
    for (const MarkedLink& one : marked) links.push_back(one.link);
    sentences.push_back(tidied(std::move(links)));
  }
  return sentences;
}

std::vector<GoldLinks> read_gold_links(const LinkFile& file) {
  std::vector<GoldLinks> sentences;
  LinkLines lines(file, true);
  for (std::vector<MarkedLink> marked; lines.next(&marked);) {
    GoldLinks gold;
    for (const MarkedLink& one : marked) {
      gold.possible.push_back(one.link);
      if (one.sure) gold.sure.push_back(one.link);
    }
    sentences.push_back({tidied(std::move(gold.sure)), tidied(std::move(gold.possible))});
  }
  return sentences;
}

std::string links_text(const Links& links) {
  std::string text;
  for (const Link& link : links) {
    if (!text.empty()) text += ' ';
    text += std::to_string(link.source) + "-" + std::to_string(link.target);
  }
  return text;
}

RowSums score_links(const LinkFile& gold, const LinkFile& links) {
  const std::vector<GoldLinks> wanted = read_gold_links(gold);
  const std::vector<Links> found = read_links(links);
  if (wanted.empty()) {
    throw UserError(ExitCode::kBadData, gold.name + ": has no line", "Give a file with a line of links per sentence.");
  }
  if (wanted.size() != found.size()) {
    throw UserError(
        ExitCode::kBadData,
        links.name + ": has " + counted(std::ssize(found), "line", "lines") + ", and " + gold.name + " has " +
            counted(std::ssize(wanted), "line", "lines"),
        "Both need a line for each sentence, in the same order; a sentence without links has an empty one.");
  }
  RowSums sums{.rows = wanted.size(), .parts = LinkCounts().sums().size()};
  for (size_t row = 0; row < wanted.size(); ++row) {
    const auto counts = link_counts(wanted[row], found[row]).sums();
    sums.values.insert(sums.values.end(), counts.begin(), counts.end());
  }
  return sums;
}

}  // namespace fovea::metrics
