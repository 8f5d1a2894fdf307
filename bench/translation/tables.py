"""The tables of docs/benchmarks.md from the rows of bench/translation/peers.jsonl."""

from common import kept_rows

DOCUMENT = "docs/benchmarks.md"
BEGIN, END = "<!-- bench/translation/peers writes this -->", "<!-- to here -->"


def number(value):
    return "–" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def with_spread(row, name):
    if row[name] is None:
        return "–"
    low, high = row[name + "_spread"]
    return f"{number(row[name])} ({number(low)}–{number(high)})"


def ratio(value):
    return "–" if value is None else f"{value:.2f} ×"


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def rates(rows):
    head = ["network", "threads", "ours", "peer", "theirs", "ratio", "ratio of processor time", "load"]
    return table(head, [[row["case"], str(row["threads"]), with_spread(row, "ours"), row["peer_name"],
                         with_spread(row, "peer"), ratio(row["ratio"]), ratio(row["ratio_cpu"]), f"{row['load']:.1f}"]
                        for row in rows])


def links(rows):
    head = ["links", "precision", "recall", "F1"]
    own = {True: ", which the model chose", False: "", None: ""}
    return table(head, [[row["case"] + own[row.get("own_choice")], *(f"{row[name]:.1f}" for name in
                                                                     ("precision", "recall", "f1"))] for row in rows])


def digits(rows):
    head = ["score", "ours", "sacreBLEU's", "alike"]
    return table(head, [[row["case"], f"{row['ours']:.10f}", f"{row['peer']:.10f}", "yes" if row["alike"] else "**no**"]
                        for row in rows])


PARTS = {
    "training": ("Training, target subwords a second", rates),
    "decoding": ("Decoding, target subwords a second", rates),
    "alignment": ("Links between words, by those of eflomal", links),
    "scores": ("Scores, by those of sacreBLEU", digits),
}


def write_tables():
    rows, blocks = kept_rows(), []
    for part, (title, made) in PARTS.items():
        chosen = [row for row in rows if row["part"] == part]
        if chosen:
            dates = sorted({row["date"] for row in chosen})
            blocks += [f"{title} ({chosen[0]['processor']}, {chosen[0]['instruction_set']}; "
                       f"{' to '.join(dict.fromkeys((dates[0], dates[-1])))}):", made(chosen)]
    with open(DOCUMENT, encoding="utf-8") as document:
        text = document.read()
    before, rest = text.split(BEGIN)
    with open(DOCUMENT, "w", encoding="utf-8") as document:
        document.write(before + BEGIN + "\n\n" + "\n\n".join(blocks) + "\n\n" + END + rest.split(END)[1])
