"""The rows of fovea_bench --json as a table: page.py --print, or page.py --write PAGE --command TEXT, which replaces
what stands between the markers of the page. Rows come on standard input.
"""

import argparse
import datetime
import json
import os
import sys

BEGIN, END = "<!-- results: script/bench writes what follows -->", "<!-- end of results -->"


def number(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def percent(value):
    return "–" if value is None else f"{100 * value:.0f} %"


def spread(pair):
    return "" if not pair else f" ({number(pair[0])}–{number(pair[1])})"


def right(share):
    """Accuracy of a whole training."""
    return "" if share is None else f", {100 * share:.1f} % right"


def line(row):
    bytes_per_token = number(row["bytes_per_token"])
    if row["peer_bytes_per_token"]:
        bytes_per_token += " / " + number(row["peer_bytes_per_token"])
    return [row["case"], f"{number(row['ours'])}{spread(row['spread'])} {row['unit']}{right(row.get('accuracy'))}",
            f"{row['peer_name'] or '–'}",
            f"{number(row['peer'])}{spread(row['peer_spread'])}{right(row.get('peer_accuracy'))}",
            f"{number(row['ratio'])}{' ×' if row['ratio'] else ''}", percent(row["share_of_fma_peak"]),
            percent(row["share_of_gemm_peak"]), bytes_per_token]


def best_peers(rows):
    """Of the rows of a case the one whose peer is fastest; comparisons with another case of ours stand by themselves."""
    best, order = {}, []
    for row in rows:
        ours = (row["peer_name"] or "").startswith("fovea ")
        key = (row["case"], row["peer_name"] if ours else "")
        if key not in best:
            order.append(key)
        if key not in best or (row["ratio"] or 0) < (best[key]["ratio"] or 0):
            best[key] = row
    return [best[key] for key in order]


def table(rows):
    head = ["case", "ours", "peer", "theirs", "ratio", "of FMA peak", "of best GEMM", "bytes a token, ours / theirs"]
    lines = [head, ["---"] * len(head)] + [line(row) for row in rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def page(rows, command):
    first = rows[0]
    peak = max(row["fma_peak"] or 0 for row in rows)
    gemm = max(row["best_gemm"] or 0 for row in rows)
    today = datetime.date.today().isoformat()
    return "\n".join([
        f"{first['processor']}, {os.cpu_count()} cores, {first['instruction_set']}, {max(row['threads'] for row in rows)} "
        f"threads; FMA peak {peak:.0f} and best product of matrices {gemm:.0f} GF/s in the same run; {today}, "
        f"`{command}`.", "",
        "Beside the fastest peer of each case:", "", table(best_peers(rows)), "",
        "Beside every peer:", "", table(rows)])


def write(path, text):
    with open(path, encoding="utf-8") as before:
        content = before.read()
    begin, end = content.find(BEGIN), content.find(END)
    if begin < 0 or end < begin:
        sys.exit(f"page.py: {path} has no markers")
    with open(path, "w", encoding="utf-8") as after:
        after.write(content[: begin + len(BEGIN)] + "\n\n" + text + "\n\n" + content[end:])


def show(row, first):
    cells = [row["case"], number(row["ours"]), row["unit"], number(row["peer"]), row["peer_name"] or "–",
             number(row["ratio"]), percent(row["share_of_fma_peak"]), percent(row["share_of_gemm_peak"])]
    widths = [30, 10, 9, 10, 24, 7, 8, 8]
    if first:
        titles = ["case", "ours", "", "peer", "", "ratio", "of FMA", "of GEMM"]
        print(" ".join(f"{cell:<{width}}" for cell, width in zip(titles, widths)))
    print(" ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths)), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--print", action="store_true")
    parser.add_argument("--write", metavar="PAGE")
    parser.add_argument("--command", default="script/bench")
    options = parser.parse_args()
    rows = []
    for text in sys.stdin:
        rows.append(json.loads(text))
        if options.print:
            show(rows[-1], len(rows) == 1)
    if not rows:
        sys.exit("page.py: no rows")
    if options.write:
        write(options.write, page(rows, options.command))


if __name__ == "__main__":
    main()
