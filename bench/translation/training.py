"""How fast translators are trained, beside PyTorch: chunks of steps in turns, on the same numbers."""

import gzip
import os

from common import Peer, fovea_training, python_with
from networks import NETWORKS, fovea_options

VALIDATION_PAIRS = 20  # Fovea wants some; their time is not counted


def files(data, part):
    return [os.path.join(data, "multi30k", f"{part}.{language}.gz") for language in ("en", "de")]


def first_lines(path, count, target):
    with gzip.open(path, "rb") as source, open(target, "wb") as out:
        for _, line in zip(range(count), source):
            out.write(line)
    return target


def train_steps(options, name, steps, threads, folder):
    """A model of so many steps in folder/model, and the report of its training."""
    valid = [first_lines(path, VALIDATION_PAIRS, os.path.join(folder, f"valid.{language}"))
             for path, language in zip(files(options.data, "val"), ("en", "de"))]
    return fovea_training([options.fovea, "train", "translation", *files(options.data, "train"), "--valid", *valid,
                           *fovea_options(name), "--max-steps", str(steps), "--threads", str(threads), "--out",
                           os.path.join(folder, "model"), "--force"])


def rates_of(report):
    """Target subwords a second: of both sides' the share that all pairs have."""
    training, data = report["training"], report["data"]
    share = data["target_tokens"] / (data["target_tokens"] + data["source_tokens"])
    tokens = training["tokens_per_second"] * training["seconds"] * share
    return tokens / training["step_seconds"], tokens / training["cpu"]


def parts_of(profile):
    """Shares of the steps' time, forward and backward together."""
    steps = {name: seconds for name, seconds in profile.items() if name not in ("evaluation", "saving")}
    shares = {}
    for name, seconds in steps.items():
        part = name.removesuffix("_backward")
        shares[part] = shares.get(part, 0) + seconds / sum(steps.values())
    return {part: round(share, 3) for part, share in shares.items()}


def measure(options, results, folder):
    python = python_with("torch", "sentencepiece")
    here = os.path.dirname(os.path.abspath(__file__))
    for name in options.network or NETWORKS:
        for threads in options.threads:
            ours, theirs, peers, report = [], {}, {}, None
            for _ in range(options.rounds):
                report = train_steps(options, name, options.steps, threads, folder)
                ours.append(rates_of(report))
                for network in NETWORKS[name][2]:
                    if network not in peers:
                        peers[network] = Peer([python, os.path.join(here, "pytorch_peer.py"), network, str(threads),
                                               os.path.join(folder, "model", "source.model"),
                                               *files(options.data, "train")])
                    took = peers[network].ask(options.peer_steps)
                    theirs.setdefault(network, []).append((took["tokens"] / took["seconds"], took["tokens"] / took["cpu"]))
            for network, peer in peers.items():
                peer.close()
                kind = network.partition("-")[2]
                results.add_rates("training", name, threads, f"{peer.told['name']} {kind}".strip(), ours,
                                  theirs[network], steps=options.steps, peer_steps=options.peer_steps,
                                  parameters=report["parameters"], peer_parameters=peer.told["parameters"],
                                  parts=parts_of(report["training"]["profile"]))
