#include "cli/arguments/start.h"

#include "cli/arguments/common.h"
#include "cli/arguments/values.h"

namespace fovea::cli {

constexpr const char* kStartGroup = "What it starts from";

void add_vectors(CLI::App& app, TrainCommand& command) {
  const std::string group = kStartGroup;
  describe(app.add_option("--vectors", command.data.vectors.path,
                          "Word vectors: GloVe or word2vec text, word2vec binary, fastText .vec; .gz")
               ->type_name("FILE"),
           group);
  describe(app.add_option("--vectors-words", command.data.vectors.extra_words,
                          "Words of that file, from its beginning, that are known though training lacks them")
               ->check(whole_number(0, 100'000'000)),
           group);
  describe(app.add_flag("--freeze-vectors", command.data.vectors.frozen, "The vectors of that file stay as they are"),
           group);
}

void add_model_in_and_out(CLI::App& app, TrainCommand& command, OptionWords& words) {
  const std::string group = kStartGroup;
  describe(app.add_option("--init", command.init, "A trained model: go on from it with DATA, new words and labels too")
               ->type_name("MODEL"),
           group);
  describe(app.add_option("--quantize", words.quantize,
                          "none, or int8: write matrices as 8-bit numbers, a quarter of the bytes")
               ->check(one_of({"none", "int8"})),
           "Files");
}

}  // namespace fovea::cli
