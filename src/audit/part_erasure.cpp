#include "audit/part_erasure.h"

#include "base/errors.h"
#include "metrics/trust/distance.h"
#include "metrics/trust/erasure.h"

namespace fovea::audit {
namespace {

using Counts = std::array<size_t, 5>;

// The questions of one order of one input: without its first k parts, and with only them.
struct Questions {
  std::array<size_t, 5> without{}, only{};
};

Questions ask(ErasedInputs& erased, int64_t input, const Order& order, const Counts& counts) {
  Questions out;
  for (size_t bin = 0; bin < counts.size(); ++bin) {
    const auto split = order.begin() + static_cast<std::ptrdiff_t>(counts[bin]);
    out.without[bin] = erased.add(input, {order.begin(), split});
    out.only[bin] = erased.add(input, {split, order.end()});
  }
  return out;
}

void note(PartErasure& out, size_t input, const Questions& questions, const std::vector<std::vector<double>>& logits,
          const Reading& whole, size_t c, const Counts& counts) {
  const double p = whole.probabilities[c], odds = metrics::log_odds(whole.logits, c);
  std::array<double, 5> odds_without{}, odds_only{};
  for (size_t bin = 0; bin < counts.size(); ++bin) {
    const auto &without = logits[questions.without[bin]], &only = logits[questions.only[bin]];
    out.without[input][bin] = p - metrics::probabilities_of(without)[c];
    out.only[input][bin] = p - metrics::probabilities_of(only)[c];
    odds_without[bin] = odds - metrics::log_odds(without, c);
    odds_only[bin] = odds - metrics::log_odds(only, c);
  }
  out.comprehensiveness[input] = metrics::aopc(out.without[input], counts);
  out.sufficiency[input] = metrics::aopc(out.only[input], counts);
  out.comprehensiveness_odds[input] = metrics::aopc(odds_without, counts);
  out.sufficiency_odds[input] = metrics::aopc(odds_only, counts);
}

PartErasure empty_erasure(size_t inputs, double start) {
  PartErasure out;
  for (auto* values : {&out.comprehensiveness, &out.sufficiency, &out.comprehensiveness_odds, &out.sufficiency_odds}) {
    values->assign(inputs, start);
  }
  std::array<double, 5> none{};
  none.fill(start);
  out.without.assign(inputs, none);
  out.only.assign(inputs, none);
  return out;
}

}  // namespace

std::vector<PartErasure> erase_parts(Subject& subject, Erased how, const Answers& answers, const Rows& rows,
                                     const std::vector<std::vector<Order>>& orders,
                                     const std::function<void(double)>& progress) {
  const auto inputs = static_cast<size_t>(subject.inputs());
  std::vector<PartErasure> out(orders.size(), empty_erasure(inputs, kNone));
  ErasedInputs erased(subject, how);
  const auto counts_of = [&](size_t input) {
    return metrics::erasure_counts(static_cast<size_t>(subject.parts(static_cast<int64_t>(input))));
  };
  std::vector<std::vector<Questions>> waiting;  // [row since `first`][map]
  size_t first = 0;
  const auto take_answers = [&] {
    const auto logits = erased.answer();
    for (size_t i = 0; i < waiting.size(); ++i) {
      const size_t input = rows[first + i];
      const Counts counts = counts_of(input);
      for (size_t map = 0; map < orders.size(); ++map) {
        note(out[map], input, waiting[i][map], logits, answers.readings[input],
             static_cast<size_t>(answers.answer[input]), counts);
      }
    }
    first += waiting.size();
    waiting.clear();
    progress(static_cast<double>(first) / static_cast<double>(rows.size()));
  };
  for (const size_t input : rows) {
    const Counts counts = counts_of(input);
    std::vector<Questions>& questions = waiting.emplace_back();
    for (const auto& of_map : orders) {
      questions.push_back(ask(erased, static_cast<int64_t>(input), of_map[input], counts));
    }
    if (erased.parts() >= kPartsPerRequest) take_answers();
  }
  if (!waiting.empty()) take_answers();
  return out;
}

PartErasure mean_of(const std::vector<PartErasure>& draws) {
  FOVEA_CHECK(!draws.empty());
  const size_t inputs = draws.front().comprehensiveness.size();
  const double share = 1 / static_cast<double>(draws.size());
  PartErasure out = empty_erasure(inputs, 0);
  for (const PartErasure& draw : draws) {
    for (size_t input = 0; input < inputs; ++input) {
      out.comprehensiveness[input] += share * draw.comprehensiveness[input];
      out.sufficiency[input] += share * draw.sufficiency[input];
      out.comprehensiveness_odds[input] += share * draw.comprehensiveness_odds[input];
      out.sufficiency_odds[input] += share * draw.sufficiency_odds[input];
      for (size_t bin = 0; bin < 5; ++bin) {
        out.without[input][bin] += share * draw.without[input][bin];
        out.only[input][bin] += share * draw.only[input][bin];
      }
    }
  }
  return out;
}

std::vector<SignValues> sign_of(Subject& subject, Erased how, const Answers& answers,
                                const std::vector<std::vector<Order>>& orders) {
  std::vector<SignValues> out(orders.size());
  ErasedInputs erased(subject, how);
  std::vector<std::vector<size_t>> waiting;  // [input since `first`][map]
  size_t first = 0;
  const auto take_answers = [&] {
    const auto logits = erased.answer();
    for (size_t i = 0; i < waiting.size(); ++i) {
      const size_t input = first + i, c = static_cast<size_t>(answers.answer[input]);
      for (size_t map = 0; map < orders.size(); ++map) {
        const double rise = metrics::probabilities_of(logits[waiting[i][map]])[c] - answers.probability(input);
        out[map].violates.push_back(rise > kRise);
        out[map].rises.push_back(rise > 0);
      }
    }
    first += waiting.size();
    waiting.clear();
  };
  for (int64_t input = 0; input < subject.inputs(); ++input) {
    std::vector<size_t>& questions = waiting.emplace_back();
    for (const auto& of_map : orders) {
      questions.push_back(erased.add(input, {of_map[static_cast<size_t>(input)].front()}));
    }
    if (erased.parts() >= kPartsPerRequest) take_answers();
  }
  take_answers();
  return out;
}

}  // namespace fovea::audit
