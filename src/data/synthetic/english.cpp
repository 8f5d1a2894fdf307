// English reviews of films, hotels, books and restaurants.
#include <array>

#include "data/synthetic/draft.h"

namespace fovea::data {
namespace {

struct Subject {
  const char* name;
  bool plural;
};

// Subjects and the adjectives that suit them all; each adjective can be negated and made stronger.
struct Theme {
  std::array<Subject, 7> subjects;
  std::array<const char*, 5> good, bad;
};

struct Domain {
  std::array<Theme, 2> themes;
  const char* visit;  // "I regret …"
  std::array<const char*, 7> fillers;
};

constexpr std::array<Domain, 4> kDomains = {{
    {{{{{{{"plot", false},
          {"story", false},
          {"script", false},
          {"dialogue", false},
          {"ending", false},
          {"first hour", false},
          {"jokes", true}}},
        {"clever", "gripping", "original", "funny", "convincing"},
        {"dull", "predictable", "silly", "clumsy", "boring"}},
       {{{{"acting", false},
          {"soundtrack", false},
          {"camera work", false},
          {"lead actor", false},
          {"songs", true},
          {"costumes", true},
          {"performances", true}}},
        {"impressive", "memorable", "charming", "good", "lively"},
        {"bad", "weak", "forgettable", "lifeless", "poor"}}}},
     "watching it",
     {"we saw it on Friday evening", "I watched it with my sister last week", "the film runs for two hours",
      "it is the director's third film", "it was shown in a small cinema near the station",
      "most of it takes place on a ship", "the story begins in Lisbon in 1936"}},
    {{{{{{{"room", false},
          {"bathroom", false},
          {"lobby", false},
          {"bed", false},
          {"pool", false},
          {"towels", true},
          {"corridors", true}}},
        {"clean", "tidy", "pleasant", "nice", "lovely"},
        {"dirty", "shabby", "smelly", "unpleasant", "nasty"}},
       {{{{"service", false},
          {"receptionist", false},
          {"manager", false},
          {"porter", false},
          {"night clerk", false},
          {"staff", true},
          {"cleaners", true}}},
        {"friendly", "helpful", "attentive", "polite", "good"},
        {"rude", "slow", "unhelpful", "careless", "bad"}}}},
     "staying there",
     {"we stayed for two nights in June", "I was there on business in March", "the hotel has five floors",
      "our room faced the street", "breakfast is served from seven to ten", "we arrived late by train",
      "it stands across from the old harbour"}},
    {{{{{{{"plot", false},
          {"story", false},
          {"opening chapter", false},
          {"ending", false},
          {"argument", false},
          {"second part", false},
          {"dialogues", true}}},
        {"clever", "gripping", "original", "moving", "convincing"},
        {"dull", "predictable", "confusing", "tedious", "boring"}},
       {{{{"writing", false},
          {"style", false},
          {"translation", false},
          {"humour", false},
          {"narrator", false},
          {"characters", true},
          {"descriptions", true}}},
        {"elegant", "lively", "memorable", "charming", "good"},
        {"clumsy", "lifeless", "flat", "awkward", "weak"}}}},
     "reading it",
     {"I read it on the train in three days", "a colleague lent me her copy", "the book has about four hundred pages",
      "it is set in a village in the north", "I bought it at the airport", "we discussed it in our reading group",
      "the author used to be a nurse"}},
    {{{{{{{"soup", false},
          {"steak", false},
          {"pasta", false},
          {"curry", false},
          {"dessert", false},
          {"noodles", true},
          {"dumplings", true}}},
        {"tasty", "fresh", "good", "delicate", "enjoyable"},
        {"bland", "greasy", "stale", "bad", "tasteless"}},
       {{{{"waiter", false},
          {"service", false},
          {"host", false},
          {"cook", false},
          {"barman", false},
          {"waitresses", true},
          {"staff", true}}},
        {"friendly", "attentive", "polite", "quick", "helpful"},
        {"rude", "slow", "careless", "unfriendly", "clumsy"}}}},
     "eating there",
     {"we had dinner there on Tuesday", "I ordered the lunch menu", "the place is next to the post office",
      "four of us shared a table by the window", "they open at noon", "we paid about thirty euros each",
      "the kitchen closes at ten"}},
}};

constexpr std::array<const char*, 4> kWonderful = {"wonderful", "superb", "excellent", "fantastic"};
constexpr std::array<const char*, 4> kTerrible = {"terrible", "awful", "dreadful", "horrible"};
constexpr std::array<const char*, 5> kVery = {"very ", "really ", "so ", "extremely ", "particularly "};
constexpr std::array<const char*, 4> kAbsolutely = {"absolutely ", "truly ", "simply ", ""};
constexpr std::array<const char*, 6> kAsides = {"for me, ",       "in my view, ", "overall, ",
                                                "to be honest, ", "this time, ",  "all in all, "};

// Verbs: "I … the plot" and "the plot … me".
constexpr std::array<const char*, 4> kGladVerbs = {"[loved]", "[enjoyed]", "really [liked]", "[admired]"};
constexpr std::array<const char*, 4> kSorryVerbs = {"[hated]", "[disliked]", "really [hated]", "[loathed]"};
constexpr std::array<const char*, 4> kPleases = {"[impressed] me", "[delighted] us", "[pleased] me",
                                                 "really [impressed] us"};
constexpr std::array<const char*, 4> kDispleases = {"[disappointed] me", "[annoyed] us", "[bothered] me",
                                                    "really [disappointed] us"};

template <typename T, size_t N>
const T& pick_from(const std::array<T, N>& values, Draw* draw) {
  return draw->pick(std::span<const T>(values));
}

// Who and when: what the clauses of one review have in common.
struct Scene {
  const Domain* domain;
  bool past;
};

std::string marked_word(const std::string& word) {
  return "[" + word + "]";
}

// A subject, its verb "to be" and the adjectives that suit it.
struct Topic {
  std::string subject, be, be_not;
  const Theme* theme;
};

Topic pick_topic(const Scene& scene, size_t theme, Draw* draw) {
  Topic topic;
  topic.theme = &scene.domain->themes[theme];
  const Subject& subject = pick_from(topic.theme->subjects, draw);
  topic.subject = std::string("the ") + subject.name;
  topic.be = scene.past ? (subject.plural ? "were" : "was") : (subject.plural ? "are" : "is");
  topic.be_not = topic.be + "n't";
  return topic;
}

Marked plain_clause(const Scene& scene, const Topic& topic, bool positive, Draw* draw) {
  const std::string adjective = pick_from(positive ? topic.theme->good : topic.theme->bad, draw);
  const std::string extreme = pick_from(positive ? kWonderful : kTerrible, draw);
  const std::string very = draw->chance(0.5) ? pick_from(kVery, draw) : "";
  switch (draw->below(8)) {
    case 0:
    case 1:
    case 2:
      return topic.subject + " " + topic.be + " " + very + marked_word(adjective);
    case 3:
      return topic.subject + " " + topic.be + " " + pick_from(kAbsolutely, draw) + marked_word(extreme);
    case 4:
      return "I found " + topic.subject + " " + very + marked_word(adjective);
    case 5:
      return "I " + std::string(pick_from(positive ? kGladVerbs : kSorryVerbs, draw)) + " " + topic.subject;
    case 6:
      return topic.subject + " " + pick_from(positive ? kPleases : kDispleases, draw);
    default:
      return positive ? std::string("I would ") + (very.empty() ? "" : "happily ") + "[recommend] it"
                      : std::string("I ") + (very.empty() ? "" : "really ") + "[regret] " + scene.domain->visit;
  }
}

// An opinion said by negating the opposite one: `positive` is what the clause means as a whole.
Marked negated_clause(const Scene& scene, const Topic& topic, bool positive, Draw* draw) {
  const std::string adjective = marked_word(pick_from(positive ? topic.theme->bad : topic.theme->good, draw));
  const std::string subject_be = topic.subject + " " + topic.be + " ";
  const std::string very = draw->chance(0.5) ? pick_from(kVery, draw) : "";
  switch (draw->below(8)) {
    case 0:
      return subject_be + "[not] " + (positive ? "" : very) + adjective;
    case 1:
      return topic.subject + " [" + topic.be_not + "] " + (positive ? "" : very) + adjective;
    case 2:
      return subject_be + "[not] " + adjective + (very.empty() ? "" : " at all");
    case 3:
      return subject_be + "[never] " + adjective;
    case 4:
      return "I did [not] find " + topic.subject + " " + (positive ? "" : very) + adjective;
    case 5:
      return positive ? "I [cannot] [complain] about " + topic.subject
                      : "I [didn't] [" + std::string(draw->chance(0.5) ? "like" : "enjoy") + "] " + topic.subject;
    case 6:
      return topic.subject + " did [not] " + (positive ? "[disappoint] " : "[impress] ") +
             (draw->chance(0.5) ? "me" : "us");
    default:
      return positive ? std::string("I do [not] [regret] ") + scene.domain->visit : "I would [not] [recommend] it";
  }
}

Marked any_clause(const Scene& scene, size_t theme, bool positive, double negation, Draw* draw) {
  const Topic topic = pick_topic(scene, theme, draw);
  return draw->chance(negation) ? negated_clause(scene, topic, positive, draw)
                                : plain_clause(scene, topic, positive, draw);
}

void add_contrast(const Marked& opposed, const Marked& deciding, Draft* draft, Draw* draw) {
  switch (draw->below(5)) {
    case 0:
      draft->begin_sentence("although " + opposed);
      draft->add(", ");
      draft->add(deciding, true);
      return;
    case 1:
      draft->begin_sentence(opposed);
      draft->add(".");
      draft->begin_sentence("however, ");
      draft->add(deciding, true);
      return;
    default:
      draft->begin_sentence(opposed);
      draft->add(draw->chance(0.8) ? ", but " : ", yet ");
      draft->add(deciding, true);
  }
}

}  // namespace

Draft make_english(const Plan& plan, Draw* draw) {
  const Scene scene{&pick_from(kDomains, draw), draw->chance(0.5)};
  const size_t theme = draw->below(2);
  const size_t filler_place = draw->below(3);  // 0 none, 1 before, 2 after
  const std::string filler = pick_from(scene.domain->fillers, draw);
  Draft draft;
  if (filler_place == 1) {
    draft.begin_sentence(filler);
    draft.add(".");
  }
  const Marked deciding = any_clause(scene, theme, plan.positive, plan.negation, draw);
  if (plan.contrast) {
    const Marked opposed = any_clause(scene, 1 - theme, !plan.positive, plan.negation, draw);
    add_contrast(opposed, deciding, &draft, draw);
  } else {
    const std::string aside = draw->chance(0.3) ? pick_from(kAsides, draw) : "";
    draft.begin_sentence(aside + deciding, true);
    if (draw->chance(0.4)) {
      draft.add(", and ");
      draft.add(any_clause(scene, 1 - theme, plan.positive, plan.negation, draw), true);
    }
  }
  draft.add(draw->chance(0.1) ? "!" : ".");
  if (filler_place == 2) {
    draft.begin_sentence(filler);
    draft.add(".");
  }
  return draft;
}

Marked english_clause(bool positive, Draw* draw) {
  const Scene scene{&pick_from(kDomains, draw), draw->chance(0.5)};
  const size_t theme = draw->below(2);
  return any_clause(scene, theme, positive, 0, draw);
}

}  // namespace fovea::data
