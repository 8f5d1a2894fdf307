#include "report/page.h"

#include <cmath>
#include <filesystem>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "base/files.h"
#include "base/json.h"
#include "base/random.h"
#include "draw/pictures.h"

namespace fovea::report {
namespace {

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

using Ranking = std::vector<draw::Likely>;

PageItem make_item(const std::string& text, const std::vector<test::Word>& words,
                   const Ranking& ranking = {{"positive", 0.77}, {"negative", 0.23}}) {
  return {{.ranking = ranking, .truth = {}, .notes = {}}, test::make_words(text, words)};
}

PageItem labelled(PageItem item, const std::string& truth) {
  item.headline.truth = truth;
  return item;
}

std::string page_of(const std::vector<PageItem>& items, const PageFacts& facts,
                    const std::vector<attribution::MethodFacts>& methods = {}) {
  return answers_page(items, methods, facts);
}

PageItem hostile_item() {
  return labelled({{.ranking = {{test::kHostileLabel, 0.625}, {"other \"label\"", 0.375}}, .truth = {}, .notes = {}},
                   test::hostile_words()},
                  "other \"label\"");
}

PageItem prior_item() {
  return {{.ranking = {{"negative", 0.5625}, {"positive", 0.4375}}, .truth = {}, .prior = true, .notes = {}},
          test::make_words(" \t", {})};
}

TEST(Page, HasTheWeightsOfSentences) {
  const PageItem flat = make_item("a b", {{"a", 0.5}, {"b", 0.5}});
  const PageItem both = {flat.headline, test::words_of_two_sentences()};
  const Json answers = data_of(page_of({both, flat}, some_facts(2)))["answers"];
  EXPECT_EQ(to_line(answers[0]["sentences"]), "[[0,0.25],[4,0.75]]");
  EXPECT_FALSE(answers[1].contains("sentences"));
}

TEST(Page, HasThePicturesOfTheMethods) {
  PageItem item = make_item("a b", {{"a", 0.5}, {"b", 0.5}});
  item.attributions = {{{0.5, 0.5}}, {{0.25, -0.125}, 16, 0.004}};
  const Json data = data_of(page_of({item}, some_facts(1),
                                    {attribution::facts_of(attribution::Method::kAttention),
                                     attribution::facts_of(attribution::Method::kIntegratedGradients)}));
  EXPECT_EQ(data["methods"][0]["name"], "attention");
  EXPECT_EQ(data["methods"][1]["signed"], true);
  EXPECT_EQ(to_line(data["answers"][0]["methods"]), "[[[0.5,0.5],0,0.0],[[0.25,-0.125],16,0.004]]");
  const Json plain = data_of(page_of({item}, some_facts(1)));
  EXPECT_FALSE(plain.contains("methods"));
  EXPECT_FALSE(plain["answers"][0].contains("methods"));
}

Ranking said(const std::string& label, double probability) {
  return {{label, probability}, {label == "positive" ? "negative" : "positive", 1 - probability}};
}

// Texts of every kind the page must show well.
std::vector<PageItem> all_kinds() {
  std::vector<PageItem> answers = {
      labelled(make_item("The acting was never bad , and the ending almost made me forget the first hour .",
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
      labelled(make_item("酒店的服务态度非常好，但是房间有点小。",
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
      labelled(make_item("ليس جيدا بما يكفي ، لكن أغنية Let It Be (1970) رائعة",
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
      labelled(make_item("อาหารไม่อร่อยเลย แต่พนักงานดีมาก",
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
      labelled(make_item("too slow for some 🐢 , but I was moved to tears twice 👩‍👩‍👧‍👦 :)",
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
      hostile_item(),
      labelled(make_item("even words all over", {{"even", .25}, {"words", .25}, {"all", .25}, {"over", .25}},
                         said("positive", .5001)),
               "negative"),
      labelled(make_item("alone", {{"alone", 1}}, said("positive", .9999)), "positive"),
      prior_item(),
      make_item("A well made film.<br /><br />Nobody gave it a label.",
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
      labelled(make_item("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft ist ein "
                         "sehr langes Wort, "
                         "hinter dem noch etwas steht",
                         {{"Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", .5},
                          {"ist", .1},
                          {"ein", .1},
                          {"sehr", .1},
                          {"langes", .2}},
                         said("negative", .97)),
               "negative")};
  auto& last = std::get<draw::ShadedWords>(answers.back().picture);
  last.unread = 7;
  last.unknown = 1;
  return answers;
}

// `count` made texts of `words` words.
std::vector<PageItem> many_answers(size_t count, size_t words) {
  std::vector<PageItem> answers;
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
        labelled(make_item(text, cut, said(number % 3 ? "positive" : "negative", .5 + .49 * uniform(base, 5000))),
                 number % 5 ? "positive" : "negative"));
  }
  return answers;
}

TEST(Page, DataParsesBackAndEqualsTheInput) {
  const auto answers = all_kinds();
  const Json data = data_of(page_of(answers, some_facts(answers.size())));
  ASSERT_EQ(data["answers"].size(), answers.size());
  for (size_t number = 0; number < answers.size(); ++number) {
    const draw::Headline& headline = answers[number].headline;
    const auto& picture = std::get<draw::ShadedWords>(answers[number].picture);
    const Json& shown = data["answers"][number];
    std::string text, shown_text = shown["gaps"][0];
    ASSERT_EQ(shown["words"].size(), picture.words.size());
    ASSERT_EQ(shown["gaps"].size(), picture.words.size() + 1);
    for (size_t i = 0; i < picture.words.size(); ++i) {
      shown_text += shown["words"][i].get<std::string>() + shown["gaps"][i + 1].get<std::string>();
      text += picture.gaps[i] + picture.words[i];
      EXPECT_NEAR(shown["weights"][i].get<double>(), picture.weights[i], 5e-6 * picture.weights[i]);
    }
    EXPECT_EQ(shown_text, Json::parse(to_line(Json(text + picture.gaps.back()))).get<std::string>());
    for (size_t i = 0; i < headline.ranking.size(); ++i) {
      const Json label = Json::parse(to_line(Json(headline.ranking[i].label)));
      EXPECT_EQ(data["labels"][shown["ranking"][i][0].get<size_t>()], label);
      EXPECT_NEAR(shown["ranking"][i][1].get<double>(), headline.ranking[i].probability, 1e-6);
    }
    EXPECT_EQ(shown.contains("truth"), !headline.truth.empty());
    if (!headline.truth.empty()) {
      EXPECT_EQ(data["labels"][shown["truth"].get<size_t>()], headline.truth);
    }
    EXPECT_EQ(shown.value("prior", false), headline.prior);
    EXPECT_EQ(shown.value("cut", 0), picture.unread);
    EXPECT_EQ(shown.value("unknown", 0), picture.unknown);
  }
  EXPECT_EQ(data["facts"]["texts_in_file"], 18);
  EXPECT_EQ(data["facts"]["weights_sha256"], sha256("weights"));
}

TEST(Page, NoTextEndsTheScriptOrReordersTheSource) {
  PageFacts facts = some_facts(1);
  facts.title = "</title><script>alert(2)</script>\x1b\u202E" + test::kHostileText;
  facts.model_line = facts.model_path = facts.title;
  const std::string page = page_of({hostile_item()}, facts);
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
  const std::string page = page_of(all_kinds(), some_facts(1));
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
  EXPECT_THAT(page_of({}, some_facts(0)), HasSubstr("<noscript><p"));
}

TEST(Page, WeightsThatAreNotNumbersAreNull) {
  auto answer = make_item("a b", {{"a", std::nan("")}, {"b", 0.5}});
  EXPECT_TRUE(data_of(page_of({answer}, some_facts(1)))["answers"][0]["weights"][0].is_null());
}

TEST(Page, NamesEachOfAThousandLabelsOnce) {
  std::vector<PageItem> answers;
  for (int number = 0; number < 3000; ++number) {
    answers.push_back(make_item("w", {{"w", 1}}, {{"label " + std::to_string(number % 1000), 0.5}}));
  }
  const Json data = data_of(page_of(answers, some_facts(answers.size())));
  EXPECT_EQ(data["labels"].size(), 1000u);
  EXPECT_EQ(data["answers"][2999]["ranking"][0][0], 999);
}

// An item of every picture that is no text.
std::vector<PageItem> drawn_items() {
  std::vector<double> weights(7 * 7, .01);
  weights[24] = .3, weights[25] = .2, weights[31] = .05;
  PageItem image = {{.ranking = said("positive", .8), .truth = {}, .notes = {"1 region <dark>"}},
                    draw::grid_regions(224, 160, 7, 7, weights)};
  PageItem sentence = {
      {.ranking = said("negative", .6), .truth = {}, .notes = {}},
      draw::Alignment{{"Der", "kleine", "Hund", "bellt", "heute", "nicht", "."},
                      {"The", "little", "dog", "does", "not", "bark", "today", "."},
                      {.8,  .1,  .02, .02, .02, .02, .02, .05, .82, .05, .02, .02, .02, .02, .02, .06, .84, .02, .02,
                       .02, .02, .02, .02, .06, .5,  .06, .3,  .04, .02, .02, .02, .05, .05, .82, .02, .02, .02, .04,
                       .84, .02, .04, .02, .02, .02, .02, .02, .88, .02, .02, .02, .02, .02, .02, .02, .02, .88}}};
  PageItem sound = {{.ranking = said("positive", .9), .truth = {}, .notes = {}},
                    draw::Timeline{3.2,
                                   {{0, .4, .02, ""},
                                    {.4, 1.1, .5, "seven"},
                                    {1.1, 1.9, .3, "eight"},
                                    {1.9, 2.2, .03, ""},
                                    {2.2, 3.0, .13, "nine"},
                                    {3.0, 3.2, .02, ""}}}};
  return {labelled(image, "positive"), labelled(sentence, "positive"), sound};
}

PageFacts facts_of_images() {
  PageFacts facts = some_facts(3);
  facts.nouns = {"region", "regions", "image", "images", "grey"};
  return facts;
}

TEST(Page, OtherPicturesStandInItAsTheyAre) {
  const std::vector<PageItem> items = drawn_items();
  const std::string page = page_of(items, facts_of_images());
  const Json data = data_of(page);
  EXPECT_EQ(occurrences(page, "<svg "), 3u);
  EXPECT_EQ(occurrences(page, "id=\"picture-2-0\""), 1u);
  EXPECT_EQ(data["answers"][1]["drawn"], 1);
  EXPECT_EQ(data["answers"][0]["weights"].size(), 49u);
  EXPECT_EQ(data["answers"][2]["gaps"][0], " seven eight  nine  ");  // what can be looked for
  EXPECT_EQ(data["answers"][0]["notes"][0], "1 region <dark>");
  EXPECT_THAT(page, HasSubstr("cloneNode"));
  EXPECT_THAT(page, HasSubstr("over the regions of an image"));
  EXPECT_THAT(page, HasSubstr("of the images shown"));
  EXPECT_THAT(page, Not(HasSubstr("of the texts")));
  EXPECT_THAT(page, Not(HasSubstr("{{")));
}

TEST(Page, OtherPicturesAreDrawnForEachMethod) {
  std::vector<PageItem> items = {drawn_items()[2]};
  items[0].attributions = {{{0, .5, .3, 0, .2, 0}}, {{0, .5, -.3, 0, .2, 0}}};
  const std::string page = page_of(items, facts_of_images(),
                                   {attribution::facts_of(attribution::Method::kAttention),
                                    attribution::facts_of(attribution::Method::kLeaveOneOut)});
  EXPECT_EQ(occurrences(page, "<svg "), 2u);
  EXPECT_EQ(data_of(page)["answers"][0]["drawn"], 2);
  EXPECT_EQ(occurrences(page, "<figcaption><b>loo</b>"), 1u);
  EXPECT_THAT(page, HasSubstr("sum +0.400, sizes 1.000</figcaption>"));
  EXPECT_EQ(occurrences(page, "class=\"cell l1 against\""), 1u);
}

TEST(Page, OneOfWordsAloneHasNothingOfOtherPictures) {
  const std::string page = page_of(all_kinds(), some_facts(1));
  for (const std::string piece : {"<svg", "cloneNode", "\"drawn\":", "answer.notes", ".cell", "id=\"pictures\""}) {
    EXPECT_THAT(page, Not(HasSubstr(piece)));
  }
  PageItem noted = make_item("a b", {{"a", 0.5}, {"b", 0.5}});
  noted.headline.notes = {"cut"};
  EXPECT_THAT(page_of({noted}, some_facts(1)), HasSubstr("item.answer.notes"));
}

TEST(Page, EveryClassOfAPictureHasAStyle) {
  const std::string page = page_of(drawn_items(), facts_of_images());
  const std::string style = between(page, "<style>", "</style>"), opening = "class=\"";
  size_t classes = 0;
  for (size_t at = page.find(opening); at != std::string::npos; at = page.find(opening, at + 1)) {
    const size_t begin = at + opening.size();
    std::istringstream names(page.substr(begin, page.find('"', begin) - begin));
    for (std::string name; names >> name; ++classes) {
      if (name != "l0") {
        EXPECT_NE(style.find("." + name), std::string::npos) << name;
      }
    }
  }
  EXPECT_GT(classes, 100u);
}

// Pages to look at (FOVEA_BINARY_DIR/pages), the long one within its size: 2,000 texts of 100 words.
TEST(Page, WritesPagesToLookAt) {
  const std::filesystem::path folder = std::filesystem::path(FOVEA_BINARY_DIR) / "pages";
  std::filesystem::create_directories(folder);
  const auto kinds = all_kinds();
  PageFacts facts = some_facts(kinds.size());
  write_file(folder / "kinds.html", page_of(kinds, facts));
  facts.seen_in_training = 3;
  facts.weights_are_shares = true;
  facts.attention = "max";
  write_file(folder / "seen.html", page_of(kinds, facts));
  write_file(folder / "empty.html", page_of({}, some_facts(0)));
  const std::string many = page_of(many_answers(2000, 100), some_facts(2000));
  write_file(folder / "many.html", many);
  EXPECT_LT(many.size(), 6'000'000u);
  std::vector<PageItem> drawn = drawn_items();
  write_file(folder / "pictures.html", page_of(drawn, facts_of_images()));
}

}  // namespace
}  // namespace fovea::report
