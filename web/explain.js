
// Draws the answers of the data block. Everything that comes from texts and labels goes into the page through textContent,
// so that no text can become markup. One scale for every text: see paint().
"use strict";
(() => {
const kTextsPerPage = 50;
const kLongestOption = 60;   // characters of a label in a menu

const { facts, labels, answers, methods = [] } = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// ---- texts and numbers as people read them

// Line ends and tabs become a space, other controls and the bidi controls are named.
function visible(text) {
  return text.replace(/\r\n|[\t-\r\u0085\u2028\u2029]/g, " ")
    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
      (character) => "⟨U+" + character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0") + "⟩");
}

const labelText = (number) => visible(labels[number]) || "(empty)";
const count = (number) => number.toLocaleString("en");
const texts = (number) => count(number) + (number === 1 ? " {{input}}" : " {{inputs}}");

function percent(share) {
  if (share === null) return "–";
  if (share > 0.995 && share < 1) return "> 99 %";
  if (share > 0 && share < 0.005) return "< 1 %";
  return Math.round(100 * share) + " %";
}

function numbersOf(weight, lift) {
  const digits = weight < 0.001 ? 3 : weight < 0.01 ? 2 : 1;
  return `${(100 * weight).toFixed(digits)} % · ${lift.toFixed(lift < 0.1 ? 2 : 1)} × even`;
}

// ---- direction: dir=auto does not look into <bdi>, so the first letter is looked for here

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

function directionOf(text) {
  const letter = text.match(/\p{L}/u);
  return letter ? (rightToLeft.test(letter[0]) ? "rtl" : "ltr") : "";
}

function signed(number, digits) {
  return (number < 0 ? "−" : "+") + Math.abs(number).toFixed(digits);
}

// ---- the scale: lift = part × n, from 1 (none) to 8 and more (full) by its logarithm; below 0 it speaks against the label

function paint(word, lift) {
  const octaves = Math.min(3, Math.log2(Math.max(Math.abs(lift), 1)));
  if (octaves === 0) return;
  word.style.setProperty("--strength", (octaves / 3).toFixed(3));
  if (lift < 0) word.classList.add("against");
  const underline = lift < 0 ? Math.max(1, Math.floor(octaves)) : Math.floor(octaves);
  if (underline >= 1) word.style.setProperty("--underline", underline + "px");
}

// ---- pictures: what one method says of one text. parts: of the sizes of its scores, which are what is shaded

function pictureOf(answer, m) {
  if (methods.length === 0) return { marks: true, parts: answer.weights, numbers: numbersOf };
  const [scores, steps, gap] = answer.methods[m], method = methods[m];
  const sizes = scores.reduce((sum, score) => sum + Math.abs(score), 0);
  const parts = scores.map((score) => (sizes > 0 ? score / sizes : 0));
  const attention = method.name === "attention";
  const scored = (part, lift, i) => `score ${signed(scores[i], Math.abs(scores[i]) < 0.1 ? 4 : 3)} · ` +
    `${(100 * Math.abs(part)).toFixed(1)} % of all · ${Math.abs(lift).toFixed(1)} × even` + (part < 0 ? " · against" : "");
  return { method, marks: attention, parts, numbers: attention ? numbersOf : scored, note: noteOf(method, scores, sizes, steps, gap) };
}

function noteOf(method, scores, sizes, steps, gap) {
  if (!method.signed) return "";
  const sum = scores.reduce((all, score) => all + score, 0);
  return ` sum ${signed(sum, 3)}, sizes ${sizes.toFixed(3)}` + (steps > 0 ? ` · ${steps} steps, gap ${(100 * gap).toFixed(1)} %` : "");
}

// ---- what is known of each answer

// Entropy of the weights, 1 where all words weigh the same; null for fewer than two words.
function evenness(weights) {
  if (weights.length < 2) return null;
  let entropy = 0;
  for (const weight of weights) if (weight > 0) entropy -= weight * Math.log(weight);
  return entropy / Math.log(weights.length);
}

const items = answers.map((answer, index) => ({
  answer,
  number: index + 1,
  said: answer.ranking[0][0],
  probability: answer.ranking[0][1],
  truth: answer.truth,
  verdict: answer.sequence ? "sequence" : answer.truth === undefined ? "unknown" : answer.truth === answer.ranking[0][0] ? "right" : "wrong",
  evenness: answer.spread ?? evenness(answer.weights),
  searched: null,
}));

function searchedText(item) {
  if (item.searched === null) {
    const { words, gaps } = item.answer;
    item.searched = visible(words.map((word, i) => gaps[i] + word).join("") + gaps[words.length]).toLowerCase();
  }
  return item.searched;
}

// ---- one text

function wordElement(answer, picture, i, direction) {
  const word = make("bdi", "word", visible(answer.words[i]));
  word.dir = direction;
  const lift = picture.parts[i] * answer.words.length;
  paint(word, lift);
  word.setAttribute("role", "option");
  word.setAttribute("aria-label", word.textContent + ": " + picture.numbers(picture.parts[i], lift, i));
  word.tabIndex = i === 0 ? 0 : -1;
  return word;
}

// A mark before a sentence whose weight attention chose: its share, and a bar that is full at twice the even share.
function sentenceMark(answer, weight) {
  const mark = make("span", "sentence", Math.round(100 * weight) + " %");
  mark.style.setProperty("--share", Math.min(1, weight * answer.sentences.length / 2).toFixed(3));
  mark.title = "this sentence: " + numbersOf(weight, weight * answer.sentences.length);
  mark.setAttribute("role", "note");
  mark.setAttribute("aria-label", mark.title);
  return mark;
}

function addGap(box, gap, hint) {
  const text = visible(gap);
  if (text.trim() === "") {
    if (text !== "") box.append(" ");
    return;
  }
  const rest = make("bdi", "unread", text);
  rest.title = hint;
  box.append(rest);
}

// Words that run against the direction of their text stand together in a run of their own, else each <bdi> would be placed
// by itself and a quoted phrase would read backwards. A word without letters, such as a bracket, runs as what is around it.
function fillText(box, answer, picture) {
  const { words, gaps } = answer;
  const base = directionOf(words.join(" ")) || "ltr";
  const directions = words.map(directionOf);
  const against = (direction) => direction !== "" && direction !== base;
  box.dir = base;
  const sentences = new Map(picture.marks ? answer.sentences ?? [] : []);
  let run = null, runEnd = -1;
  for (let i = 0; i < words.length; ++i) {
    addGap(i <= runEnd ? run : box, gaps[i], "not read by the model");
    if (sentences.has(i)) box.append(sentenceMark(answer, sentences.get(i)));
    if (i > runEnd && against(directions[i])) {
      runEnd = i;
      for (let k = i + 1; k < words.length && directions[k] !== base && !sentences.has(k); ++k) if (against(directions[k])) runEnd = k;
      run = make("bdi");
      run.dir = directions[i];
      box.append(run);
    }
    const around = i <= runEnd ? run : box;
    around.append(wordElement(answer, picture, i, directions[i] || around.dir));
  }
  addGap(box, gaps[words.length], answer.cut ? "beyond what the model reads" : "not read by the model");
}

function addLabel(box, before, label, after) {
  box.append(before, make("bdi", "", labelText(label)), after);
  return box;
}

function metaOf(item) {
  const { answer } = item;
  const meta = make("div", "meta");
  if (answer.alignment && answer.alignment.target.length > 0) {
    meta.append(make("b", "", percent(item.probability)), make("span", "", "mean probability of a subword"));
  } else {
    meta.append(addLabel(make("b"), "", item.said, " " + percent(item.probability)));
  }
  if (answer.score) meta.append(make("span", "", `${answer.score[0]} ${answer.score[1].toFixed(1)}`));
  if (item.verdict === "right") meta.append(make("span", "verdict", "✓ right"));
  if (item.verdict === "wrong") meta.append(addLabel(make("span", "verdict"), "✗ wrong: it is ", item.truth, ""));
  if (item.verdict === "unknown") meta.append(make("span", "", "no label in the file"));
  if (labels.length > 2 && answer.ranking.length > 1) {
    meta.append(addLabel(make("span"), "then ", answer.ranking[1][0], " " + percent(answer.ranking[1][1])));
  }
  if (item.evenness !== null) meta.append(make("span", "", "entropy " + item.evenness.toFixed(2) + " of even"));
  if (answer.unknown) meta.append(make("span", "", count(answer.unknown) + (answer.unknown === 1 ? " word" : " words") + " unknown to the model"));
  if (answer.cut) meta.append(make("span", "", "the last " + count(answer.cut) + (answer.cut === 1 ? " word" : " words") + " not read"));
  meta.append(make("span", "", item.answer.line ? "line " + count(item.answer.line) : "no. " + count(item.number)));
  return meta;
}

function articleOf(item) {
  const article = make("article", item.verdict);
  article.append(metaOf(item));{{pictures}}
  if (item.answer.words.length === 0) {
    article.append(make("div", "none", "No {{parts}} in this {{input}}: the answer is the share of each label in the training part."));
    return article;
  }
  if (methods.length === 0) {
    article.append(textBox(item, pictureOf(item.answer, 0)));
    return article;
  }
  const pictures = make("div", "methods");
  for (let m = 0; m < methods.length; ++m) if (state.method === "all" || state.method === m) pictures.append(figureOf(item, m));
  article.append(pictures);
  return article;
}

function textBox(item, picture) {
  const box = make("div", "text");
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-orientation", "horizontal");
  const what = picture.method ? picture.method.name : "their weights";
  box.setAttribute("aria-label", `Text ${count(item.number)}, words and ${what}`);
  fillText(box, item.answer, picture);
  return box;
}

function figureOf(item, m) {
  const figure = make("figure"), caption = make("figcaption"), picture = pictureOf(item.answer, m);
  caption.append(make("b", "", picture.method.name), picture.note);
  figure.append(caption, textBox(item, picture));
  return figure;
}

// ---- the list: filter, order, pages

const orders = {
  file: (a, b) => a.number - b.number,
  doubt: (a, b) => a.probability - b.probability || a.number - b.number,
  mistakes: (a, b) => (b.verdict === "wrong") - (a.verdict === "wrong") ||
    (a.verdict === "wrong" ? b.probability - a.probability : a.probability - b.probability) || a.number - b.number,
  even: (a, b) => (b.evenness ?? -1) - (a.evenness ?? -1) || a.number - b.number,
};

const state = { method: "all", verdict: "all", predicted: "", truth: "", order: "file", query: "" };
let found = [], drawn = 0;

function select() {
  const query = visible(state.query).toLowerCase().trim();
  return items.filter((item) =>
    (state.verdict === "all" || item.verdict === state.verdict) &&
    (state.predicted === "" || item.said === Number(state.predicted)) &&
    (state.truth === "" || item.truth === Number(state.truth)) &&
    (query === "" || searchedText(item).includes(query))).sort(orders[state.order]);
}

function drawMore() {
  const next = found.slice(drawn, drawn + kTextsPerPage).map(articleOf);
  at("list").append(...next);
  drawn += next.length;
  const left = found.length - drawn;
  at("more").hidden = left === 0;
  at("more").textContent = `Show ${Math.min(left, kTextsPerPage)} more of ${count(left)} left`;
  const part = found.length === items.length ? texts(items.length) : `${count(found.length)} of ${texts(items.length)}`;
  at("count").textContent = found.length === 0 ? (items.length === 0 ? "There are no {{inputs}} to show." : "No {{input}} fits these choices.")
    : drawn < found.length ? `${part}, the first ${count(drawn)} drawn here` : part;
  return next;
}

function redraw() {
  hideTip();
  found = select();
  drawn = 0;
  at("list").replaceChildren();
  drawMore();
}

// ---- hover, touch and keyboard

const tip = at("tip");
let pointed = null;

function showTip(word) {
  pointed = word;
  const numbers = word.getAttribute("aria-label").slice(word.textContent.length);
  tip.replaceChildren(make("bdi", "", word.textContent), numbers);
  const lines = word.getClientRects(), first = lines[0], last = lines[lines.length - 1];
  const { offsetWidth: width, offsetHeight: height } = tip;
  const fitsBelow = last.bottom + 6 + height < innerHeight;
  tip.style.left = Math.max(8, Math.min(first.left, innerWidth - width - 8)) + "px";
  tip.style.top = (fitsBelow ? last.bottom + 6 : Math.max(4, first.top - height - 6)) + "px";
  tip.classList.add("on");
}

function hideTip() {
  pointed = null;
  tip.classList.remove("on");
}

const wordAt = (event) => event.target.closest && event.target.closest(".text .word");

function moveTo(from, word) {
  from.tabIndex = -1;
  word.tabIndex = 0;
  word.focus();
}

function onKey(event) {
  if (event.key === "Escape") hideTip();
  const word = wordAt(event);
  if (!word || event.ctrlKey || event.altKey || event.metaKey) return;
  const box = word.closest(".text"), words = [...box.querySelectorAll(".word")], i = words.indexOf(word);
  const forward = box.dir === "rtl" ? "ArrowLeft" : "ArrowRight", back = box.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
  const target = event.key === forward ? words[i + 1] : event.key === back ? words[i - 1]
    : event.key === "Home" ? words[0] : event.key === "End" ? words[words.length - 1] : undefined;
  if ([forward, back, "Home", "End"].includes(event.key)) event.preventDefault();
  if (target) moveTo(word, target);
}

function listen() {
  const list = at("list");
  list.addEventListener("pointerover", (event) => { const word = wordAt(event); if (word) showTip(word); });
  list.addEventListener("pointerout", (event) => { if (wordAt(event) && event.pointerType === "mouse") hideTip(); });
  list.addEventListener("focusin", (event) => {
    const word = wordAt(event);
    if (!word) return;
    word.closest(".text").querySelectorAll('.word[tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
    word.tabIndex = 0;
    showTip(word);
  });
  list.addEventListener("focusout", hideTip);
  document.addEventListener("keydown", onKey);
  addEventListener("scroll", () => { if (pointed && pointed === document.activeElement) showTip(pointed); else hideTip(); }, { passive: true });
  addEventListener("resize", hideTip);
  at("more").addEventListener("click", () => {
    const first = drawMore().map((article) => article.querySelector(".word")).find((word) => word);
    if (at("more").hidden && first) first.focus({ preventScroll: true });
  });
}

// ---- controls

function addVerdicts() {
  const names = { all: "All", wrong: "Wrong", right: "Right", unknown: "No label" };
  for (const [verdict, name] of Object.entries(names)) {
    const size = verdict === "all" ? items.length : items.filter((item) => item.verdict === verdict).length;
    if (size === 0 && verdict !== "all" && (verdict === "unknown" || items.every(({ verdict: of }) => of === "unknown" || of === "sequence"))) continue;
    const button = make("button", "", `${name} ${count(size)}`);
    button.type = "button";
    button.setAttribute("aria-pressed", verdict === state.verdict);
    button.addEventListener("click", () => {
      state.verdict = verdict;
      for (const other of at("verdicts").children) other.setAttribute("aria-pressed", other === button);
      redraw();
    });
    at("verdicts").append(button);
  }
  at("verdicts").hidden = at("verdicts").children.length < 2;
}

function addMethods() {
  if (methods.length === 0) return;
  at("methods").hidden = methods.length === 1;
  for (const [method, name] of [["all", "Side by side"], ...methods.map((one, m) => [m, one.name])]) {
    const button = make("button", "", name);
    button.type = "button";
    button.setAttribute("aria-pressed", method === state.method);
    button.addEventListener("click", () => {
      state.method = method;
      for (const other of at("methods").children) other.setAttribute("aria-pressed", other === button);
      redraw();
    });
    at("methods").append(button);
  }
  at("meanings").hidden = false;
  for (const { name, meaning } of methods) at("meanings").append(make("dt", "", name), make("dd", "", meaning));
  at("others").hidden = methods.every(({ name }) => name === "attention");
}

function addLabels(menu, labelOf) {
  const sizes = new Map();
  for (const item of items) if (labelOf(item) !== undefined) sizes.set(labelOf(item), (sizes.get(labelOf(item)) ?? 0) + 1);
  menu.closest("label").hidden = sizes.size === 0;
  menu.append(new Option("any", ""));
  for (const number of [...sizes.keys()].sort((a, b) => a - b)) {
    const characters = [...labelText(number)];
    const name = characters.length > kLongestOption ? characters.slice(0, kLongestOption - 1).join("") + "…" : characters.join("");
    menu.append(new Option(`${name} (${count(sizes.get(number))})`, number));
  }
}

function addControls() {
  addMethods();
  addVerdicts();
  addLabels(at("predicted"), (item) => item.verdict === "sequence" ? undefined : item.said);
  addLabels(at("truth"), (item) => item.truth);
  for (const name of ["predicted", "truth", "order"]) {
    at(name).value = state[name];
    at(name).addEventListener("change", () => { state[name] = at(name).value; redraw(); });
  }
  let waiting = 0;
  at("search").value = "";
  at("search").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { state.query = at("search").value; redraw(); }, 120);
  });
  at("controls").addEventListener("submit", (event) => event.preventDefault());
  at("controls").hidden = items.length === 0;
}

// ---- what stands around the list

function addFact(value, meaning) {
  const tile = make("div");
  tile.append(make("b", "", value), make("small", "", meaning));
  at("facts").append(tile);
}

const median = (rising) => rising[Math.floor((rising.length - 1) / 2)];

function addFacts() {
  addFact(`${count(items.length)} of ${count(facts.texts_in_file)}`, "{{inputs}} of the file are shown here");
  const known = items.filter((item) => item.verdict === "right" || item.verdict === "wrong");
  if (known.length > 0) {
    const right = known.filter((item) => item.verdict === "right").length;
    const whole = known.length === items.length ? "of the {{inputs}} shown" : "of the {{inputs}} shown that have a label";
    addFact(`${count(right)} of ${count(known.length)}`, `right, ${whole} (${(100 * right / known.length).toFixed(1)} %)`);
  }
  const scores = answers.filter((answer) => answer.score).map((answer) => answer.score[1]).sort((a, b) => a - b);
  if (scores.length > 0) addFact(median(scores).toFixed(1), `median ${answers.find((answer) => answer.score).score[0]}; fovea test tells the BLEU of a whole file`);
  const spread = items.map((item) => item.evenness).filter((value) => value !== null).sort((a, b) => a - b);
  if (spread.length > 0) {
    addFact(median(spread).toFixed(2), "median entropy of the weights{{spread_of}}; 1 is even, 0 is one {{part}}");
  }
  if (facts.seen_in_training < 0) return;
  addFact(count(facts.seen_in_training), "of the {{inputs}} shown were seen in training");
  if (facts.seen_in_training > 0) {
    at("seen").hidden = false;
    at("seen").textContent = `Seen in training: ${count(facts.seen_in_training)} of the ${texts(items.length)} shown here. ` +
      "The model has learnt from their {{truths}}, so how well it does here says little about new {{inputs}}.";
  }
}

function tellAudit() {
  at("audited").hidden = facts.audited === "";
  at("audited").textContent = facts.audited === "" ? "" : `${facts.audited[0].toUpperCase()}${facts.audited.slice(1)}.`;
}

// As draw::nearly_even(): no word is marked.
function isNearlyEven(weights) {
  const limit = Math.min(2, (weights.length + 1) / 2);
  return weights.every((weight) => weight * weights.length < limit);
}

// Attention that hardly prefers any word is told, so that a pale page is not taken for a fault of the page.
function tellEvenness() {
  const weighed = answers.filter((answer) => answer.weights.length > 1);
  const even = weighed.filter((answer) => isNearlyEven(answer.weights)).length;
  if (even * 2 <= weighed.length || facts.attention === "mean") return;
  at("even").hidden = false;
  at("even").textContent = `In ${count(even)} of ${texts(weighed.length)} the weights are nearly even: this model hardly ` +
    "prefers one {{part}} to another, and its answers come from all of them alike." +
    (methods.length > 0 && methods[0].name !== "attention" ? ` Shown is what ${methods[0].name} says.` : "");
}

function addChips(scale, chips) {
  for (const [lift, name] of chips) {
    const chip = make("span", lift === 1 ? "word even" : "word", name);
    paint(chip, lift);
    scale.append(chip);
  }
}

function addScale() {
  addChips(at("scale"), [[1, "1 = even"], [1.5, "1.5"], [2, "2"], [4, "4"], [8, "8 and more"]]);
  if (methods.length > 0) at("shade").textContent = "Shade: a {{part}}’s part of what the method gives to the {{input}}, times the even share 1/n";
  if (methods.some((method) => method.signed)) {
    at("against").hidden = false;
    addChips(at("against-scale"), [[-1.5, "1.5"], [-2, "2"], [-4, "4"], [-8, "8 and more"]]);
  }
  if (methods.length > 0 && methods.every(({ name }) => name !== "attention")) return;
  if (facts.attention === "mean") {
    at("shares").textContent = "This model takes the mean: every {{part}} weighs the same, so no {{part}} is shaded.";
  } else if (items.some((item) => item.answer.sentences)) {
    at("shares").textContent = "The weight of a word is its weight in the sentence times the weight of the sentence, which stands before it.";
  } else if (facts.weights_are_shares) {
    at("shares").textContent = `This model (${visible(facts.attention)}) has no attention scores: the weight of a {{part}} is the ` +
      "share of the context’s features that were taken from it.";
  }
}

function addMade() {
  const rows = { Program: "fovea " + facts.version, Model: facts.model_path, "": facts.model_line, Attention: facts.attention,
    Data: facts.title, "Weights, SHA-256": facts.weights_sha256 };
  for (const [name, value] of Object.entries(rows)) if (value) at("made").append(make("dt", "", name), make("dd", "", visible(value)));
}

function addSubtitle() {
  at("subtitle").append(make("bdi", "", visible(facts.title)), " · ", make("bdi", "", visible(facts.model_line)));
}

{{alignments}}addSubtitle();
addFacts();
tellAudit();
tellEvenness();
addScale();
addMade();
addControls();
listen();
redraw();
at("drawn").hidden = false;
})();
