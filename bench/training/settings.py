"""The cases of bench/cases/runs.txt."""

import configparser
from dataclasses import dataclass, fields


@dataclass
class Run:
    name: str
    train: str = ""
    test: str = ""
    header: bool = False
    text_column: int = 1
    label_column: int = 2
    timed: str = "run"
    epochs: int = 8
    batch: int = 64
    embed: int = 128
    hidden: int = 128
    max_tokens: int = 512
    vocabulary: int = 100000
    min_count: int = 2
    peers: str = ""
    peer_batches: int = 0


def read_runs(path):
    parser = configparser.ConfigParser(delimiters=("=",), comment_prefixes=("#",))
    with open(path, encoding="utf-8") as lines:
        parser.read_file(lines)
    runs = {}
    for name in parser.sections():
        run, types = Run(name), {field.name: field.type for field in fields(Run)}
        for key, value in parser[name].items():
            if key not in types:
                raise SystemExit(f"{path}: [{name}] has a key that is not known: {key}")
            setattr(run, key, value == "yes" if types[key] is bool else types[key](value))
        runs[name] = run
    return runs
