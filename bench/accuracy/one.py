"""One run of one program on one set: one.py PROGRAM SET SEED [--data DIR] [--held-out]. Prints a line of JSON.

PROGRAM: fovea-fast, fovea-fast-plain, fovea-best-plain, fasttext, nbsvm, pytorch. With --held-out a fifth of the training rows takes the place of
the test part, for decisions.
"""

import argparse
import hashlib
import importlib
import json
import os
import time

from sets import SETS

MODULES = {"fasttext": "fasttext_autotune", "nbsvm": "nbsvm", "pytorch": "bilstm_attention",
           "fovea-fast": "fovea", "fovea-fast-plain": "fovea", "fovea-best-plain": "fovea"}


def script_hash(program):
    """Of the files that decide a result: it is made anew when they change."""
    digest = hashlib.sha256()
    for name in ("sets.py", MODULES[program] + ".py"):
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), "rb") as source:
            digest.update(source.read())
    return digest.hexdigest()[:12]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", choices=MODULES)
    parser.add_argument("set", choices=SETS)
    parser.add_argument("seed", type=int)
    parser.add_argument("--data", default=os.environ.get("FOVEA_DATA", "../shared/data"))
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--untimed", action="store_true", help="the seconds are not kept")
    arguments = parser.parse_args()
    train, test = SETS[arguments.set].split(arguments.data, arguments.seed, arguments.held_out)
    peer = importlib.import_module(MODULES[arguments.program])
    start = time.time()
    if arguments.program.startswith("fovea-"):
        accuracy, seconds = peer.accuracy(train, test, arguments.seed, arguments.program.removeprefix("fovea-"))
    else:
        known = {"name": arguments.set} if arguments.program == "fasttext" else {}
        accuracy = peer.accuracy(train, test, arguments.seed, **known)
        seconds = time.time() - start
    timed = getattr(peer, "DEVICE", "cpu") == "cpu" and not arguments.untimed
    print(json.dumps({"set": arguments.set, "program": arguments.program, "seed": arguments.seed,
                      "accuracy": round(accuracy, 6), "seconds": round(seconds, 1) if timed else None,
                      "rows": [len(train), len(test)], "script": script_hash(arguments.program)}), flush=True)


if __name__ == "__main__":
    main()
