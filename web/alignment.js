
// ---- two texts beside each other: what a word looked at, or was looked at by, lights up in both and in the matrix

const kNamed = 3;  // words that a word's numbers name
const pairs = new WeakMap();  // of each article its words and its matrices
let lit = null;

const short = (weight) => (weight >= 0.995 ? "1.0" : weight < 0.005 ? "0" : weight.toFixed(2).slice(1));

// What stands behind a word: names and weights, the largest first.
function largest(names, weights) {
  const order = weights.map((_, i) => i).sort((a, b) => weights[b] - weights[a]);
  return order.slice(0, kNamed).filter((i) => weights[i] >= 0.005).map((i) => `${visible(names[i])} ${short(weights[i])}`).join(", ");
}

function lineOf(side, name, words, glued, picture) {
  const box = make("div", "text " + side);
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-orientation", "horizontal");
  box.setAttribute("aria-label", name);
  const gaps = words.map((_, i) => (i > 0 && !glued.includes(i) ? " " : ""));
  fillText(box, { words, gaps: [...gaps, ""] }, picture);
  return box;
}

function addLine(box, name, line) {
  box.append(make("span", "name", name), line);
}

// Both texts of an item, and what the file has.
function pairOf(item, article) {
  const { source, target, weights, links, ends, glued } = item.answer.alignment;
  const width = source.length, words = ends ? source.slice(0, -1) : source;
  const row = (t) => weights.slice(t * width, (t + 1) * width), column = (s) => target.map((_, t) => weights[t * width + s]);
  const coverage = words.map((_, s) => column(s).reduce((sum, weight) => sum + weight, 0));
  const linked = (at, of) => links.filter((link) => link[at] === of).map((link) => visible((at === 0 ? target : source)[link[1 - at]])).join(", ");
  const told = (at, of) => "linked to " + (linked(at, of) || "nothing") + " · ";
  // How a matrix is read is said once, above the list.
  if (methods.length === 0) article.querySelector("figcaption").remove();
  const box = make("div", "pair");
  const from = lineOf("source", "Source of sentence " + count(item.number), words, glued[0], { parts: coverage.map((sum) => sum / target.length),
    numbers: (part, lift, s) => told(0, s) + `got ${coverage[s].toFixed(2)} in all` + (coverage[s] < 0.005 ? "" : ": " + largest(target, column(s))) });
  const to = lineOf("target", "Translation of sentence " + count(item.number), target, glued[1], { parts: target.map(() => 0),
    numbers: (part, lift, t) => told(1, t) + `looked at ${largest(source, row(t))} · entropy ${evenness(row(t)).toFixed(2)} of even` });
  addLine(box, "source", from);
  addLine(box, "translation", to);
  const reference = item.answer.reference;
  if (reference !== undefined) {
    const text = make("div", "reference", item.answer.same ? "the same" : visible(reference));
    if (!item.answer.same) text.dir = directionOf(reference) || "ltr";
    addLine(box, "the file has", text);
  }
  pairs.set(article, { alignment: item.answer.alignment, article, words: [from, to].map((line) => [...line.querySelectorAll(".word")]),
    matrices: [...article.querySelectorAll("svg")].map(matrixOf) });
  return box;
}

// The numbers of a cell are told as those of a word are, not by the browser.
function matrixOf(svg) {
  const cells = [...svg.querySelectorAll(".cell")], frame = document.createElementNS(svg.namespaceURI, "rect");
  for (const cell of cells) {
    const title = cell.querySelector("title");
    cell.setAttribute("aria-label", title.textContent);
    title.remove();
  }
  frame.setAttribute("class", "pointer");
  svg.append(frame);
  return { cells, frame, names: [...svg.querySelectorAll(".part")] };
}

function lightWord(word, weight, parts, linked) {
  if (!word) return;
  const octaves = Math.min(3, Math.log2(Math.max(Math.abs(weight) * parts, 1)));
  word.style.setProperty("--lit", (octaves / 3).toFixed(3));
  word.classList.toggle("linked", linked);
  word.classList.add("lit");
}

function frameCells(frame, first, last) {
  const number = (cell, name) => Number(cell.getAttribute(name));
  const left = number(first, "x") - 1.5, top = number(first, "y") - 1.5;
  frame.setAttribute("x", left);
  frame.setAttribute("y", top);
  frame.setAttribute("width", number(last, "x") + number(last, "width") + 1.5 - left);
  frame.setAttribute("height", number(last, "y") + number(last, "height") + 1.5 - top);
}

// s, t: the word of the source and of the translation that is pointed at; of a cell both, of a word the other is null.
function light(pair, s, t) {
  unlight();
  lit = pair;
  const { source, target, weights, links } = pair.alignment, width = source.length;
  const isLink = (a, b) => links.some((link) => link[0] === a && link[1] === b);
  pair.article.classList.add("on");
  const [sources, targets] = pair.words;
  if (s === null) sources.forEach((word, i) => lightWord(word, weights[t * width + i], width, isLink(i, t)));
  else if (t === null) targets.forEach((word, i) => lightWord(word, weights[i * width + s], width, isLink(s, i)));
  else for (const word of [sources[s], targets[t]]) lightWord(word, weights[t * width + s], width, isLink(s, t));
  for (const word of [s === null ? null : sources[s], t === null ? null : targets[t]]) if (word) word.classList.add("pointed");
  for (const { cells, frame, names } of pair.matrices) {
    frameCells(frame, cells[(t ?? 0) * width + (s ?? 0)], cells[(t ?? target.length - 1) * width + (s ?? width - 1)]);
    for (const name of [s === null ? null : names[s], t === null ? null : names[width + t]]) if (name) name.classList.add("pointed");
  }
}

function unlight() {
  if (!lit) return;
  lit.article.classList.remove("on");
  for (const element of lit.article.querySelectorAll(".lit, .pointed")) element.classList.remove("lit", "linked", "pointed");
  lit = null;
}

// What an element of an article stands for; null where it is neither word nor cell.
function placeOf(element) {
  const part = element.closest && element.closest(".pair .word, .beside .cell");
  const pair = part && pairs.get(part.closest("article"));
  if (!pair) return null;
  const [s, t] = pair.words.map((words) => words.indexOf(part));
  if (s >= 0) return { part, pair, s, t: null };
  if (t >= 0) return { part, pair, s: null, t };
  const width = pair.alignment.source.length;
  const cell = pair.matrices.map(({ cells }) => cells.indexOf(part)).find((index) => index >= 0);
  return { part, pair, s: cell % width, t: Math.floor(cell / width), isCell: true };
}

function point(element) {
  const place = placeOf(element);
  if (!place) return;
  if (place.isCell) showTip(place.part);
  light(place.pair, place.s, place.t);
}

// Up and down: to the word of the other text that the weight between is largest with.
function crossOver(event) {
  const place = event.key === "ArrowUp" || event.key === "ArrowDown" ? placeOf(event.target) : null;
  if (!place || place.isCell || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const { weights, source } = place.pair.alignment, width = source.length, [sources, targets] = place.pair.words;
  const others = place.s === null ? sources : targets;
  const weightOf = (i) => (place.s === null ? weights[place.t * width + i] : weights[i * width + place.s]);
  const best = others.map((_, i) => i).reduce((most, i) => (weightOf(i) > weightOf(most) ? i : most), 0);
  if (others[best]) others[best].focus();
}

function listenToPairs() {
  const list = at("list");
  list.addEventListener("pointerover", (event) => point(event.target));
  list.addEventListener("pointerout", (event) => {
    if (event.pointerType !== "mouse" || !placeOf(event.target)) return;
    hideTip();
    unlight();
    if (placeOf(document.activeElement)) { showTip(document.activeElement); point(document.activeElement); }
  });
  list.addEventListener("focusin", (event) => point(event.target));
  list.addEventListener("focusout", unlight);
  list.addEventListener("keydown", crossOver);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") unlight(); });
}

// Among translations none is right or wrong: the worst is the one of the lowest score, or the least probable.
function offerOrders() {
  if (items.some(({ verdict }) => verdict !== "sequence")) return;
  const offered = [...at("order").options];
  offered.find(({ value }) => value === "mistakes").remove();
  offered.find(({ value }) => value === "doubt").textContent = "least probable first";
  const scored = items.find((item) => item.answer.score);
  if (!scored) return;
  const score = (item) => (item.answer.score ? item.answer.score[1] : Infinity);
  orders.worst = (a, b) => score(a) - score(b) || a.number - b.number;
  offered[0].after(new Option(`lowest ${scored.answer.score[0]} first`, "worst"));
}

offerOrders();
listenToPairs();
