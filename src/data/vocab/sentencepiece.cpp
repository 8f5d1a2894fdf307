#include "data/vocab/sentencepiece.h"

#include <exception>

namespace fovea::data {

UserError damaged_sentencepiece(const std::string& name) {
  return UserError(ExitCode::kBadData, name + ": is no model of SentencePiece that could be used",
                   "Train the model again, or restore the folder.");
}

std::shared_ptr<const sentencepiece::SentencePieceProcessor> open_sentencepiece(const std::string& content,
                                                                                const std::string& name) {
  auto processor = std::make_shared<sentencepiece::SentencePieceProcessor>();
  try {
    if (!processor->LoadFromSerializedProto(content).ok()) throw damaged_sentencepiece(name);
    processor->EncodeAsImmutableProto("a");  // what is wrong inside shows when it is used
  } catch (const UserError&) {
    throw;
  } catch (const std::exception&) {
    throw damaged_sentencepiece(name);
  }
  return processor;
}

LearntSentencePiece learn_sentencepiece(std::unordered_map<std::string, std::string> settings,
                                        sentencepiece::SentenceIterator& sentences) {
  // The sums of expectations go over as many parts as there are threads, whatever --threads says.
  settings["num_threads"] = "4";
  settings["minloglevel"] = "3";  // only what is fatal
  LearntSentencePiece learnt;
  try {
    const auto status = sentencepiece::SentencePieceTrainer::Train(settings, &sentences, &learnt.content);
    if (!status.ok()) learnt.reason = status.ToString();
  } catch (const std::exception& error) {
    learnt.reason = error.what();
  }
  learnt.few = learnt.reason.find("smaller than required_chars") != std::string::npos;
  return learnt;
}

}  // namespace fovea::data
