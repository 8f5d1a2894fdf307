#include "tasks/translation/data.h"

#include <filesystem>

#include <gmock/gmock.h>

#include "support/scratch.h"

namespace fovea::tasks {
namespace {

using testing::ElementsAreArray;

// Many pairs lie in files, as these are told to: the same subwords, numbers and parts, and nothing is left behind.
TEST(TranslationData, IsTheSameOnDisk) {
  const test::Scratch scratch;
  std::string en, de;
  for (int i = 0; i < 400; ++i) {
    en += "the dog number " + std::to_string(i) + " runs" + (i % 3 ? " home" : "") + "\n";
    de += "der hund nummer " + std::to_string(i) + (i % 3 ? " läuft heim" : " läuft") + "\n";
  }
  TranslationDataOptions options;
  options.paths = {scratch.write("a.en", en), scratch.write("a.de", de)};
  options.vocabulary = 60;
  options.split = {.train = 90, .valid = 5, .test = 5};
  for (const bool with_valid : {false, true}) {
    if (with_valid) options.valid_paths = options.paths;
    options.spill = {};
    const TranslationData kept(options);
    options.spill = {scratch.file("spilled"), 64};
    std::filesystem::create_directory(options.spill.folder);
    const TranslationData spilled(options);
    ASSERT_EQ(spilled.train().size(), kept.train().size());
    EXPECT_EQ(spilled.train().size(), with_valid ? 400 : 360);
    EXPECT_EQ(spilled.train().lengths(), kept.train().lengths());
    for (int64_t pair = 0; pair < kept.train().size(); ++pair) {
      EXPECT_THAT(spilled.train().source_of(pair), ElementsAreArray(kept.train().source_of(pair)));
      EXPECT_THAT(spilled.train().target_of(pair), ElementsAreArray(kept.train().target_of(pair)));
    }
    EXPECT_EQ(spilled.valid_pairs().size(), kept.valid_pairs().size());
    EXPECT_EQ(spilled.known_sources().serialize(), kept.known_sources().serialize());
    EXPECT_EQ(spilled.side_words().source, kept.side_words().source);
    EXPECT_TRUE(std::filesystem::is_empty(options.spill.folder));
  }
}

}  // namespace
}  // namespace fovea::tasks
