#include "audit/bounds.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <map>

#include "audit/number.h"
#include "audit/piece_answers.h"
#include "base/errors.h"
#include "metrics/trust/erasure.h"

namespace fovea::audit {
namespace {

Pieces bit(size_t piece) {
  return Pieces{1} << piece;
}

// An order that is begun: the pieces erased so far, and the sum of the drops after each step.
struct Begun {
  Pieces gone = 0;
  double sum = 0;
};

// The orders kept of one text, in search of the highest (sign 1) or lowest (sign −1) sum.
struct Beam {
  size_t text;
  double sign;
  std::vector<Begun> kept = {Begun{}};
};

void want_next(PieceAnswers& answers, const Beam& beam) {
  for (const Begun& begun : beam.kept) {
    for (size_t piece = 0; piece < answers.pieces(beam.text); ++piece) {
      if (!(begun.gone & bit(piece))) answers.want(beam.text, begun.gone | bit(piece));
    }
  }
}

// Of orders that have erased the same pieces only the best so far matters, for what follows is the same for all: it is
// the first to come, since the kept ones are sorted and the same piece set has the same drop.
void step(const PieceAnswers& answers, Beam& beam, size_t width) {
  std::map<Pieces, double> best;
  for (const Begun& begun : beam.kept) {
    for (size_t piece = 0; piece < answers.pieces(beam.text); ++piece) {
      if (begun.gone & bit(piece)) continue;
      const Pieces gone = begun.gone | bit(piece);
      best.try_emplace(gone, begun.sum + answers.drop(beam.text, gone));
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
double best_by_all_sets(const PieceAnswers& answers, size_t text, double sign) {
  const size_t pieces = answers.pieces(text);
  const Pieces all = bit(pieces) - 1;
  std::vector<double> sums(all, 0);
  double best = -std::numeric_limits<double>::infinity();
  for (Pieces gone = 1; gone < all; ++gone) {
    double before = -std::numeric_limits<double>::infinity();
    for (size_t piece = 0; piece < pieces; ++piece) {
      if (gone & bit(piece)) before = std::max(before, sums[gone & ~bit(piece)]);
    }
    sums[gone] = before + sign * answers.drop(text, gone);
    const bool one_left = std::popcount(gone) + 1 == static_cast<int>(pieces);
    if (one_left) best = std::max(best, sums[gone]);
  }
  return sign * best / steps_of(pieces);
}

void search(PieceAnswers& answers, const BoundsOptions& options, size_t texts, Bounds& out,
            const std::function<void(double)>& progress) {
  std::vector<Beam> beams;
  size_t most = 0;
  for (size_t text = 0; text < texts; ++text) {
    const size_t pieces = answers.pieces(text);
    if (pieces <= options.exhaustive_up_to) {
      for (Pieces gone = 1; gone + 1 < bit(pieces); ++gone) answers.want(text, gone);
      continue;
    }
    most = std::max(most, pieces);
    for (const double sign : {1.0, -1.0}) beams.push_back({text, sign});
  }
  answers.fetch();
  for (size_t at = 1; at < most; ++at) {  // all texts take each step together: one request
    std::erase_if(beams, [&](Beam& beam) {
      if (at < answers.pieces(beam.text)) return false;
      (beam.sign > 0 ? out.highest : out.lowest)[beam.text] =
          beam.kept.front().sum / steps_of(answers.pieces(beam.text));
      return true;
    });
    for (const Beam& beam : beams) want_next(answers, beam);
    answers.fetch();
    for (Beam& beam : beams) step(answers, beam, options.beam);
    progress(static_cast<double>(at) / static_cast<double>(most));
  }
  for (const Beam& beam : beams) {
    (beam.sign > 0 ? out.highest : out.lowest)[beam.text] = beam.kept.front().sum / steps_of(answers.pieces(beam.text));
  }
  for (size_t text = 0; text < texts; ++text) {
    if (answers.pieces(text) > options.exhaustive_up_to) continue;
    out.highest[text] = best_by_all_sets(answers, text, 1);
    out.lowest[text] = best_by_all_sets(answers, text, -1);
  }
}

// By the mean place of a piece's words in the order of all, so that only the order of the scores counts.
Order piece_order(const std::vector<double>& scores, const std::vector<int64_t>& begins, uint64_t seed, size_t text) {
  const Order words = order_of(scores, seed, text);
  if (begins.size() == words.size()) return words;
  std::vector<double> places(words.size());
  for (size_t place = 0; place < words.size(); ++place) {
    places[static_cast<size_t>(words[place])] = static_cast<double>(place);
  }
  std::vector<double> ahead(begins.size(), 0);
  for (size_t piece = 0; piece < begins.size(); ++piece) {
    const int64_t begin = begins[piece], end = piece + 1 < begins.size() ? begins[piece + 1] : std::ssize(scores);
    for (int64_t at = begin; at < end; ++at) ahead[piece] -= places[static_cast<size_t>(at)];
    ahead[piece] /= static_cast<double>(end - begin);
  }
  return order_of(ahead, seed, text);
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

Bounds bounds_of(Subject& subject, const BoundsOptions& options, const std::vector<Text>& texts, const Answers& answers,
                 const std::vector<std::vector<std::vector<double>>>& maps, uint64_t seed,
                 const std::function<void(double)>& progress) {
  FOVEA_CHECK(options.most_pieces < 64 && options.exhaustive_up_to < 20 && options.beam > 0);
  Bounds out;
  out.lowest.assign(texts.size(), 0);
  out.highest.assign(texts.size(), 0);
  std::vector<std::vector<int64_t>> begins;
  for (const Text& text : texts) {
    FOVEA_CHECK(text.size() > 1, text.size());
    begins.push_back(pieces_of(text.size(), options.most_pieces));
    out.grouped += std::ssize(begins.back()) < text.size();
  }
  PieceAnswers drops(subject, options.how, texts, answers);
  drops.split(begins);
  search(drops, options, texts.size(), out, progress);

  std::vector<std::vector<std::vector<Pieces>>> paths(maps.size());
  for (size_t map = 0; map < maps.size(); ++map) {
    for (size_t text = 0; text < texts.size(); ++text) {
      paths[map].push_back(steps_along(piece_order(maps[map][text], begins[text], seed, text)));
      for (const Pieces gone : paths[map].back()) drops.want(text, gone);
    }
  }
  drops.fetch();
  for (size_t map = 0; map < maps.size(); ++map) {
    std::vector<double>& values = out.of_map.emplace_back();
    for (size_t text = 0; text < texts.size(); ++text) {
      double sum = 0;
      for (const Pieces gone : paths[map][text]) sum += drops.drop(text, gone);
      values.push_back(sum / steps_of(begins[text].size()));
      out.lowest[text] = std::min(out.lowest[text], values.back());
      out.highest[text] = std::max(out.highest[text], values.back());
    }
  }
  for (const auto& values : out.of_map) {
    std::vector<double>& normalised = out.normalised.emplace_back();
    for (size_t text = 0; text < texts.size(); ++text) {
      const bool matters = out.highest[text] - out.lowest[text] >= kOrderMatters;
      const auto value = metrics::normalised_aopc(values[text], out.lowest[text], out.highest[text]);
      normalised.push_back(matters ? value.value_or(kNone) : kNone);
    }
  }
  for (size_t text = 0; text < texts.size(); ++text) {
    PieceAnswers::Extremes extremes = drops.extremes(text);
    out.least.push_back(std::move(extremes.least));
    out.most.push_back(std::move(extremes.most));
  }
  progress(1);
  return out;
}

}  // namespace fovea::audit
