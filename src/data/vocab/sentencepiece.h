// What is common to all that uses SentencePiece: it reports mistakes by a status, and where a model file is malformed
// also by exceptions of its protobuf; both become UserErrors here, or a reason. It prints nothing.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include "base/errors.h"

namespace fovea::data {

UserError damaged_sentencepiece(const std::string& name);  // kBadData, beginning with `name`

// A model as `content` has it. Throws damaged_sentencepiece().
std::shared_ptr<const sentencepiece::SentencePieceProcessor> open_sentencepiece(const std::string& content,
                                                                                const std::string& name);

// What a training made: the content of a model, or why there is none.
struct LearntSentencePiece {
  std::string content;
  std::string reason;  // "" where it went well
  bool few = false;    // the reason is that the characters are more than the pieces that were asked for
};

// `settings` as SentencePiece names them, without those for the number of threads, which is always the same, since it
// is part of the result, and for what it prints.
LearntSentencePiece learn_sentencepiece(std::unordered_map<std::string, std::string> settings,
                                        sentencepiece::SentenceIterator& sentences);

}  // namespace fovea::data
