// The models that the standard depth trains beside the one audited. The real ones are cli/twins.h; tests make their
// own.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "attribution/methods.h"
#include "audit/material.h"

namespace fovea::audit {

struct Twin {
  std::unique_ptr<Subject> subject;
  std::unique_ptr<attribution::Attributor> attributor;
};

class Twins {
 public:
  virtual ~Twins() = default;

  // All read texts by the same word numbers as the model audited. Each is trained when it is first asked for.
  virtual Twin seed(int64_t number) = 0;  // 1 …: trained as the model was, with another seed
  virtual Twin even(int64_t number) = 0;  // 0 …: every word weighs the same; 0 with the model's own seed
  virtual Twin masked() = 0;              // the model, trained on with words masked, up to all of a text
  virtual Twin lightly_masked() = 0;      // the model, trained on with up to a tenth of the words masked
  virtual Twin planted() = 0;             // trained on texts in which made-up words decide

  // [C] the numbers of the words by which planted() was taught the classes.
  virtual std::vector<int32_t> planted_words() = 0;
};

}  // namespace fovea::audit
