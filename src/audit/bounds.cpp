#include "audit/bounds.h"

#include <algorithm>
#include <bit>
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
  double drop(size_t input, Pieces gone) const { return drops_[input].at(gone); }

  // Of all that was asked about, by the number of pieces gone less one, up to all but one: the smallest and the largest
  // drop; kNone where nothing was.
  struct Extremes {
    std::vector<double> least, most;
  };
  Extremes extremes(size_t input) const;

 private:
  struct Wanted {
    size_t input;
    Pieces gone;
    size_t question;
  };

  Subject& subject_;
  ErasedInputs erased_;
  const Rows& inputs_;
  const Answers& answers_;
  std::vector<std::vector<int64_t>> begins_;
  std::vector<std::unordered_map<Pieces, double>> drops_;
  std::vector<Wanted> wanted_;
};

void PieceAnswers::want(size_t input, Pieces gone) {
  if (!drops_[input].try_emplace(gone, kNone).second) return;
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
    const double left = metrics::probabilities_of(logits[wanted.question])[c];
    drops_[wanted.input][wanted.gone] = answers_.probability(wanted.input) - left;
  }
  wanted_.clear();
}

PieceAnswers::Extremes PieceAnswers::extremes(size_t input) const {
  Extremes out;
  out.least.assign(pieces(input) - 1, kNone);
  out.most = out.least;
  for (const auto& [gone, drop] : drops_[input]) {
    const auto count = static_cast<size_t>(std::popcount(gone));
    if (count == 0 || count > out.least.size()) continue;
    double &least = out.least[count - 1], &most = out.most[count - 1];
    if (!(least <= drop)) least = drop;
    if (!(most >= drop)) most = drop;
  }
  return out;
}

Pieces bit(size_t piece) {
  return Pieces{1} << piece;
}

// An order that is begun: the pieces erased so far, and the sum of the drops after each step.
struct Begun {
  Pieces gone = 0;
  double sum = 0;
};

// The orders kept of one input, in search of the highest (sign 1) or lowest (sign −1) sum.
struct Beam {
  size_t input;
  double sign;
  std::vector<Begun> kept = {Begun{}};
};

void want_next(PieceAnswers& answers, const Beam& beam) {
  for (const Begun& begun : beam.kept) {
    for (size_t piece = 0; piece < answers.pieces(beam.input); ++piece) {
      if (!(begun.gone & bit(piece))) answers.want(beam.input, begun.gone | bit(piece));
    }
  }
}

// Of orders that have erased the same pieces only the best so far matters, for what follows is the same for all: it is
// the first to come, since the kept ones are sorted and the same piece set has the same drop.
void step(const PieceAnswers& answers, Beam& beam, size_t width) {
  std::map<Pieces, double> best;
  for (const Begun& begun : beam.kept) {
    for (size_t piece = 0; piece < answers.pieces(beam.input); ++piece) {
      if (begun.gone & bit(piece)) continue;
      const Pieces gone = begun.gone | bit(piece);
      best.try_emplace(gone, begun.sum + answers.drop(beam.input, gone));
    }
  }
  beam.kept.clear();
  for (const auto& [gone, sum] : best) beam.kept.push_back({gone, sum});
  const auto better = [&](const Begun& a, const Begun& b) { return beam.sign * a.sum > beam.sign * b.sum; };
  std::stable_sort(beam.kept.begin(), beam.kept.end(), better);
  beam.kept.resize(std::min(beam.kept.size(), width));
}

double steps_of(size_t pieces) {
  return static_cast<double>(pieces - 1);
}

// All sets of few pieces: the best sum that ends with a set is its drop and the best of those with one piece less.
double best_by_all_sets(const PieceAnswers& answers, size_t input, double sign) {
  const size_t pieces = answers.pieces(input);
  const Pieces all = bit(pieces) - 1;
  std::vector<double> sums(all, 0);
  double best = -std::numeric_limits<double>::infinity();
  for (Pieces gone = 1; gone < all; ++gone) {
    double before = -std::numeric_limits<double>::infinity();
    for (size_t piece = 0; piece < pieces; ++piece) {
      if (gone & bit(piece)) before = std::max(before, sums[gone & ~bit(piece)]);
    }
    sums[gone] = before + sign * answers.drop(input, gone);
    const bool one_left = std::popcount(gone) + 1 == static_cast<int>(pieces);
    if (one_left) best = std::max(best, sums[gone]);
  }
  return sign * best / steps_of(pieces);
}

void search(PieceAnswers& answers, const BoundsOptions& options, size_t inputs, Bounds& out,
            const std::function<void(double)>& progress) {
  std::vector<Beam> beams;
  size_t most = 0;
  for (size_t input = 0; input < inputs; ++input) {
    const size_t pieces = answers.pieces(input);
    if (pieces <= options.exhaustive_up_to) {
      for (Pieces gone = 1; gone + 1 < bit(pieces); ++gone) answers.want(input, gone);
      continue;
    }
    most = std::max(most, pieces);
    for (const double sign : {1.0, -1.0}) beams.push_back({input, sign});
  }
  answers.fetch();
  for (size_t taken = 1; taken < most; ++taken) {  // all inputs take each step together: one request
    std::erase_if(beams, [&](Beam& beam) {
      if (taken < answers.pieces(beam.input)) return false;
      (beam.sign > 0 ? out.highest : out.lowest)[beam.input] =
          beam.kept.front().sum / steps_of(answers.pieces(beam.input));
      return true;
    });
    for (const Beam& beam : beams) want_next(answers, beam);
    answers.fetch();
    for (Beam& beam : beams) step(answers, beam, options.beam);
    progress(static_cast<double>(taken) / static_cast<double>(most));
  }
  for (const Beam& beam : beams) {
    (beam.sign > 0 ? out.highest : out.lowest)[beam.input] =
        beam.kept.front().sum / steps_of(answers.pieces(beam.input));
  }
  for (size_t input = 0; input < inputs; ++input) {
    if (answers.pieces(input) > options.exhaustive_up_to) continue;
    out.highest[input] = best_by_all_sets(answers, input, 1);
    out.lowest[input] = best_by_all_sets(answers, input, -1);
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

// The sets of an order's steps, but for the last.
std::vector<Pieces> steps_along(const Order& order) {
  std::vector<Pieces> out;
  Pieces gone = 0;
  for (size_t i = 0; i + 1 < order.size(); ++i) out.push_back(gone |= bit(static_cast<size_t>(order[i])));
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
  search(drops, options, count, out, progress);

  std::vector<std::vector<std::vector<Pieces>>> paths(maps.size());
  for (size_t map = 0; map < maps.size(); ++map) {
    for (size_t input = 0; input < count; ++input) {
      paths[map].push_back(steps_along(piece_order(maps[map][input], begins[input], seed, input)));
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
    PieceAnswers::Extremes extremes = drops.extremes(input);
    out.least.push_back(std::move(extremes.least));
    out.most.push_back(std::move(extremes.most));
  }
  progress(1);
  return out;
}

}  // namespace fovea::audit
