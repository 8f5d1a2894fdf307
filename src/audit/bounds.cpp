#include "audit/bounds.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <unordered_map>

#include "audit/number.h"
#include "base/errors.h"
#include "metrics/trust/distance.h"
#include "metrics/trust/erasure.h"

namespace fovea::audit {
namespace {

// A set of pieces, a bit each.
using Pieces = uint64_t;

// What the answer loses when pieces of an input are erased, kept for each set of pieces that was asked about.
class PieceAnswers {
 public:
  PieceAnswers(Subject& subject, Erased how, const Rows& inputs, const Answers& answers)
      : subject_(subject), erased_(subject, how), inputs_(inputs), answers_(answers), drops_(inputs.size()) {}

  void split(std::vector<std::vector<int64_t>> begins) { begins_ = std::move(begins); }  // [input][piece]
  size_t pieces(size_t input) const { return begins_[input].size(); }

  // Asks for `input` without the pieces of `gone`, unless that is known. Where much is asked, answers are fetched.
  void want(size_t input, Pieces gone);
  void fetch();

  // p(c|x) − p(c|x without `gone`), after fetch().
  double drop(size_t input, Pieces gone) const { return gone == 0 ? 0 : drops_[input].at(gone).probability; }
  // The same of the log-odds of c.
  double odds_drop(size_t input, Pieces gone) const { return drops_[input].at(gone).odds; }

  // Of all that was asked about, by the number of pieces gone less one, up to all but one: the smallest and the largest
  // drop; kNone where nothing was. With a set goes any number of the ties.
  struct Extremes {
    std::vector<double> least, most;
  };
  Extremes extremes(size_t input, size_t ties) const;

 private:
  struct Wanted {
    size_t input;
    Pieces gone;
    size_t question;
  };
  struct Drop {
    double probability = kNone, odds = kNone;
  };

  Subject& subject_;
  ErasedInputs erased_;
  const Rows& inputs_;
  const Answers& answers_;
  std::vector<std::vector<int64_t>> begins_;
  std::vector<std::unordered_map<Pieces, Drop>> drops_;
  std::vector<Wanted> wanted_;
};

void PieceAnswers::want(size_t input, Pieces gone) {
  if (gone == 0 || !drops_[input].try_emplace(gone).second) return;
  const auto number = static_cast<int64_t>(inputs_[input]);
  const std::vector<int64_t>& begins = begins_[input];
  std::vector<int64_t> positions;
  for (size_t piece = 0; piece < begins.size(); ++piece) {
    if (!(gone >> piece & 1)) continue;
    const int64_t end = piece + 1 < begins.size() ? begins[piece + 1] : subject_.parts(number);
    for (int64_t position = begins[piece]; position < end; ++position) positions.push_back(position);
  }
  const size_t question = erased_.add(number, std::move(positions));
  wanted_.push_back({input, gone, question});
  if (erased_.parts() >= kPartsPerRequest) fetch();
}

void PieceAnswers::fetch() {
  const auto logits = erased_.answer();
  for (const Wanted& wanted : wanted_) {
    const size_t c = static_cast<size_t>(answers_.answer[wanted.input]);
    const std::vector<double>& left = logits[wanted.question];
    drops_[wanted.input][wanted.gone] = {
        answers_.probability(wanted.input) - metrics::probabilities_of(left)[c],
        metrics::log_odds(answers_.readings[wanted.input].logits, c) - metrics::log_odds(left, c)};
  }
  wanted_.clear();
}

PieceAnswers::Extremes PieceAnswers::extremes(size_t input, size_t ties) const {
  Extremes out;
  out.least.assign(pieces(input) - 1, kNone);
  out.most = out.least;
  for (const auto& [gone, lost] : drops_[input]) {
    const auto count = static_cast<size_t>(std::popcount(gone));
    for (size_t with_ties = std::max<size_t>(count, 1); with_ties <= std::min(count + ties, out.least.size());
         ++with_ties) {
      double &least = out.least[with_ties - 1], &most = out.most[with_ties - 1];
      if (!(least <= lost.probability)) least = lost.probability;
      if (!(most >= lost.probability)) most = lost.probability;
    }
  }
  return out;
}

Pieces bit(size_t piece) {
  return Pieces{1} << piece;
}

double steps_of(size_t pieces) {
  return static_cast<double>(pieces - 1);
}

// The pieces of one input as orders are told apart: those that do something, and how many do not.
struct Choice {
  std::vector<size_t> free;
  size_t ties = 0;
};

// Of an input whose answer is beyond doubt no single piece moves p(c|x): there the log-odds tell. The free ones by
// falling drop.
Choice choice_of(const PieceAnswers& answers, size_t input) {
  const size_t pieces = answers.pieces(input);
  double strongest = 0;
  Choice out;
  for (size_t piece = 0; piece < pieces; ++piece) {
    strongest = std::max(strongest, std::abs(answers.odds_drop(input, bit(piece))));
    if (std::abs(answers.drop(input, bit(piece))) >= kTiedMoves) out.free.push_back(piece);
  }
  const bool beyond_doubt = out.free.empty();
  for (size_t piece = 0; beyond_doubt && piece < pieces; ++piece) {
    if (std::abs(answers.odds_drop(input, bit(piece))) > kTiedShare * strongest) out.free.push_back(piece);
  }
  std::stable_sort(out.free.begin(), out.free.end(),
                   [&](size_t a, size_t b) { return answers.drop(input, bit(a)) > answers.drop(input, bit(b)); });
  out.ties = pieces - out.free.size();
  return out;
}

// An order that is begun: the free pieces erased so far, how many ties, and the sum of the drops after each step.
struct Begun {
  Pieces gone = 0;
  size_t ties = 0;
  double sum = 0;
};

// The orders kept of one input, in search of the highest (sign 1) or lowest (sign −1) sum.
struct Beam {
  size_t input;
  double sign;
  std::vector<Begun> kept = {Begun{}};
};

// What may be erased next: a tie, by which nothing changes, or one of the `most` free pieces that are left and alone do
// most for the sum that is searched.
std::vector<Begun> next_of(const Begun& begun, const Choice& choice, double sign, size_t most) {
  std::vector<Begun> out;
  for (size_t i = 0; i < choice.free.size() && out.size() < most; ++i) {
    const size_t piece = choice.free[sign > 0 ? i : choice.free.size() - 1 - i];
    if (!(begun.gone & bit(piece))) out.push_back({begun.gone | bit(piece), begun.ties, begun.sum});
  }
  if (begun.ties < choice.ties) out.push_back({begun.gone, begun.ties + 1, begun.sum});
  return out;
}

// Of orders that have erased the same pieces only the best so far matters, for what follows is the same for all: it is
// the first to come, since the kept ones are sorted and the same piece set has the same drop.
void step(const PieceAnswers& answers, const Choice& choice, Beam& beam, const BoundsOptions& options) {
  std::map<std::pair<Pieces, size_t>, Begun> best;
  for (const Begun& begun : beam.kept) {
    for (Begun next : next_of(begun, choice, beam.sign, options.next)) {
      next.sum += answers.drop(beam.input, next.gone);
      best.try_emplace({next.gone, next.ties}, next);
    }
  }
  beam.kept.clear();
  for (const auto& [gone, begun] : best) beam.kept.push_back(begun);
  const auto better = [&](const Begun& a, const Begun& b) { return beam.sign * a.sum > beam.sign * b.sum; };
  std::stable_sort(beam.kept.begin(), beam.kept.end(), better);
  beam.kept.resize(std::min(beam.kept.size(), options.beam));
}

// The set of the free pieces whose numbers among them are the bits of `chosen`.
Pieces pieces_chosen(const Choice& choice, Pieces chosen) {
  Pieces gone = 0;
  for (size_t i = 0; i < choice.free.size(); ++i) gone |= chosen >> i & 1 ? bit(choice.free[i]) : 0;
  return gone;
}

// All sets of few free pieces, with each number of ties: the best sum that ends with one is its drop and the best of
// those with one piece less.
double best_by_all_sets(const PieceAnswers& answers, const Choice& choice, size_t input, double sign) {
  const size_t pieces = answers.pieces(input), rows = choice.ties + 1;
  constexpr double kWorst = -std::numeric_limits<double>::infinity();
  std::vector<double> sums(bit(choice.free.size()) * rows, 0);
  double best = kWorst;
  for (Pieces chosen = 0; chosen < bit(choice.free.size()); ++chosen) {
    if (static_cast<size_t>(std::popcount(chosen)) == pieces) break;  // the last: nothing is left
    const double drop = answers.drop(input, pieces_chosen(choice, chosen));
    for (size_t ties = 0; ties < rows; ++ties) {
      const size_t count = static_cast<size_t>(std::popcount(chosen)) + ties;
      if (count == 0 || count == pieces) continue;
      double before = ties > 0 ? sums[chosen * rows + ties - 1] : kWorst;
      for (size_t i = 0; i < choice.free.size(); ++i) {
        if (chosen >> i & 1) before = std::max(before, sums[(chosen & ~bit(i)) * rows + ties]);
      }
      const double sum = sums[chosen * rows + ties] = before + sign * drop;
      if (count + 1 == pieces) best = std::max(best, sum);
    }
  }
  return sign * best / steps_of(pieces);
}

// Of few free pieces every set is asked about, but that of all pieces of the input.
void want_all(PieceAnswers& answers, const Choice& choice, size_t input) {
  for (Pieces chosen = 1; chosen < bit(choice.free.size()); ++chosen) {
    if (static_cast<size_t>(std::popcount(chosen)) < answers.pieces(input)) {
      answers.want(input, pieces_chosen(choice, chosen));
    }
  }
}

void search(PieceAnswers& answers, const std::vector<Choice>& choices, const BoundsOptions& options, Bounds& out,
            const std::function<void(double)>& progress) {
  std::vector<Beam> beams;
  size_t most = 0;
  for (size_t input = 0; input < choices.size(); ++input) {
    if (choices[input].free.size() <= options.exhaustive_up_to) {
      want_all(answers, choices[input], input);
      continue;
    }
    most = std::max(most, answers.pieces(input));
    for (const double sign : {1.0, -1.0}) beams.push_back({input, sign});
  }
  answers.fetch();
  const auto note = [&](const Beam& beam) {
    (beam.sign > 0 ? out.highest : out.lowest)[beam.input] =
        beam.kept.front().sum / steps_of(answers.pieces(beam.input));
  };
  for (size_t taken = 1; taken < most; ++taken) {  // all inputs take each step together: one request
    std::erase_if(beams, [&](const Beam& beam) {
      if (taken < answers.pieces(beam.input)) return false;
      note(beam);
      return true;
    });
    for (const Beam& beam : beams) {
      for (const Begun& begun : beam.kept) {
        for (const Begun& next : next_of(begun, choices[beam.input], beam.sign, options.next)) {
          answers.want(beam.input, next.gone);
        }
      }
    }
    answers.fetch();
    for (Beam& beam : beams) step(answers, choices[beam.input], beam, options);
    progress(static_cast<double>(taken) / static_cast<double>(most));
  }
  for (const Beam& beam : beams) note(beam);
  for (size_t input = 0; input < choices.size(); ++input) {
    if (choices[input].free.size() > options.exhaustive_up_to) continue;
    out.highest[input] = best_by_all_sets(answers, choices[input], input, 1);
    out.lowest[input] = best_by_all_sets(answers, choices[input], input, -1);
  }
}

// By the mean place of a piece's parts in the order of all, so that only the order of the scores counts.
Order piece_order(const std::vector<double>& scores, const std::vector<int64_t>& begins, uint64_t seed, size_t input) {
  const Order words = order_of(scores, seed, input);
  if (begins.size() == words.size()) return words;
  std::vector<double> places(words.size());
  for (size_t place = 0; place < words.size(); ++place) {
    places[static_cast<size_t>(words[place])] = static_cast<double>(place);
  }
  std::vector<double> ahead(begins.size(), 0);
  for (size_t piece = 0; piece < begins.size(); ++piece) {
    const int64_t begin = begins[piece], end = piece + 1 < begins.size() ? begins[piece + 1] : std::ssize(scores);
    for (int64_t part = begin; part < end; ++part) ahead[piece] -= places[static_cast<size_t>(part)];
    ahead[piece] /= static_cast<double>(end - begin);
  }
  return order_of(ahead, seed, input);
}

// The sets of an order's steps, but for the last; by a tie the set stays as it is.
std::vector<Pieces> steps_along(const Order& order, const Choice& choice) {
  Pieces free = 0, gone = 0;
  for (const size_t piece : choice.free) free |= bit(piece);
  std::vector<Pieces> out;
  for (size_t i = 0; i + 1 < order.size(); ++i) out.push_back(gone |= free & bit(static_cast<size_t>(order[i])));
  return out;
}

}  // namespace

std::vector<int64_t> pieces_of(int64_t words, size_t most) {
  const int64_t pieces = std::min<int64_t>(words, static_cast<int64_t>(most));
  std::vector<int64_t> begins;
  for (int64_t piece = 0; piece < pieces; ++piece) begins.push_back(piece * words / pieces);
  return begins;
}

Bounds bounds_of(Subject& subject, const BoundsOptions& options, const Rows& inputs, const Answers& answers,
                 const std::vector<std::vector<std::vector<double>>>& maps, uint64_t seed,
                 const std::function<void(double)>& progress) {
  FOVEA_CHECK(options.most_pieces < 64 && options.exhaustive_up_to < 20 && options.beam > 0);
  const size_t count = inputs.size();
  Bounds out;
  out.lowest.assign(count, 0);
  out.highest.assign(count, 0);
  std::vector<std::vector<int64_t>> begins;
  for (const size_t input : inputs) {
    const int64_t parts = subject.parts(static_cast<int64_t>(input));
    FOVEA_CHECK(parts > 1, parts);
    begins.push_back(pieces_of(parts, options.most_pieces));
    out.grouped += std::ssize(begins.back()) < parts;
  }
  PieceAnswers drops(subject, options.how, inputs, answers);
  drops.split(begins);
  for (size_t input = 0; input < count; ++input) {
    for (size_t piece = 0; piece < drops.pieces(input); ++piece) drops.want(input, bit(piece));
  }
  drops.fetch();
  std::vector<Choice> choices;
  for (size_t input = 0; input < count; ++input) choices.push_back(choice_of(drops, input));
  search(drops, choices, options, out, progress);

  std::vector<std::vector<std::vector<Pieces>>> paths(maps.size());
  for (size_t map = 0; map < maps.size(); ++map) {
    for (size_t input = 0; input < count; ++input) {
      paths[map].push_back(steps_along(piece_order(maps[map][input], begins[input], seed, input), choices[input]));
      for (const Pieces gone : paths[map].back()) drops.want(input, gone);
    }
  }
  drops.fetch();
  for (size_t map = 0; map < maps.size(); ++map) {
    std::vector<double>& values = out.of_map.emplace_back();
    for (size_t input = 0; input < count; ++input) {
      double sum = 0;
      for (const Pieces gone : paths[map][input]) sum += drops.drop(input, gone);
      values.push_back(sum / steps_of(begins[input].size()));
      out.lowest[input] = std::min(out.lowest[input], values.back());
      out.highest[input] = std::max(out.highest[input], values.back());
    }
  }
  for (const auto& values : out.of_map) {
    std::vector<double>& normalised = out.normalised.emplace_back();
    for (size_t input = 0; input < count; ++input) {
      const bool matters = out.highest[input] - out.lowest[input] >= kOrderMatters;
      const auto value = metrics::normalised_aopc(values[input], out.lowest[input], out.highest[input]);
      normalised.push_back(matters ? value.value_or(kNone) : kNone);
    }
  }
  for (size_t input = 0; input < count; ++input) {
    PieceAnswers::Extremes extremes = drops.extremes(input, choices[input].ties);
    out.least.push_back(std::move(extremes.least));
    out.most.push_back(std::move(extremes.most));
  }
  progress(1);
  return out;
}

}  // namespace fovea::audit
