"""What the peers in Python share: the case, and the protocol of bench/runner/process.h.

A peer is called with FILE CASE THREADS, prints the names of what it can run, and then times what it is told to.
"""

import configparser
import sys
import time
from dataclasses import dataclass


@dataclass
class Case:
    kind: str
    cell: str
    pooling: str
    batch: int
    lengths: list
    layers: int
    directions: int
    embed: int
    hidden: int
    vocabulary: int
    queries: int
    width: int
    threads: int


def read_case(path, name, threads):
    parser = configparser.ConfigParser(delimiters=("=",), comment_prefixes=("#",), strict=False)
    with open(path, encoding="utf-8") as lines:
        parser.read_file(lines)
    section = parser[name]
    shortest, _, longest = section["lengths"].partition("-")
    shortest, longest = int(shortest), int(longest or shortest)
    batch = section.getint("batch", 64)
    steps = max(1, batch - 1)
    return Case(
        section["kind"], section.get("cell", "lstm"), section.get("pooling", "additive"), batch,
        [longest - (longest - shortest) * b // steps for b in range(batch)],  # longest first, as packing wants it
        section.getint("layers", 1), section.getint("directions", 2), section.getint("embed", 128),
        section.getint("hidden", 128), section.getint("vocabulary", 20000), section.getint("queries", 1),
        section.getint("width", 256), threads)


def serve(make):
    """`make(case)` gives {name: step}, a step being one call; empty where it cannot run the case."""
    steps = make(read_case(sys.argv[1], sys.argv[2], int(sys.argv[3])))
    print("|".join(steps), flush=True)
    for line in sys.stdin:
        name, _, calls = line.strip().rpartition("|")
        step, seconds = steps[name], []
        if int(calls) > 1:
            step()
        for _ in range(int(calls)):
            start = time.perf_counter()
            step()
            seconds.append(time.perf_counter() - start)
        print(*seconds, flush=True)
