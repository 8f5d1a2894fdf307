#include "attribution/text_attributor.h"

#include "attribution/input_gradients.h"
#include "attribution/integrated_gradients.h"
#include "attribution/leave_one_out.h"
#include "attribution/weight_gradients.h"
#include "base/errors.h"

namespace fovea::attribution {
namespace {

template <typename Scores>
std::vector<Attribution> of_each(std::span<const Text> texts, Scores scores) {
  std::vector<Attribution> all;
  for (const Text& text : texts) all.push_back({scores(text)});
  return all;
}

std::vector<Attribution> attention(TextSubject& subject, std::span<const Text> texts) {
  std::vector<Attribution> all;
  for (Reading& reading : subject.read(texts)) all.push_back({std::move(reading.weights)});
  return all;
}

}  // namespace

TextAttributor::TextAttributor(TextSubject& subject) : subject_(subject), frequencies_(subject.parts().vocabulary) {}

std::vector<Attribution> TextAttributor::attribute(Method method, std::span<const Text> texts,
                                                   std::span<const int64_t> towards, uint64_t seed) {
  FOVEA_CHECK(texts.size() == towards.size(), texts.size(), towards.size());
  switch (method) {
    case Method::kAttention:
      return attention(subject_, texts);
    case Method::kGradient:
      return gradient(subject_, texts);
    case Method::kGradientInput:
      return gradient_input(subject_, texts, towards);
    case Method::kAttentionGradient:
      return weight_gradients(subject_, texts, towards, Times::kWeight);
    case Method::kWeightGradient:
      return weight_gradients(subject_, texts, towards, Times::kOne);
    case Method::kIntegratedGradients:
      return integrated_gradients(subject_, texts, towards);
    case Method::kLeaveOneOut:
      return leave_one_out(subject_, texts, towards, Loss::kSigned);
    case Method::kLeaveOneOutDistance:
      return leave_one_out(subject_, texts, towards, Loss::kDistance);
    case Method::kRandom:
      return of_each(texts, [seed](const Text& text) { return random_scores(text, seed); });
    case Method::kPosition:
      return of_each(texts, position_scores);
    case Method::kFrequency:
      return of_each(texts, [this](const Text& text) { return frequencies_.scores(text); });
  }
  FOVEA_CHECK(false, "no such method");
  return {};
}

}  // namespace fovea::attribution
