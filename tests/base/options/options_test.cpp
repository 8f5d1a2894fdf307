// Options described once: what reads the description agrees with the struct.
#include <array>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/options/described.h"
#include "base/options/json.h"

namespace fovea::options {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

enum class Shape { kRound, kSquare };
enum class Balance { kNone, kNumbers };

constexpr std::array<std::pair<Shape, const char*>, 2> kShapes = {
    {{Shape::kRound, "round"}, {Shape::kSquare, "square"}}};
constexpr std::array<std::pair<Balance, const char*>, 2> kBalances = {
    {{Balance::kNone, "none"}, {Balance::kNumbers, ""}}};

struct Kitchen {
  std::vector<std::string> dishes = {"soup"};
  Shape table = Shape::kSquare;
  int64_t chairs = 4;
  double heat = 0.5;
  bool clean = true, open = false;
  uint64_t seed = 7;
  std::optional<bool> window;
  std::optional<int64_t> guests;
  std::optional<std::string> note;
  std::string cook = "anna", meal = "lunch";
  Balance balance = Balance::kNone;
  std::map<std::string, double> weights;
  std::string written = "none";
};

void visit(Kitchen& k, Visitor& visitor) {
  visitor.list({.name = "DISHES", .says = "", .part = Part::kArgument, .key = "dishes"}, k.dishes);
  visitor.inside("room", [&] {
    visitor.word({.name = "table", .says = "", .part = Part::kModel}, k.table, kShapes);
    visitor.whole({.name = "chairs",
                   .says = "",
                   .part = Part::kModel,
                   .idle = idle_if(k.table == Shape::kRound, "a round table has benches")},
                  k.chairs, {1, 12});
  });
  visitor.number({.name = "heat", .says = "", .part = Part::kTraining, .per_run = true, .of_training = true}, k.heat,
                 {0, 0.95});
  visitor.flag({.name = "no-cleaning", .says = "", .part = Part::kText, .key = "clean"}, k.clean, Flag::kUnsets);
  visitor.flag({.name = "open", .says = "", .part = Part::kFiles, .key = ""}, k.open);
  visitor.seed({.name = "seed", .says = "", .part = Part::kSeed}, k.seed);
  visitor.maybe({.name = "window", .says = "", .part = Part::kReading}, k.window);
  visitor.whole({.name = "guests", .says = "", .part = Part::kReading, .late = true}, k.guests, kCount);
  visitor.text({.name = "note", .says = "", .part = Part::kReading, .late = true}, k.note);
  visitor.text({.name = "head-cook", .says = "", .part = Part::kStart, .with_init = "the cook comes with it"}, k.cook);
  visitor.one_of({.name = "meal", .says = "", .part = Part::kPreset}, k.meal, {"lunch", "dinner"});
  visitor.weights({.name = "weights", .says = "", .part = Part::kLoss}, k.balance, kBalances, k.weights, k.written);
}

Kitchen unusual() {
  Kitchen k;
  k.dishes = {"pie", "tea"};
  k.table = Shape::kRound;
  k.chairs = 12;
  k.heat = 0.1 + 0.2;
  k.clean = false;
  k.open = true;
  k.seed = std::numeric_limits<uint64_t>::max();
  k.window = false;
  k.guests = 4'294'967'297;
  k.note = "";
  k.cook = "b\"ert";
  k.meal = "dinner";
  k.balance = Balance::kNumbers;
  k.weights = {{"a=b", 0.25}, {"c", 3}};
  return k;
}

TEST(Options, AreWrittenAsDescribedAndComeBack) {
  const Json json = to_json(unusual());
  EXPECT_EQ(to_line(json),
            R"({"dishes":["pie","tea"],"room":{"table":"round","chairs":12},"heat":0.30000000000000004,"clean":false,)"
            R"("seed":18446744073709551615,"window":false,"guests":4294967297,"note":"","head_cook":"b\"ert",)"
            R"("meal":"dinner","weights":[["a=b",0.25],["c",3.0]]})");
  Kitchen back;
  read_json(back, Json::parse(to_line(json)), "kitchen");
  EXPECT_EQ(to_json(back), json);
  EXPECT_EQ(back.table, Shape::kRound);
  EXPECT_EQ(back.seed, std::numeric_limits<uint64_t>::max());
  EXPECT_FALSE(back.open) << "it is not saved";
  EXPECT_EQ(back.weights.at("c"), 3);

  read_json(back, to_json(Kitchen()), "kitchen");
  EXPECT_FALSE(back.window || back.guests || back.note) << "null is nothing";
  EXPECT_TRUE(back.weights.empty());
  EXPECT_EQ(to_json(back), to_json(Kitchen()));
}

TEST(Options, KeysThatAreThereKeepTheirPlaces) {
  JsonWriter writer(Json::parse(R"({"seed":null,"room":null})"));
  Kitchen kitchen;
  visit(kitchen, writer);
  EXPECT_THAT(to_line(writer.take()),
              testing::StartsWith(R"({"seed":7,"room":{"table":"square","chairs":4},"dishes")"));
}

std::string refusal(const Json& json) {
  Kitchen kitchen;
  try {
    read_json(kitchen, json, "kitchen", "Mend it.");
  } catch (const UserError& error) {
    EXPECT_EQ(error.code(), ExitCode::kBadData);
    EXPECT_EQ(error.remedy(), "Mend it.");
    return error.what();
  }
  return "";
}

TEST(Options, ValuesOutOfTheirRangeAreRefusedByName) {
  const struct {
    const char *pointer, *value, *told;
  } cases[] = {
      {"/room/chairs", "0", R"(kitchen: room: field "chairs" is 0, not a whole number from 1 to 12)"},
      {"/room/chairs", "18446744073709551615",
       R"(kitchen: room: field "chairs" is 18446744073709551615, not a whole number from 1 to 12)"},
      {"/room/chairs", "2.0", R"(kitchen: room: field "chairs" is 2.0, not a whole number from 1 to 12)"},
      {"/room/table", "\"oval\"", R"(kitchen: room: field "table" is "oval", not round or square)"},
      {"/room", "[]", "kitchen: room: they are [], not an object"},
      {"/heat", "1", R"(kitchen: field "heat" is 1, not a number from 0 to 0.95)"},
      {"/heat", "null", R"(kitchen: field "heat" is null, not a number from 0 to 0.95)"},
      {"/clean", "1", R"(kitchen: field "clean" is 1, not true or false)"},
      {"/seed", "-1", R"(kitchen: field "seed" is -1, not a whole number from 0)"},
      {"/window", "\"yes\"", R"(kitchen: field "window" is "yes", not null, true or false)"},
      {"/guests", "-3", R"(kitchen: field "guests" is -3, not null or a whole number from 0)"},
      {"/note", "5", R"(kitchen: field "note" is 5, not null or a text)"},
      {"/head_cook", "{}", R"(kitchen: field "head_cook" is {}, not a text)"},
      {"/meal", "\"tea\"", R"(kitchen: field "meal" is "tea", not lunch or dinner)"},
      {"/dishes", "[1]", R"(kitchen: field "dishes" is [1], not a list of texts)"},
      {"/weights", "\"\"", R"(kitchen: field "weights" is "", not none, or a list of pairs)"},
      {"/weights", "[[\"a\",-1]]",
       R"(kitchen: field "weights" is [["a",-1]], not a list of pairs, each a name and a number from 0)"},
  };
  for (const auto& c : cases) {
    Json json = to_json(Kitchen());
    json[Json::json_pointer(c.pointer)] = Json::parse(c.value);
    EXPECT_EQ(refusal(json), c.told);
  }
}

TEST(Options, WhatIsMissingIsRefusedUnlessItCameLater) {
  for (const char* key : {"dishes", "room", "heat", "clean", "seed", "window", "head_cook", "meal", "weights"}) {
    Json json = to_json(Kitchen());
    json.erase(key);
    EXPECT_EQ(refusal(json), "kitchen: field \"" + std::string(key) + "\" is missing");
  }
  Json json = to_json(unusual());
  for (const char* key : {"guests", "note"}) json.erase(key);
  Kitchen kitchen;
  kitchen.guests = 3;
  read_json(kitchen, json, "kitchen");
  EXPECT_EQ(kitchen.guests, 3);

  json["spoons"] = 2;
  JsonReader reader(json, "kitchen", "");
  visit(kitchen, reader);
  EXPECT_THAT([&] { reader.refuse_unknown(); },
              testing::ThrowsMessage<UserError>("kitchen: field \"spoons\" is not known"));
}

TEST(Options, WhatCannotApplyIsNamedAsData) {
  Kitchen kitchen;
  refuse_idle(described(kitchen), {"chairs"});
  kitchen.table = Shape::kRound;
  refuse_idle(described(kitchen), {"table", "heat"});
  try {
    refuse_idle(described(kitchen), {"chairs"});
    ADD_FAILURE() << "chairs at a round table";
  } catch (const CannotApply& refused) {
    EXPECT_EQ(refused.option(), "chairs");
    EXPECT_STREQ(refused.what(), "--chairs cannot apply: a round table has benches");
    EXPECT_EQ(refused.remedy(), "Leave --chairs out.");
  }
  refuse_with_init(described(kitchen), {"chairs"});
  EXPECT_THROW(refuse_with_init(described(kitchen), {"head-cook"}), CannotApply);
}

TEST(Options, WhatAKindLacksIsRefusedWhateverWasChosen) {
  Kitchen kitchen;
  std::vector<Described> all = described(kitchen);
  for (Described& option : all) {
    if (option.facts.name == std::string("heat")) option.facts.lacking = "this kitchen is cold";
  }
  refuse_idle(all, {"table"});
  EXPECT_THAT([&] { refuse_idle(all, {"heat"}); },
              testing::ThrowsMessage<CannotApply>("--heat cannot apply: this kitchen is cold"));
  EXPECT_THROW(refuse_with_init(all, {"heat"}), CannotApply);
}

TEST(Options, WhatIsGivenIsAskedByItsField) {
  Kitchen kitchen;
  EXPECT_TRUE(is_given(described(kitchen), {"no-cleaning"}, &kitchen.clean));
  EXPECT_FALSE(is_given(described(kitchen), {"no-cleaning", "chairs"}, &kitchen.table));
  EXPECT_TRUE(is_given(described(kitchen), {"table"}, &kitchen.table));
  int64_t elsewhere = 0;
  EXPECT_THROW(is_given(described(kitchen), {}, &elsewhere), InternalError);
}

TEST(Options, ThoseGivenMayNotDifferOnResumeButThoseOfTheRun) {
  Kitchen before, now = unusual();
  const auto first = [&](const Given& given) {
    const std::vector<Described> a = described(now), b = described(before);
    const Described* found = first_difference(a, b, given);
    return found ? std::string(found->facts.name) : "";
  };
  EXPECT_EQ(first({}), "");
  EXPECT_EQ(first({"heat"}), "") << "it is of the run";
  EXPECT_EQ(first({"seed", "heat"}), "seed");
  EXPECT_EQ(first({"weights"}), "weights");
  before.weights = now.weights;
  before.balance = now.balance;
  EXPECT_EQ(first({"weights"}), "");
  take_anew(described(before), described(now), {"heat", "chairs"});
  EXPECT_EQ(before.heat, now.heat);
  EXPECT_NE(before.chairs, now.chairs);
}

TEST(Options, AreTakenOverButForThoseOfTrainingThatAreGiven) {
  struct Case {
    Given given;
    std::string refused;
  };
  for (const Case& c : {Case{{"chairs"}, "chairs"}, Case{{"heat", "table"}, "table"}, Case{{"heat"}, ""}}) {
    Kitchen kitchen, known = unusual();
    known.balance = Balance::kNone;
    known.weights.clear();
    std::vector<Described> options = described(kitchen), from = described(known);
    std::erase_if(options, [](const Described& one) { return std::holds_alternative<Weights>(one.field); });
    std::erase_if(from, [](const Described& one) { return std::holds_alternative<Weights>(one.field); });
    const Described* refused = take_over(options, from, c.given);
    EXPECT_EQ(refused ? refused->facts.name : std::string(), c.refused);
    if (refused) {
      EXPECT_EQ(to_json(kitchen), to_json(Kitchen())) << "nothing is taken";
      continue;
    }
    EXPECT_EQ(kitchen.heat, Kitchen().heat) << "given anew";
    kitchen.heat = known.heat;
    EXPECT_EQ(to_json(kitchen), to_json(known));
  }
}

TEST(Options, VariantsSeeTheSameTextsAndSeeds) {
  Kitchen kitchen;
  std::vector<std::string> varied;
  for (const Described& option : described(kitchen)) {
    if (may_vary(option.facts.part)) varied.push_back(option.facts.name);
  }
  EXPECT_THAT(varied, ElementsAre("table", "chairs", "heat", "no-cleaning", "head-cook", "meal", "weights"));
  EXPECT_FALSE(may_vary(Part::kLabels));
  EXPECT_STREQ(heading(Part::kLabels), heading(Part::kLoss));
}

}  // namespace
}  // namespace fovea::options
