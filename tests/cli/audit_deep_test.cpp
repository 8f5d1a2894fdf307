// `fovea audit --depth deep` through the built program.
#include <filesystem>

#include <gmock/gmock.h>

#include "cli/mistakes.h"
#include "cli/ruled_model.h"

namespace fovea::test {
namespace {

namespace fs = std::filesystem;

class AuditDeep : public RuledModel {};

// The label of two classes hangs on one word each: a model can learn nothing without them.
TEST_F(AuditDeep, TrainingsWithoutTheWordsThatDecideLearnNothingAndAreUsedAgain) {
  const std::vector<std::string> deep = {"--depth", "deep", "--seeds", "1", "--limit", "60"};
  const Json json = audited(deep);
  EXPECT_EQ(json.at("depth"), "deep");
  const Json& roar = json.at("recursive_roar");
  EXPECT_EQ(roar.at("trainings"), 28);
  EXPECT_GT(roar.at("random").at(0).at("accuracy"), 0.95);
  EXPECT_GT(roar.at("random").at(3).at("accuracy"), 0.6);
  for (const Json& map : roar.at("maps")) {
    EXPECT_GT(map.at("racu"), 0.4) << map.at("map");
    EXPECT_LT(map.at("curve").at(3).at("accuracy"), 0.6) << map.at("map");
  }
  EXPECT_EQ(json.at("adversary").at("left_out"), 0);
  EXPECT_GT(json.at("soft_erasure").at("maps").at(0).at("comprehensiveness"),
            json.at("soft_erasure").at("random").at("comprehensiveness"));
  EXPECT_EQ(json.at("trainings").at("twins_trained"), 12 + 2 + 5 + 4 + 28);
  EXPECT_TRUE(fs::exists(folder_->file("m.twins/masked-by-attention-30-0/manifest.json")));

  Json again = audited(deep);
  EXPECT_EQ(again.at("trainings").at("twins_trained"), 0);
  EXPECT_EQ(again.at("recursive_roar"), roar);
  EXPECT_EQ(again.at("adversary"), json.at("adversary"));

  const Json none = audited({"--depth", "deep", "--seeds", "0", "--limit", "60"});
  EXPECT_EQ(none.at("recursive_roar"), nullptr);
  EXPECT_NE(none.at("adversary"), nullptr);
}

class AuditDeepWords : public Mistakes {};

TEST_F(AuditDeepWords, SeedsAreOfDepthDeepOnly) {
  expect_told({{{"audit", "model", "ok.txt", "--depth", "standard", "--seeds", "1"},
                64,
                {"--seeds cannot apply: only depth deep trains without the words named"}},
               {{"audit", "model", "ok.txt", "--depth", "deep", "--seeds", "-1"}, 64, {"--seeds"}}});
}

}  // namespace
}  // namespace fovea::test
