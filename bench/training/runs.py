"""Times whole trainings: runs.py --fovea PROGRAM [--python PYTHON] [--data DIR] [--threads N] [--case NAME …].

Prints rows like those of fovea_bench --json, one a line, a row for each peer; times are seconds, and where a run ends
with a test its accuracy stands beside them. Cases are those of bench/cases/runs.txt; one whose data is absent is skipped
and said so. Without --python there are no peers.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from settings import read_runs

HERE = os.path.dirname(os.path.abspath(__file__))
VALIDATION_ROWS = 200  # of epoch cases: Fovea wants a validation part, whose time does not count there


def fovea_options(run, threads):
    options = {
        "tokenizer": "whitespace", "max-tokens": run.max_tokens, "min-count": run.min_count,
        "max-vocabulary": run.vocabulary, "embedding-size": run.embed, "hidden-size": run.hidden,
        "attention-size": run.hidden, "embedding-dropout": 0.5, "word-dropout": 0, "state-dropout": 0,
        "output-dropout": 0.5, "ngrams": 0, "look": "plain", "max-epochs": run.epochs, "patience": 0, "batch-size": run.batch,
        "batch-tokens": run.batch * run.max_tokens, "threads": threads}
    return [word for name, value in options.items() for word in ("--" + name, str(value))]


def first_rows(path, count, target):
    """The first rows of a gzipped or plain file, its header among them."""
    import gzip
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as source, open(target, "wb") as out:
        for _, line in zip(range(count), source):
            out.write(line)
    return target


def call(command, **more):
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, **more)
    if result.returncode != 0:
        sys.exit(f"runs.py: {command[0]} ended with {result.returncode}: {' '.join(command[1:3])} …")
    return json.loads(result.stdout)


def run_fovea(run, options, folder):
    train, test = (os.path.join(options.data, path) for path in (run.train, run.test))
    model = os.path.join(folder, "model")
    held_out = ["--split", "90/10"]
    if run.timed == "epoch":
        held_out = ["--valid", first_rows(test, VALIDATION_ROWS, os.path.join(folder, "valid.tsv"))]
    command = [options.fovea, "train", train, *held_out, "--out", model, "--quiet", "--json", "--profile"]
    start = time.perf_counter()
    report = call(command + fovea_options(run, options.threads), stderr=subprocess.DEVNULL)["training"]
    seconds, accuracy = time.perf_counter() - start, None
    if run.timed == "epoch":
        seconds = report["seconds"] - report["profile"]["evaluation"] - report["profile"]["saving"]
    else:
        accuracy = call([options.fovea, "test", model, test, "--json", "--quiet"])["accuracy"]
    return {"seconds": seconds, "accuracy": accuracy}


def rounded(value):
    return None if value is None else float(f"{value:.4g}")


def row(run, options, ours, peer):
    info = options.info
    return {
        "case": run.name, "ours": rounded(ours["seconds"]), "peer": rounded(peer and peer["seconds"]),
        "peer_name": peer and peer["name"], "ratio": rounded(peer and peer["seconds"] / ours["seconds"]),
        "share_of_fma_peak": None, "share_of_gemm_peak": None, "unit": "s", "spread": None, "peer_spread": None,
        "timings": 1, "peer_timings": 1 if peer else 0, "bytes_per_token": None, "peer_bytes_per_token": None,
        "threads": options.threads, "instruction_set": info["instruction_set"], "processor": info["processor"],
        "fma_peak": None, "best_gemm": None, "accuracy": rounded(ours["accuracy"]),
        "peer_accuracy": rounded(peer and peer["accuracy"])}


def time_case(run, options):
    missing = [path for path in (run.train, run.test) if not os.path.exists(os.path.join(options.data, path))]
    if missing:
        print(f"{run.name}: skipped, needs {' and '.join(missing)} under FOVEA_DATA ({options.data})", file=sys.stderr)
        return
    folder = tempfile.mkdtemp()
    try:
        ours = run_fovea(run, options, folder)
    finally:
        shutil.rmtree(folder)
    peers = run.peers.split() if options.python else []
    for mode in peers:
        script = os.path.join(HERE, "pytorch_run.py")
        peer = call([options.python, script, options.cases, run.name, mode, options.data, str(options.threads)])
        print(json.dumps(row(run, options, ours, peer)), flush=True)
    if not peers:
        print(json.dumps(row(run, options, ours, None)), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fovea", required=True)
    parser.add_argument("--python", help="one that has torch")
    parser.add_argument("--data", default=os.environ.get("FOVEA_DATA", "../shared/data"))
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--cases", default=os.path.join(HERE, "../cases/runs.txt"))
    parser.add_argument("--case", action="append", default=[])
    options = parser.parse_args()
    runs = read_runs(options.cases)
    for name in options.case:
        if name not in runs:
            sys.exit(f"runs.py: no case is called {name}; there are {', '.join(runs)}")
    options.info = call([options.fovea, "info", "--json"])
    for run in runs.values():
        if not options.case or run.name in options.case:
            time_case(run, options)


if __name__ == "__main__":
    main()
