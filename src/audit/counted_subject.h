// Counts what a model is asked, and otherwise changes nothing.
#pragma once

#include "audit/material.h"

namespace fovea::audit {

class CountedSubject : public Subject {
 public:
  explicit CountedSubject(Subject& subject) : subject_(subject) {}

  int64_t classes() const override { return subject_.classes(); }
  std::vector<Reading> read(std::span<const Text> texts) override {
    passes_ += std::ssize(texts);
    return subject_.read(texts);
  }
  std::vector<std::vector<double>> logits(std::span<const Text> texts) override {
    passes_ += std::ssize(texts);
    return subject_.logits(texts);
  }
  std::vector<std::vector<double>> logits_under(const Text& text, std::span<const Looks> variants) override {
    ++passes_;
    head_passes_ += std::ssize(variants);
    return subject_.logits_under(text, variants);
  }

  int64_t passes() const { return passes_; }            // texts read
  int64_t head_passes() const { return head_passes_; }  // answers from states that were there already

 private:
  Subject& subject_;
  int64_t passes_ = 0, head_passes_ = 0;
};

}  // namespace fovea::audit
