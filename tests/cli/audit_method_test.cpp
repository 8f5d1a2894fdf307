// `fovea audit --method`, and the picture that `fovea explain` shows first, through the built program.
#include <gmock/gmock.h>

#include "base/files.h"
#include "cli/mistakes.h"
#include "cli/ruled_model.h"

namespace fovea::test {
namespace {

using ::testing::HasSubstr;

class AuditMethod : public RuledModel {};

TEST_F(AuditMethod, IsGradedInPlaceOfTheWeights) {
  const Json json = audited({"--method", "ig", "--limit", "60"});
  EXPECT_EQ(json.at("method"), "ig");
  EXPECT_TRUE(json.at("first_picture").is_null());
  const Json& maps = json.at("erasure").at("words").at("maps");
  EXPECT_EQ(maps[0].at("map"), "ig");
  EXPECT_EQ(maps[0].at("kind"), "audited");
  EXPECT_EQ(maps[1].at("map"), "attention");
  EXPECT_EQ(maps[1].at("kind"), "own");
  EXPECT_THAT(json.at("verdict").at("reasons")[0].get<std::string>(), HasSubstr("The map of ig goes "));
  // Its numbers are those that it has as another method of the plain audit.
  const Json plain = audited({"--limit", "60"});
  EXPECT_EQ(plain.at("method"), "attention");
  for (const Json& map : plain.at("erasure").at("words").at("maps")) {
    if (map.at("map") != "ig") continue;
    EXPECT_EQ(maps[0].at("normalised_aopc"), map.at("normalised_aopc"));
  }
  const Outcome told = run({"audit", "m", "dev.txt", "--method", "ig", "--limit", "60"});
  EXPECT_THAT(told.out, HasSubstr("(quick audit of ig)\n"));
  EXPECT_EQ(told.out.find("explain shows first"), std::string::npos);
}

TEST_F(AuditMethod, OfTheWeightsItIsThePlainAudit) {
  Json plain = audited({"--limit", "40"}), named = audited({"--limit", "40", "--method", "attention"});
  plain.erase("cost");
  named.erase("cost");
  EXPECT_EQ(plain, named);
}

TEST_F(AuditMethod, ThePictureShownFirstIsGradedBeside) {
  const Json json = audited({"--limit", "60"});
  const Json& first = json.at("first_picture");
  ASSERT_TRUE(first.is_object());
  const int64_t instead = first.at("texts_by_method").get<int64_t>();
  EXPECT_EQ(first.at("method") == "attention", instead == 0) << first;
  EXPECT_LE(instead, 60);
  if (instead == 0) {
    EXPECT_EQ(first.at("recovered"), json.at("decided_by").at("recovered"));
  }
  const Outcome told = run({"audit", "m", "dev.txt", "--limit", "60"});
  EXPECT_THAT(told.out, HasSubstr("\nexplain       shows " + first.at("method").get<std::string>()));
  EXPECT_THAT(told.out, HasSubstr(" first: " + first.at("grade").get<std::string>() + ","));
}

TEST_F(AuditMethod, WhatCannotBeAskedIsRefused) {
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& words) {
    const Outcome outcome = run(join({{"audit", "m", "dev.txt"}, arguments}));
    EXPECT_EQ(outcome.exit_code, 64) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(words));
  };
  refused({"--method", "belief"}, "belief");
  refused({"--method", "position"}, "--method: position knows nothing of the model");
  refused({"--method", "random"}, "--method: random knows nothing of the model");
  refused({"--method", ""}, "--method: the name is empty");
  refused({"--method", "ig", "--map", "own.jsonl"}, "--map and --method exclude each other");
}

}  // namespace
}  // namespace fovea::test
