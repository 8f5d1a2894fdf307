// Chinese reviews of films, hotels, books and restaurants.
#include <array>

#include "data/synthetic/draft.h"

namespace fovea::data {
namespace {

// Subjects and the adjectives that suit them all.
struct ThemeZh {
  std::array<const char*, 5> subjects;
  std::array<const char*, 4> good, bad;
};

struct DomainZh {
  std::array<ThemeZh, 2> themes;
  const char* worth;  // "值得…"
  const char* visit;  // "后悔…"
  std::array<const char*, 6> fillers;
};

constexpr std::array<DomainZh, 4> kDomainsZh = {{
    {{{{{"剧情", "故事", "台词", "结尾", "开头"}, {"精彩", "感人", "有趣", "新颖"}, {"无聊", "老套", "拖沓", "乏味"}},
       {{"演技", "配乐", "画面", "服装", "表演"}, {"出色", "自然", "到位", "好"}, {"生硬", "粗糙", "差", "平庸"}}}},
     "一看",
     "看这部电影",
     {"上周末和朋友一起去看的", "电影一共两个小时", "昨天晚上在家看完了", "这是导演的第三部电影", "故事发生在上海",
      "是在学校旁边的电影院看的"}},
    {{{{{"房间", "卫生间", "大堂", "床单", "走廊"}, {"干净", "整洁", "漂亮", "好"}, {"脏", "破旧", "潮湿", "差"}},
       {{"前台", "服务员", "经理", "保安", "保洁员"},
        {"热情", "周到", "友好", "耐心"},
        {"冷淡", "粗鲁", "敷衍", "傲慢"}}}},
     "再住",
     "住这家酒店",
     {"我们在这里住了两个晚上", "出差的时候住的", "酒店在火车站对面", "房间在五楼", "早餐七点开始", "是三月份去的"}},
    {{{{{"情节", "故事", "开头", "结局", "内容"}, {"精彩", "感人", "有趣", "深刻"}, {"无聊", "老套", "枯燥", "混乱"}},
       {{"文笔", "翻译", "语言", "对话", "描写"}, {"流畅", "优美", "生动", "好"}, {"生硬", "粗糙", "啰嗦", "晦涩"}}}},
     "一读",
     "买这本书",
     {"这本书我看了三天", "是同事借给我的", "全书大概四百页", "在网上买的", "坐火车的时候看完的",
      "作者以前是一位护士"}},
    {{{{{"面条", "牛肉", "饺子", "甜点", "鱼汤"}, {"好吃", "新鲜", "美味", "可口"}, {"难吃", "油腻", "寡淡", "差"}},
       {{"服务员", "老板", "服务", "店员", "收银员"},
        {"热情", "周到", "友好", "耐心"},
        {"冷淡", "粗鲁", "敷衍", "傲慢"}}}},
     "一去",
     "去这家餐厅",
     {"星期二晚上去吃的", "我们四个人点了六道菜", "餐厅在邮局旁边", "中午十二点开门", "每人大概花了一百块钱",
      "我们坐在窗户旁边"}},
}};

constexpr std::array<const char*, 6> kDegreesZh = {"很", "非常", "特别", "十分", "相当", "真的很"};
constexpr std::array<const char*, 4> kAsidesZh = {"总的来说，", "说实话，", "我觉得", "这次"};
constexpr std::array<const char*, 3> kButsZh = {"，但是", "，不过", "，可是"};

template <typename T, size_t N>
const T& pick_zh(const std::array<T, N>& values, Draw* draw) {
  return draw->pick(std::span<const T>(values));
}

std::string marked_zh(const std::string& word) {
  return "[" + word + "]";
}

Marked plain_clause_zh(const DomainZh& domain, const ThemeZh& theme, bool positive, Draw* draw) {
  const std::string subject = pick_zh(theme.subjects, draw);
  const std::string adjective = marked_zh(pick_zh(positive ? theme.good : theme.bad, draw));
  const std::string degree = pick_zh(kDegreesZh, draw);
  switch (draw->below(8)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return subject + degree + adjective;
    case 4:
      return subject + "太" + adjective + "了";
    case 5:
      return "我" + degree + (positive ? "[喜欢]" : "[讨厌]") + subject;
    case 6:
      return subject + "让我" + degree + (positive ? "[满意]" : "[失望]");
    default:
      return positive ? degree + "[值得]" + domain.worth : "我" + degree + "[后悔]" + domain.visit;
  }
}

// An opinion said by negating the opposite one: `positive` is what the clause means as a whole.
Marked negated_clause_zh(const DomainZh& domain, const ThemeZh& theme, bool positive, Draw* draw) {
  const std::string subject = pick_zh(theme.subjects, draw);
  const std::string adjective = marked_zh(pick_zh(positive ? theme.bad : theme.good, draw));
  switch (draw->below(8)) {
    case 0:
      return subject + "[不]" + adjective;
    case 1:
      return subject + "并[不]" + adjective;
    case 2:
      return subject + "一点也[不]" + adjective;
    case 3:
      return subject + "[不]" + (positive ? "算" : "太") + adjective;
    case 4:
      return subject + (positive ? "[没有]让我[失望]" : "[没有]让我[满意]");
    case 5:
      return positive ? "我[不][讨厌]" + subject : "我[不]太[喜欢]" + subject;
    case 6:
      return "我对" + subject + (positive ? "[没有][不满]" : "[不]太[满意]");
    default:
      return positive ? std::string("我[不][后悔]") + domain.visit : std::string("[不][值得]") + domain.worth;
  }
}

Marked any_clause_zh(const DomainZh& domain, size_t theme, bool positive, double negation, Draw* draw) {
  return draw->chance(negation) ? negated_clause_zh(domain, domain.themes[theme], positive, draw)
                                : plain_clause_zh(domain, domain.themes[theme], positive, draw);
}

}  // namespace

Draft make_chinese(const Plan& plan, Draw* draw) {
  const DomainZh& domain = pick_zh(kDomainsZh, draw);
  const size_t theme = draw->below(2);
  const size_t filler_place = draw->below(3);  // 0 none, 1 before, 2 after
  const std::string filler = pick_zh(domain.fillers, draw);
  Draft draft;
  if (filler_place == 1) draft.add(filler + (draw->chance(0.5) ? "，" : "。"));
  const Marked deciding = any_clause_zh(domain, theme, plan.positive, plan.negation, draw);
  if (plan.contrast) {
    if (draw->chance(0.4)) draft.add("虽然");
    draft.add(any_clause_zh(domain, 1 - theme, !plan.positive, plan.negation, draw));
    draft.add(pick_zh(kButsZh, draw));
    draft.add(deciding, true);
  } else {
    const bool second = draw->chance(0.4);
    const bool alone = !second && filler_place == 0;  // "大堂不好。" would be too short a review
    if (alone || draw->chance(0.3)) draft.add(pick_zh(kAsidesZh, draw));
    draft.add(deciding, true);
    if (second) {
      draft.add(draw->chance(0.5) ? "，而且" : "，");
      draft.add(any_clause_zh(domain, 1 - theme, plan.positive, plan.negation, draw), true);
    }
  }
  draft.add(draw->chance(0.1) ? "！" : "。");
  if (filler_place == 2) draft.add(filler + "。");
  return draft;
}

}  // namespace fovea::data
