"""How fast translations are searched for, beside CTranslate2: equal numbers of sentences, of steps and of hypotheses.

Fovea's model has hardly been trained and CTranslate2's has random weights, so lengths are set: sources of SOURCE subwords
and their end, STEPS steps of the decoder, the last of which is Fovea's end of the sentence. Fovea is timed as a program
over files of two sizes, so that loading cancels out; CTranslate2 within its process. Both are given text and give text.
"""

import json
import os

from common import Peer, python_with, timed_call
from networks import NETWORKS
from training import files, train_steps

SOURCE, STEPS = 19, 21
LENGTHS = ["--shortest", str(STEPS - 1), "--longest", "0.5"]  # half of SOURCE and its end, and ten more
# batch: sentences of the small file and of the large one
SENTENCES = {1: (20, 140), 32: (64, 448)}


def write_lines(path, texts, count):
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(texts[i % len(texts)] + "\n" for i in range(count))
    return path


def rates_of_fovea(options, folder, texts, batch, beam, threads):
    times = []
    for count in SENTENCES[batch]:
        path = write_lines(os.path.join(folder, "sources"), texts, count)
        seconds, cpu, _ = timed_call([options.fovea, "predict", os.path.join(folder, "model"), path, "--batch", str(batch),
                                      "--beam", str(beam), *LENGTHS, "--threads", str(threads), "--quiet"])
        times.append((seconds, cpu))
    few, many = SENTENCES[batch]
    subwords = (many - few) * STEPS
    return subwords / (times[1][0] - times[0][0]), subwords / (times[1][1] - times[0][1])


def measure(options, results, folder):
    python = python_with("sentencepiece", "ctranslate2")
    peer_script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ctranslate2_peer.py")
    for name in options.network or NETWORKS:
        train_steps(options, name, 2, max(options.threads), folder)
        vocabulary = os.path.join(folder, "model", "source.model")
        for threads in options.threads:
            peer = Peer([python, peer_script, str(threads), vocabulary, files(options.data, "train")[0], str(SOURCE)])
            texts = peer.told["sentences"]
            for batch in SENTENCES:
                for beam in (1, 5):
                    ours, theirs = [], {"float32": [], "int8": []}
                    for _ in range(options.rounds):
                        ours.append(rates_of_fovea(options, folder, texts, batch, beam, threads))
                        for compute, rates in theirs.items():
                            count = SENTENCES[batch][1]
                            took = peer.ask(json.dumps({"batch": batch, "beam": beam, "compute": compute,
                                                        "sentences": count, "steps": STEPS}))
                            rates.append((count * took["subwords"] / took["seconds"],
                                          count * took["subwords"] / took["cpu"]))
                    for compute, rates in theirs.items():
                        case = f"{name}, {'greedy' if beam == 1 else f'beam {beam}'}, batch {batch}"
                        results.add_rates("decoding", case, threads, f"{peer.told['name']} {compute}", ours, rates,
                                          peer_network="transformer")
            peer.close()
