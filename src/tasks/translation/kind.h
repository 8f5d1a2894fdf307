// Translation as one of the kinds of task.
#pragma once

#include <memory>

#include "tasks/kind.h"
#include "tasks/translation/task.h"
#include "tasks/translation/trained.h"

namespace fovea::tasks {

const Kind& translation_kind();

class TranslationWork final : public Work {
 public:
  // Refers to `data`.
  TranslationWork(const TranslationSettings& settings, const TranslationData& data, const WorkOptions& options);
  // Begins with the parameters of a model of the same subwords and network.
  void start_from(const TrainedTranslator& model);
  Task& task() override { return task_; }
  int64_t parameters() const override;
  int64_t predicted_memory(const data::BatchOptions& batches, int64_t held) const override;
  Finished finish(bool quantize, double usual) override;
  void finish_like(const Work& first) override;
  checkpoint::Files files(Json config) const override;
  std::shared_ptr<const Model> model() const override;

 private:
  void choose_read();

  const TranslationData& data_;
  TranslationTask task_;
  TranslatorParts parts_;
};

}  // namespace fovea::tasks
