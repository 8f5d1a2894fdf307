#include "cli/fit_command.h"

#include "base/errors.h"

namespace fovea::cli {

void fit_to_data(TrainCommand& command, const tasks::TextData& data) {
  tasks::TextLoss(command.loss, data);  // refuses weights that cannot apply
  const int64_t size = data.vectors.file.size;
  if (size == 0) return;
  if (command.common.given.count("embedding-size") && command.model.embedding_size != size) {
    throw UserError(ExitCode::kUsage,
                    "--embedding-size " + std::to_string(command.model.embedding_size) + ": the vectors of " +
                        command.data.vectors.path + " have " + std::to_string(size) + " features",
                    "Leave --embedding-size out: it follows the file.");
  }
  command.model.embedding_size = size;
  tasks::check_structure(command.model);  // its features may be no multiple of --heads
}

}  // namespace fovea::cli
