#include "report/page.h"

#include <cmath>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "base/files.h"
#include "base/json.h"
#include "base/random.h"
#include "report/answers.h"

namespace fovea::report {
namespace {

using test::make_answer;
using ::testing::HasSubstr;
using ::testing::Not;

PageFacts some_facts(size_t shown) {
  PageFacts facts;
  facts.title = "reviews.tsv";
  facts.model_line = "BiLSTM 128+128, additive attention · seed 1";
  facts.model_path = "model";
  facts.version = "0.1.0";
  facts.texts_in_file = static_cast<int64_t>(shown) + 7;
  facts.seen_in_training = 0;
  facts.attention = "additive";
  facts.weights_sha256 = sha256("weights");
  return facts;
}

std::string between(const std::string& page, const std::string& open, const std::string& close) {
  const size_t start = page.find(open);
  if (start == std::string::npos) return "absent: " + open;
  return page.substr(start + open.size(), page.find(close, start + open.size()) - start - open.size());
}

Json data_of(const std::string& page) {
  return Json::parse(between(page, "<script type=\"application/json\" id=\"data\">", "</script>"));
}

size_t occurrences(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

tasks::Answer labelled(tasks::Answer answer, const std::string& truth) {
  answer.truth = truth;
  return answer;
}

TEST(Page, HasTheWeightsOfSentences) {
  const auto flat = make_answer("a b", {{"a", 0.5}, {"b", 0.5}});
  const Json answers = data_of(answers_page({test::two_sentences(), flat}, {}, some_facts(2)))["answers"];
  EXPECT_EQ(to_line(answers[0]["sentences"]), "[[0,0.25],[4,0.75]]");
  EXPECT_FALSE(answers[1].contains("sentences"));
}

TEST(Page, BesideTheLabelsGivenStandsTheProbabilityOfOneOfThem) {
  const Json data = data_of(answers_page({test::given_behind_another()}, {}, some_facts(1)));
  const Json first = data["answers"][0]["ranking"][0];
  EXPECT_EQ(data["labels"][first[0].get<size_t>()], "B");
  EXPECT_EQ(first[1], 0.5);
}

TEST(Page, HasThePicturesOfTheMethods) {
  const auto answer = make_answer("a b", {{"a", 0.5}, {"b", 0.5}});
  const Attributed attributed = {{attribution::Method::kAttention, attribution::Method::kIntegratedGradients},
                                 {{{{0.5, 0.5}}, {{0.25, -0.125}, 16, 0.004}}}};
  const Json data = data_of(answers_page({answer}, attributed, some_facts(1)));
  EXPECT_EQ(data["methods"][0]["name"], "attention");
  EXPECT_EQ(data["methods"][1]["signed"], true);
  EXPECT_EQ(to_line(data["answers"][0]["methods"]), "[[[0.5,0.5],0,0.0],[[0.25,-0.125],16,0.004]]");
  const Json plain = data_of(answers_page({answer}, {}, some_facts(1)));
  EXPECT_FALSE(plain.contains("methods"));
  EXPECT_FALSE(plain["answers"][0].contains("methods"));
}

std::vector<tasks::LabelProbability> said(const std::string& label, double probability) {
  return {{label, probability}, {label == "positive" ? "negative" : "positive", 1 - probability}};
}

// Texts of every kind the page must show well.
std::vector<tasks::Answer> all_kinds() {
  std::vector<tasks::Answer> answers = {
      labelled(make_answer("The acting was never bad , and the ending almost made me forget the first hour .",
                           {{"The", .01},
                            {"acting", .02},
                            {"was", .01},
                            {"never", .18},
                            {"bad", .36},
                            {",", .01},
                            {"and", .01},
                            {"the", .01},
                            {"ending", .04},
                            {"almost", .09},
                            {"made", .02},
                            {"me", .01},
                            {"forget", .14},
                            {"the", .01},
                            {"first", .03},
                            {"hour", .04},
                            {".", .01}},
                           said("negative", .52)),
               "positive"),
      labelled(make_answer("酒店的服务态度非常好，但是房间有点小。",
                           {{"酒店", .03},
                            {"的", .01},
                            {"服务", .09},
                            {"态度", .12},
                            {"非常", .15},
                            {"好", .4},
                            {"，", .01},
                            {"但是", .06},
                            {"房间", .03},
                            {"有点", .04},
                            {"小", .05},
                            {"。", .01}},
                           said("positive", .93)),
               "positive"),
      labelled(make_answer("ليس جيدا بما يكفي ، لكن أغنية Let It Be (1970) رائعة",
                           {{"ليس", .3},
                            {"جيدا", .12},
                            {"بما", .02},
                            {"يكفي", .03},
                            {"،", .01},
                            {"لكن", .1},
                            {"أغنية", .03},
                            {"Let", .02},
                            {"It", .02},
                            {"Be", .03},
                            {"(", .01},
                            {"1970", .01},
                            {")", .01},
                            {"رائعة", .29}},
                           said("positive", .61)),
               "negative"),
      labelled(make_answer("อาหารไม่อร่อยเลย แต่พนักงานดีมาก",
                           {{"อาหาร", .05},
                            {"ไม่", .2},
                            {"อร่อย", .22},
                            {"เลย", .08},
                            {"แต่", .05},
                            {"พนักงาน", .05},
                            {"ดี", .2},
                            {"มาก", .15}},
                           said("negative", .703)),
               "negative"),
      labelled(make_answer("too slow for some 🐢 , but I was moved to tears twice 👩‍👩‍👧‍👦 :)",
                           {{"too", .02},
                            {"slow", .08},
                            {"for", .02},
                            {"some", .02},
                            {"🐢", .02},
                            {",", .01},
                            {"but", .05},
                            {"I", .01},
                            {"was", .01},
                            {"moved", .3},
                            {"to", .01},
                            {"tears", .35},
                            {"twice", .04},
                            {"👩‍👩‍👧‍👦", .03},
                            {":)", .03}},
                           said("positive", .88)),
               "positive"),
      labelled(test::hostile_answer(), "other \"label\""),
      labelled(make_answer("even words all over", {{"even", .25}, {"words", .25}, {"all", .25}, {"over", .25}},
                           said("positive", .5001)),
               "negative"),
      labelled(make_answer("alone", {{"alone", 1}}, said("positive", .9999)), "positive"),
      test::prior_answer(),
      make_answer("A well made film.<br /><br />Nobody gave it a label.",
                  {{"A", .05},
                   {"well", .2},
                   {"made", .1},
                   {"film", .05},
                   {".", .05},
                   {"Nobody", .1},
                   {"gave", .05},
                   {"it", .1},
                   {"a", .1},
                   {"label", .1},
                   {".", .1}},
                  said("positive", .81)),
      labelled(make_answer("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft ist ein "
                           "sehr langes Wort, "
                           "hinter dem noch etwas steht",
                           {{"Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", .5},
                            {"ist", .1},
                            {"ein", .1},
                            {"sehr", .1},
                            {"langes", .2}},
                           said("negative", .97)),
               "negative")};
  answers.back().tokens_cut = 7;
  answers.back().unknown_tokens = 1;
  return answers;
}

// `count` made texts of `words` words.
std::vector<tasks::Answer> many_answers(size_t count, size_t words) {
  std::vector<tasks::Answer> answers;
  for (size_t number = 0; number < count; ++number) {
    const uint64_t base = stream_base({.seed = 3, .purpose = Purpose::kTest, .step = number});
    std::string text;
    std::vector<test::Word> cut;
    double sum = 0;
    for (size_t at = 0; at < words; ++at) {
      cut.push_back({"word" + std::to_string(random_bits(base, at) % 977), std::exp(4 * uniform(base, 1000 + at))});
      sum += cut.back().weight;
      text += cut.back().text + " ";
    }
    for (test::Word& word : cut) word.weight /= sum;
    answers.push_back(
        labelled(make_answer(text, cut, said(number % 3 ? "positive" : "negative", .5 + .49 * uniform(base, 5000))),
                 number % 5 ? "positive" : "negative"));
  }
  return answers;
}

TEST(Page, DataParsesBackAndEqualsTheInput) {
  const auto answers = all_kinds();
  const Json data = data_of(answers_page(answers, {}, some_facts(answers.size())));
  ASSERT_EQ(data["answers"].size(), answers.size());
  for (size_t number = 0; number < answers.size(); ++number) {
    const tasks::Answer& answer = answers[number];
    const Json& shown = data["answers"][number];
    const Json repaired = Json::parse(to_line(Json(answer.text)));
    std::string text = shown["gaps"][0];
    ASSERT_EQ(shown["words"].size(), answer.tokens.size());
    ASSERT_EQ(shown["gaps"].size(), answer.tokens.size() + 1);
    for (size_t at = 0; at < answer.tokens.size(); ++at) {
      text += shown["words"][at].get<std::string>() + shown["gaps"][at + 1].get<std::string>();
      EXPECT_NEAR(shown["weights"][at].get<double>(), answer.tokens[at].weight, 5e-6 * answer.tokens[at].weight);
    }
    EXPECT_EQ(text, repaired.get<std::string>());
    for (size_t at = 0; at < answer.ranking.size(); ++at) {
      const Json label = Json::parse(to_line(Json(answer.ranking[at].label)));
      EXPECT_EQ(data["labels"][shown["ranking"][at][0].get<size_t>()], label);
      EXPECT_NEAR(shown["ranking"][at][1].get<double>(), answer.ranking[at].probability, 1e-6);
    }
    EXPECT_EQ(shown.contains("truth"), !answer.truth.empty());
    if (!answer.truth.empty()) {
      EXPECT_EQ(data["labels"][shown["truth"].get<size_t>()], answer.truth);
    }
    EXPECT_EQ(shown.value("prior", false), answer.prior);
    EXPECT_EQ(shown.value("cut", 0), answer.tokens_cut);
    EXPECT_EQ(shown.value("unknown", 0), answer.unknown_tokens);
  }
  EXPECT_EQ(data["facts"]["texts_in_file"], 18);
  EXPECT_EQ(data["facts"]["weights_sha256"], sha256("weights"));
}

TEST(Page, NoTextEndsTheScriptOrReordersTheSource) {
  PageFacts facts = some_facts(1);
  facts.title = "</title><script>alert(2)</script>\x1b\u202E" + test::kHostileText;
  facts.model_line = facts.model_path = facts.title;
  const std::string page = answers_page({test::hostile_answer()}, {}, facts);
  EXPECT_EQ(occurrences(page, "<script"), 2u);
  EXPECT_EQ(occurrences(page, "</script"), 2u);
  EXPECT_EQ(occurrences(page, "</title"), 1u);
  EXPECT_EQ(occurrences(page, "<!--"), 0u);
  EXPECT_EQ(page.find('\0'), std::string::npos);
  for (const std::string control : {"\u202E", "\u2066", "\u061C", "\u200F", "\u2028", "\x1b", "\x7F", "\xFF"}) {
    EXPECT_EQ(page.find(control), std::string::npos) << control;
  }
  EXPECT_EQ(data_of(page)["answers"][0]["words"][0], "</script><script>alert(1)</script>");
}

TEST(Page, ThePolicyNamesTheBlocksByTheirHash) {
  const std::string page = answers_page(all_kinds(), {}, some_facts(1));
  const auto base64_hash = [](const std::string& block) {
    unsigned char digest[32], text[64];
    unsigned int size = 0;
    EXPECT_EQ(EVP_Digest(block.data(), block.size(), digest, &size, EVP_sha256(), nullptr), 1);
    EXPECT_EQ(EVP_EncodeBlock(text, digest, 32), 44);
    return std::string(reinterpret_cast<const char*>(text), 44);
  };
  const std::string policy = between(page, "Content-Security-Policy\" content=\"", "\"");
  EXPECT_EQ(policy, "default-src 'none'; style-src 'sha256-" + base64_hash(between(page, "<style>", "</style>")) +
                        "'; script-src 'sha256-" + base64_hash(between(page, "<script>", "</script>")) +
                        "'; base-uri 'none'; form-action 'none'");
  EXPECT_THAT(page, Not(HasSubstr("style=\"")));
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_THAT(page, Not(HasSubstr("href=")));
}

TEST(Page, SaysSomethingWithoutScripts) {
  EXPECT_THAT(answers_page({}, {}, some_facts(0)), HasSubstr("<noscript><p"));
}

TEST(Page, WeightsThatAreNotNumbersAreNull) {
  auto answer = make_answer("a b", {{"a", std::nan("")}, {"b", 0.5}});
  EXPECT_TRUE(data_of(answers_page({answer}, {}, some_facts(1)))["answers"][0]["weights"][0].is_null());
}

TEST(Page, NamesEachOfAThousandLabelsOnce) {
  std::vector<tasks::Answer> answers;
  for (int number = 0; number < 3000; ++number) {
    answers.push_back(make_answer("w", {{"w", 1}}, {{"label " + std::to_string(number % 1000), 0.5}}));
  }
  const Json data = data_of(answers_page(answers, {}, some_facts(answers.size())));
  EXPECT_EQ(data["labels"].size(), 1000u);
  EXPECT_EQ(data["answers"][2999]["ranking"][0][0], 999);
}

// Pages to look at (FOVEA_BINARY_DIR/pages), the long one within its size: 2,000 texts of 100 words.
TEST(Page, WritesPagesToLookAt) {
  const std::filesystem::path folder = std::filesystem::path(FOVEA_BINARY_DIR) / "pages";
  std::filesystem::create_directories(folder);
  const auto kinds = all_kinds();
  PageFacts facts = some_facts(kinds.size());
  write_file(folder / "kinds.html", answers_page(kinds, {}, facts));
  facts.seen_in_training = 3;
  facts.weights_are_shares = true;
  facts.attention = "max";
  write_file(folder / "seen.html", answers_page(kinds, {}, facts));
  write_file(folder / "empty.html", answers_page({}, {}, some_facts(0)));
  const std::string many = answers_page(many_answers(2000, 100), {}, some_facts(2000));
  write_file(folder / "many.html", many);
  EXPECT_LT(many.size(), 6'000'000u);
}

}  // namespace
}  // namespace fovea::report
