// Gradients of the answer by what the network reads of each word: its vector and its n-gram ratios. The ratios stand in
// the encoder's input and once more in the memory row; a gradient sums over both places. Of several members it sums
// over what each of them reads.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "attribution/methods.h"
#include "attribution/text_subject.h"

namespace fovea::attribution {

// A place on the way from no input to the whole of it: `scale` times the input x of a text that has words.
struct Point {
  int64_t text = 0;
  double scale = 1;
  int64_t towards = 0;  // c
};

// kFixed: the weights that attention makes at the point count as constants. Of kMax and kLast, whose choice of words
// has no gradient in any case, both are the same.
enum class Attention { kMoves, kFixed };

// Of point number `point`: x_i · dp_c/dx_i at scale · x of each word, [n], and p_c there.
using TakeProducts = std::function<void(size_t point, std::span<const double> products, double probability)>;

// In batches, so not in the order of the points.
void input_products(TextSubject& subject, std::span<const Text> texts, std::span<const Point> points,
                    Attention attention, const TakeProducts& take);

// Method::kGradient: one pass per class but the last, whose gradient is minus the sum of the others'.
std::vector<Attribution> gradient(TextSubject& subject, std::span<const Text> texts);

// Method::kGradientInput.
std::vector<Attribution> gradient_input(TextSubject& subject, std::span<const Text> texts,
                                        std::span<const int64_t> towards);

}  // namespace fovea::attribution
