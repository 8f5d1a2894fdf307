#include "runner/case.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <numeric>
#include <span>
#include <sstream>
#include <type_traits>

#include "base/errors.h"
#include "base/random.h"

namespace fovea::bench {
namespace {

std::string trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t\r"), end = text.find_last_not_of(" \t\r");
  return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

// Thrown within this file, told with its place by read_cases().
struct BadValue {};

int64_t whole_number(const std::string& text) {
  if (text.empty() || text.size() > 12 || text.find_first_not_of("0123456789") != std::string::npos) throw BadValue();
  return std::stoll(text);
}

std::string one_of(const std::string& text, const std::vector<std::string>& allowed) {
  for (const std::string& word : allowed) {
    if (word == text) return text;
  }
  throw BadValue();
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

Kind parse_kind(const std::string& text) {
  static const std::map<std::string, Kind> kinds = {{"train", Kind::kTrain},
                                                    {"infer", Kind::kInfer},
                                                    {"layers", Kind::kLayers},
                                                    {"attend", Kind::kAttend},
                                                    {"steps", Kind::kSteps}};
  const auto found = kinds.find(text);
  if (found == kinds.end()) throw BadValue();
  return found->second;
}

void set_lengths(Case& made, const std::string& text) {
  const size_t dash = text.find('-');
  made.shortest = whole_number(text.substr(0, dash));
  made.longest = dash == std::string::npos ? made.shortest : whole_number(text.substr(dash + 1));
  if (made.shortest < 1 || made.longest < made.shortest) throw BadValue();
}

void set(Case& made, const std::string& key, const std::string& value) {
  const auto number = [&value](auto& field) {
    return [&value, place = &field] {
      const int64_t n = whole_number(value);
      if (n < 1) throw BadValue();
      *place = static_cast<std::remove_reference_t<decltype(field)>>(n);
    };
  };
  const std::map<std::string, std::function<void()>> setters = {
      {"kind", [&] { made.kind = parse_kind(value); }},
      {"cell",
       [&] {
         made.cell = one_of(value, {"lstm", "gru", "elman"});
       }},
      {"pooling",
       [&] {
         made.pooling = one_of(value, {"additive", "last"});
       }},
      {"unit",
       [&] {
         made.in_milliseconds = one_of(value, {"ms", "tokens/s"}) == "ms";
       }},
      {"score",
       [&] {
         made.score = one_of(value, {"additive", "scaled-dot"});
       }},
      {"causal",
       [&] {
         made.causal = one_of(value, {"yes", "no"}) == "yes";
       }},
      {"passes",
       [&] {
         made.backward = one_of(value, {"both", "forward"}) == "both";
       }},
      {"lengths", [&] { set_lengths(made, value); }},
      {"beside", [&] { made.beside = value; }},
      {"peers", [&] { made.peers = words(value); }},
      {"slow", [&] { made.slow = words(value); }},
      {"batch", number(made.batch)},
      {"layers", number(made.layers)},
      {"directions", number(made.directions)},
      {"embed", number(made.embed)},
      {"hidden", number(made.hidden)},
      {"vocabulary", number(made.vocabulary)},
      {"queries", number(made.queries)},
      {"width", number(made.width)},
      {"heads", number(made.heads)},
      {"threads", number(made.threads)},
      {"repeats", number(made.repeats)},
      {"calls", number(made.calls)},
  };
  const auto found = setters.find(key);
  if (found == setters.end()) throw BadValue();
  found->second();
}

}  // namespace

std::vector<Case> read_cases(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw UserError(ExitCode::kNoInput, path + ": cannot be read", "Give a file of cases with --cases.");
  std::vector<Case> cases;
  std::string line;
  for (int64_t number = 1; std::getline(in, line); ++number) {
    line = trimmed(line);
    if (line.empty() || line[0] == '#') continue;
    if (line.front() == '[' && line.back() == ']') {
      cases.emplace_back();
      cases.back().name = line.substr(1, line.size() - 2);
      continue;
    }
    const size_t equals = line.find('=');
    try {
      if (equals == std::string::npos || cases.empty()) throw BadValue();
      set(cases.back(), trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
    } catch (const BadValue&) {
      throw UserError(ExitCode::kBadData, path + ":" + std::to_string(number) + ": not understood: " + line,
                      "bench/runner/case.h lists the keys and what they take.");
    }
  }
  for (const Case& made : cases) {
    if (made.longest == 0)
      throw UserError(ExitCode::kBadData, path + ": [" + made.name + "] has no lengths", "Write lengths = 85-256.");
  }
  return cases;
}

const Case& find_case(const std::vector<Case>& cases, const std::string& name) {
  for (const Case& one : cases) {
    if (one.name == name) return one;
  }
  throw UserError(ExitCode::kUsage, "no case is called " + name, "The [names] stand in the file of cases.");
}

std::vector<int64_t> lengths_of(const Case& c) {
  std::vector<int64_t> lengths;
  const int64_t steps = std::max<int64_t>(1, c.batch - 1);
  for (int64_t b = 0; b < c.batch; ++b) lengths.push_back(c.longest - (c.longest - c.shortest) * b / steps);
  shuffle(std::span(lengths), {1, Purpose::kShuffle, 0});
  return lengths;
}

double operations_of(const Case& c) {
  if (c.kind == Kind::kAttend) return 0;
  const std::vector<int64_t> lengths = lengths_of(c);
  const double N = static_cast<double>(std::accumulate(lengths.begin(), lengths.end(), int64_t{0}) *
                                       (c.kind == Kind::kSteps ? c.queries : 1));
  const double gates = c.cell == "lstm" ? 4 : c.cell == "gru" ? 3 : 1;
  const double H = static_cast<double>(c.hidden), D = H * static_cast<double>(c.directions);
  double forward = 0, width = static_cast<double>(c.embed);
  for (int64_t layer = 0; layer < c.layers; ++layer, width = D) forward += 2 * N * gates * D * (width + H);
  if ((c.kind == Kind::kTrain || c.kind == Kind::kInfer) && c.pooling == "additive") {
    forward += 2 * N * (D * H + H + D);
  }
  return c.kind == Kind::kInfer || c.kind == Kind::kSteps ? forward : 3 * forward;
}

}  // namespace fovea::bench
