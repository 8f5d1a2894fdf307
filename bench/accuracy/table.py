"""The kept results as a table in README.md and docs/accuracy.md, and as a chart of accuracy against training time.

Documents are changed between the marks <!-- accuracy --> and <!-- /accuracy -->. The chart is an SVG of this file's own.
"""

import statistics
from collections import defaultdict

from plan import ONCE, seeds_of
from sets import SETS

PROGRAMS = {"fovea-fast": "Fovea, fast", "fovea-fast-plain": "fast, plain look", "fovea-best-plain": "best, plain look", "fasttext": "fastText, autotuned",
            "nbsvm": "NB-SVM", "pytorch": "PyTorch BiLSTM + attention"}
PEERS = ("fasttext", "nbsvm", "pytorch")
BEGIN, END = "<!-- accuracy -->", "<!-- /accuracy -->"
CHART = "docs/images/accuracy.svg"


def grouped(results):
    groups = defaultdict(list)
    for row in results:
        groups[row["set"], row["program"]].append(row)
    return groups


def mean_and_spread(rows):
    values = [100 * row["accuracy"] for row in rows]
    return statistics.mean(values), statistics.stdev(values) if len(values) > 1 else None


def cell(rows, best, planned, usual):
    if not rows:
        return "–"
    mean, spread = mean_and_spread(rows)
    text = f"{mean:.1f}" + (f" ± {spread:.1f}" if spread is not None else "")
    if len(rows) < planned:
        text += f" ({len(rows)} of {planned} seeds)"
    elif planned < usual:
        text += f" ({planned} seed{'s' if planned > 1 else ''})"
    return f"**{text}**" if best else text


def table(results):
    groups = grouped(results)
    lines = ["| set | rows | " + " | ".join(PROGRAMS.values()) + " |", "|---" * (2 + len(PROGRAMS)) + "|"]
    for name, chosen in SETS.items():
        means = {program: mean_and_spread(groups[name, program])[0] for program in PROGRAMS if groups[name, program]}
        if not means:
            continue
        rows = next(groups[name, program][0]["rows"] for program in means)
        cells = []
        for program in PROGRAMS:
            planned = len(seeds_of(chosen, program))
            usual = planned if program in ONCE else len(chosen.seeds)
            cells.append(cell(groups[name, program], means.get(program) == max(means.values()), planned, usual))
        lines.append(f"| {chosen.title} | {rows[0]:,} → {rows[1]:,} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _place(value, low, high, begin, end):
    return begin + (value - low) / (high - low) * (end - begin)


def chart(results):
    """Points: programs that have times; across, the seconds of training on a logarithmic scale; up, points above or below
    NB-SVM, mean over the sets of which all of these programs have a time."""
    import math

    groups = grouped(results)
    times = lambda name, program: [row["seconds"] for row in groups[name, program] if row["seconds"] is not None]
    charted = [program for program in PROGRAMS if any(times(name, program) for name in SETS)]
    names = [name for name in SETS if all(times(name, program) for program in charted)]
    points = {}
    for program in charted if names and "nbsvm" in charted else []:
        seconds = [times(name, program) for name in names]
        gain = statistics.mean(
            mean_and_spread(groups[name, program])[0] - mean_and_spread(groups[name, "nbsvm"])[0] for name in names)
        time = math.exp(statistics.mean(
            math.log(max(statistics.median(of_set), 0.1)) for of_set in seconds))
        points[program] = (time, gain)
    if len(points) < 2:
        return None
    width, height, left, right, top, bottom = 720, 360, 70, 30, 30, 60
    low_x = 10 ** math.floor(math.log10(min(time for time, _ in points.values())))
    high_x = 10 ** math.ceil(math.log10(max(time for time, _ in points.values()) * 1.01))
    low_y = math.floor(min(gain for _, gain in points.values()) - 0.5)
    high_y = math.ceil(max(gain for _, gain in points.values()) + 0.5)
    across = lambda time: _place(math.log10(time), math.log10(low_x), math.log10(high_x), left, width - right)
    up = lambda gain: _place(gain, low_y, high_y, height - bottom, top)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
           'font-family="sans-serif" font-size="13">',
           "<title>Accuracy against training time: points above NB-SVM, mean over the data sets</title>",
           f'<rect width="{width}" height="{height}" fill="#fff"/>']
    for gain in range(low_y, high_y + 1):
        out.append(f'<line x1="{left}" x2="{width - right}" y1="{up(gain):.1f}" y2="{up(gain):.1f}" stroke="#ddd"/>'
                   f'<text x="{left - 8}" y="{up(gain) + 4:.1f}" text-anchor="end">{gain:+d}</text>')
    time = low_x
    while time <= high_x * 1.001:
        out.append(f'<text x="{across(time):.1f}" y="{height - bottom + 20}" text-anchor="middle">{time:g} s</text>')
        time *= 10
    out.append(f'<text x="{(left + width - right) / 2}" y="{height - 14}" text-anchor="middle">training time, '
               "geometric mean over the sets</text>")
    out.append(f'<text x="{left}" y="{top - 10}">points of accuracy against NB-SVM, mean over '
               f'{", ".join(SETS[name].title.split(",")[0] for name in names)}</text>')
    for program, (time, gain) in points.items():
        ours = program.startswith("fovea")
        late = across(time) > width - 200
        out.append(f'<circle cx="{across(time):.1f}" cy="{up(gain):.1f}" r="6" fill="{"#0b5cad" if ours else "#fff"}" '
                   f'stroke="#333" stroke-width="2"/><text x="{across(time) + (-12 if late else 12):.1f}" '
                   f'y="{up(gain) + 4:.1f}" text-anchor="{"end" if late else "start"}">{PROGRAMS[program]}</text>')
    return "\n".join(out + ["</svg>"]) + "\n"


def write_documents(results):
    for path in ("README.md", "docs/accuracy.md"):
        with open(path, encoding="utf-8") as document:
            text = document.read()
        if BEGIN not in text:
            continue
        before, rest = text.split(BEGIN, 1)
        after = rest.split(END, 1)[1]
        with open(path, "w", encoding="utf-8") as document:
            document.write(before + BEGIN + "\n" + table(results) + "\n" + END + after)
    drawn = chart(results)
    if drawn:
        with open(CHART, "w", encoding="utf-8") as out:
            out.write(drawn)
    print(table(results))
