// Decisions of a translator, each by itself: which subword comes next where a translation stands up to there. What an
// audit asks about, by words of the source.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tasks/translation/network.h"

namespace fovea::tasks {

struct Decision {
  std::vector<int32_t> source;       // its end last
  std::vector<int64_t> word_of;      // the word of each subword but the end: 0, 1, … without gaps, rising
  std::vector<int32_t> before = {};  // what stands of the translation
  int64_t steps = 1;                 // decisions of the whole translation, the end among them
  int32_t asked = -1;                // a subword that must be one of the classes, however improbable; −1: none

  int64_t words() const { return word_of.empty() ? 0 : word_of.back() + 1; }
  int64_t length() const { return std::ssize(source) + std::ssize(before) + 1; }  // subwords that are read

  // `gone`: words, rising. Without all subwords of these; or with the unknown one in the place of each of them.
  Decision without(std::span<const int64_t> gone) const;
  Decision masked(std::span<const int64_t> gone) const;
};

// Where each of K looks, those of a layer head by head, fell at the decisions of a batch of N words and L subwords that
// belong to words.
struct DecisionLooks {
  GivenLooks own;      // of all steps, as the decoder made them
  at::Tensor mass;     // [K, N] double: what a word got, all its subwords together
  at::Tensor weights;  // [K, N] double: the same, scaled so that the words of a decision have 1; even where they had 0
  at::Tensor inside;   // [K, L]: what a subword gets where its word weighs 1: its share of the word's mass, less what
                       // the source's end has; even where the word had 0
};

// B decisions of N words that are read together. Refers to the network.
class DecisionBatch {
 public:
  DecisionBatch(TranslatorImpl& network, std::span<const Decision* const> decisions);

  const at::Tensor& offsets() const { return offsets_; }  // [B+1] over the words

  EncodedSources encode() const;
  // The same from what the network reads of each word, [N, m·E]: the vectors of its subwords one after the other, and
  // zeros behind those of a word of fewer than m. Differentiable.
  EncodedSources encode(const at::Tensor& words) const;
  at::Tensor words() const;  // that are read: constants

  // The logits [B, V] of the decisions alone; Decoded::looked is of all steps.
  Decoded decode(const EncodedSources& sources, const GivenLooks& looks = {}) const;

  // What the decoder looked at; constants. `decoded`: of decode(). Not of a decoder that does not look.
  DecisionLooks looks_of(const Decoded& decoded) const;
  // The looks under which word i gets weights[k, i] at its decision, in each look: [K, N], differentiable. Steps before
  // the decision keep theirs, and so does the end of the source.
  GivenLooks under(const DecisionLooks& looks, const at::Tensor& weights) const;

 private:
  TranslatorImpl& network_;
  at::Tensor source_, source_offsets_, read_, read_offsets_, last_;
  at::Tensor offsets_;
  at::Tensor rows_, word_;  // [L]: where in the source a subword is, and its word of N
  at::Tensor slot_;         // [L]: its row in [N·m, E]
  at::Tensor decision_;     // [N]: of each word
  at::Tensor at_;           // [heads, L]: where in the weights of a layer a subword has its own at the decision
  int64_t width_ = 1;       // m
};

// What `sources`, of one decision, are where it is read `count` times; and the same of its looks.
EncodedSources repeated(const EncodedSources& sources, int64_t count);
DecisionLooks repeated(const DecisionLooks& looks, int64_t count);

}  // namespace fovea::tasks
