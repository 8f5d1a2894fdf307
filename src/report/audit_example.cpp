#include "report/audit_example.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.h"
#include "draw/columns.h"
#include "draw/figure.h"
#include "draw/html.h"
#include "draw/shade.h"
#include "report/audit_words.h"

namespace fovea::report {
namespace {

using audit::Example;

constexpr size_t kWordsShown = 80;      // of a longer text, around the top word
constexpr double kNothing = 0.005;      // a change of probability that two decimals do not show
constexpr double kAgainst = 0.01;       // from which rise on a part is said to speak against the answer
constexpr size_t kRowsOfTheTable = 40;  // the words of the largest weight or loss

std::string word(const Example& example, size_t at) {
  const auto [start, end] = example.words[at];
  return example.text.substr(static_cast<size_t>(start), static_cast<size_t>(end - start));
}

// Scores as shares of their sum; of a map with negative ones, of what they are above the lowest.
std::vector<double> shares_of(const std::vector<double>& scores) {
  const double low = std::min(0.0, *std::min_element(scores.begin(), scores.end()));
  std::vector<double> out;
  for (const double score : scores) out.push_back(score - low);
  const double sum = std::accumulate(out.begin(), out.end(), 0.0);
  for (double& share : out) share = sum > 0 ? share / sum : 1 / static_cast<double>(out.size());
  return out;
}

double without(const Example& example, size_t at) {
  return example.probability - example.losses[at];
}

std::string shaded(const Example& example, const std::vector<double>& shares) {
  const size_t n = example.words.size();
  const size_t first = n <= kWordsShown ? 0 : std::min(example.top > 40 ? example.top - 40 : 0, n - kWordsShown);
  const size_t last = std::min(n, first + kWordsShown);
  std::string out = first > 0 ? "… " : "";
  int64_t at = first > 0 ? example.words[first].first : 0;
  const auto between = [&](int64_t to) {
    out += draw::text_for_html(
        std::string_view(example.text).substr(static_cast<size_t>(at), static_cast<size_t>(to - at)));
  };
  for (size_t i = first; i < last; ++i) {
    const auto [start, end] = example.words[i];
    between(start);
    const double lift = draw::lift_of(shares[i], n);
    out += "<span class=\"word l" + std::to_string(draw::shade_level(lift)) +
           (i == example.strongest ? " strongest" : "") + "\">" + draw::text_for_html(word(example, i)) + "</span>";
    if (lift >= draw::kMarkedLift) out += "<small>" + draw::text_for_html(bare(shares[i])) + "</small>";
    at = end;
  }
  if (last == n) between(std::ssize(example.text));
  return out + (last < n ? " …" : "");
}

draw::HtmlTable words_table(const Example& example, const std::vector<double>& shares, const attribution::Nouns& nouns,
                            bool map_from_file) {
  std::vector<size_t> order(shares.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (order.size() > kRowsOfTheTable) {
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return shares[a] > shares[b]; });
    order.resize(kRowsOfTheTable);
    std::sort(order.begin(), order.end());
  }
  draw::HtmlTable out{
      {nouns.part, map_from_file ? "score" : "weight", "times the even share", "answer without it", "it takes"}, {}};
  for (const size_t i : order) {
    out.rows.push_back({word(example, i), bare(example.scores[i]), fixed(draw::lift_of(shares[i], shares.size()), 1),
                        bare(without(example, i)), bare(example.losses[i])});
  }
  return out;
}

}  // namespace

std::string example_reason(const Example& example, const attribution::Nouns& nouns) {
  if (example.kind == Example::Kind::kOdd) {
    return nouns.in(
        "The {input} where the map is furthest off: another {part} takes more from the answer than its first one does, "
        "by the widest margin.");
  }
  return nouns.in(
      example.truth == example.answer
          ? "A typical {input}: answered right, and erasing takes from its answer what is usual, the median "
            "of the {inputs} answered right."
          : "A typical {input}: erasing takes from its answer what is usual, the median.");
}

std::vector<std::string> example_sentences(const Example& example, const attribution::Nouns& nouns,
                                           bool map_from_file) {
  const std::string answer = draw::quoted_label(example.answer_name),
                    top = draw::quoted_label(word(example, example.top)),
                    strongest = draw::quoted_label(word(example, example.strongest));
  std::vector<std::string> out = {(example.decision.empty() ? "The" : example.decision + " the") + " model answers " +
                                  answer + " with " + bare(example.probability) +
                                  (example.truth < 0 ? "."
                                   : example.truth == example.answer
                                       ? ", and so says the file."
                                       : "; the file says " + draw::quoted_label(example.truth_name) + ".")};
  const double share = shares_of(example.scores)[example.top];
  std::string first = map_from_file
                          ? "The map puts " + top + " first."
                          : nouns.in("The {part} ") + top + " has the largest weight, " + bare(share) + ": " +
                                fixed(draw::lift_of(share, example.scores.size()), 1) + " times the even share.";
  const double loss = example.losses[example.top];
  first += std::abs(loss) < kNothing ? " Without it the answer stays as it was."
           : std::abs(loss) < kAgainst && loss < 0
               ? " Without it, " + answer + " is " + bare(without(example, example.top)) + ", hardly more."
           : loss > 0 ? " Without it, " + answer + " falls to " + bare(without(example, example.top)) + "."
                      : " Without it, " + answer + " rises to " + bare(without(example, example.top)) +
                            nouns.in(": the {part} speaks against the answer.");
  out.push_back(first);
  if (example.losses[example.strongest] < kNothing) {
    out.push_back(nouns.in("No single {part} takes anything from the answer."));
  } else if (example.strongest == example.top) {
    out.push_back(nouns.in("No other single {part} takes as much."));
  } else {
    out.push_back(nouns.in("The {part} that takes most is ") + strongest + " (framed): without it, " + answer +
                  " falls to " + bare(without(example, example.strongest)) + ".");
  }
  return out;
}

std::string example_articles(const audit::Result& result) {
  std::string out;
  const bool from_file = !result.map.empty();
  for (const Example& example : result.examples) {
    if (example.words.empty() || example.words.size() != example.scores.size()) continue;
    const std::vector<double> shares = shares_of(example.scores);
    std::string sentences;
    for (const std::string& sentence : example_sentences(example, result.nouns, from_file)) {
      sentences += (sentences.empty() ? "" : " ") + draw::text_for_html(sentence);
    }
    out += "<article>\n<p class=\"hint\">" + draw::text_for_html(example_reason(example, result.nouns)) +
           "</p>\n<p class=\"text\" dir=\"auto\">" + shaded(example, shares) + "</p>\n<p>" + sentences +
           "</p>\n<details><summary>the numbers</summary>\n" +
           draw::html_table(words_table(example, shares, result.nouns, from_file)) + "</details>\n</article>\n";
  }
  return out;
}

}  // namespace fovea::report
