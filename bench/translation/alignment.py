"""Links between words, beside those of eflomal (Östling & Tiedemann 2016) as the reference.

eflomal sees training and test pairs together, in lower case, signs being tokens of their own; its two directions are
brought together by grow-diag-final-and, and the links of tokens become those of the words between blanks that Fovea
links. Fovea reads the test's translations, and its links are read both ways: from the step that chose a word, and from
the next, which reads it. What eflomal says when it is run again, and the diagonal, stand beside them for scale.
"""

import gzip
import hashlib
import json
import os
import re
import shutil

from common import call, python_with, rounded
from training import files

TEST = "test_2016_flickr"
DIAGONAL = ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))


def lines_of(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines]


def tokens_of(text):
    """Tokens, and the number of the word between blanks that each stands for: signs at a word stand for none."""
    tokens, words = [], []
    for number, word in enumerate(text.split()):
        parts = re.findall(r"\w+|[^\w\s]", word.lower())
        letters = any(part[0].isalnum() for part in parts)
        tokens += parts
        words += [number if part[0].isalnum() or not letters else None for part in parts]
    return tokens, words


def links_of(path):
    with open(path, encoding="utf-8") as lines:
        return [{tuple(map(int, link.split("-"))) for link in line.split()} for line in lines]


def grown(forward, backward):
    """grow-diag-final-and (Koehn, Och & Marcu 2003): neighbours of links that both have, then links of free words."""
    links, either = forward & backward, forward | backward

    def free(link):
        return all(link[0] != other[0] for other in links), all(link[1] != other[1] for other in links)

    while True:
        near = [(s + by, t + across) for s, t in sorted(links) for by, across in DIAGONAL]
        new = next((link for link in near if link in either and link not in links and any(free(link))), None)
        if new is None:
            break
        links.add(new)
    for one in (forward, backward):
        for link in sorted(one):
            if all(free(link)):
                links.add(link)
    return links


def reference_links(python, pairs, count, folder):
    """Those of the last `count` pairs: of both directions brought together, and of the one that links each target word."""
    cut = [[tokens_of(text) for text in pair] for pair in pairs]
    paths = [os.path.join(folder, name) for name in ("source", "target", "forward", "backward")]
    for side in (0, 1):
        with open(paths[side], "w", encoding="utf-8") as out:
            out.writelines(" ".join(pair[side][0]) + "\n" for pair in cut)
    call([python, os.path.join(os.path.dirname(os.path.abspath(__file__)), "eflomal_peer.py"), *paths])
    together, one_way = [], []
    for pair, forward, backward in list(zip(cut, links_of(paths[2]), links_of(paths[3])))[-count:]:
        for links, found in ((grown(forward, backward), together), (forward, one_way)):
            words = [(pair[0][1][s], pair[1][1][t]) for s, t in links]
            found.append({link for link in words if None not in link})
    return together, one_way


def scores(links, reference):
    both = sum(len(one & other) for one, other in zip(links, reference))
    precision = both / max(1, sum(map(len, links)))
    recall = both / max(1, sum(map(len, reference)))
    return {"precision": rounded(100 * precision), "recall": rounded(100 * recall),
            "f1": rounded(200 * both / max(1, sum(map(len, links)) + sum(map(len, reference))))}


def with_reading(model, reading, folder):
    """A copy of a model whose config.json says that looks are read so."""
    copy = shutil.copytree(model, os.path.join(folder, reading))
    path, manifest_path = (os.path.join(copy, name) for name in ("config.json", "manifest.json"))
    with open(path, encoding="utf-8") as file:
        config = json.load(file)
    own = config["translation"]["look_read"]
    config["translation"]["look_read"] = reading
    text = json.dumps(config, ensure_ascii=False).encode()
    with open(path, "wb") as file:
        file.write(text)
    with open(manifest_path, encoding="utf-8") as file:
        manifest = json.load(file)
    manifest["files"]["config.json"] = {"bytes": len(text), "sha256": hashlib.sha256(text).hexdigest()}
    with open(manifest_path, "w", encoding="utf-8") as file:
        json.dump(manifest, file)
    return copy, own


def trained(options, folder):
    model = os.path.join(folder, "model")
    train, valid = files(options.data, "train"), files(options.data, "val")
    call([options.fovea, "train", "translation", *train, "--valid", *valid, "--out", model, "--quiet"])
    return model


def measure(options, results, folder):
    python = python_with("eflomal")
    model = options.model or trained(options, folder)
    test = [lines_of(path) for path in files(options.data, TEST)]
    train = [lines_of(path) for path in files(options.data, "train")]
    pairs = [*zip(*train), *zip(*test)]
    reference, _ = reference_links(python, pairs, len(test[0]), folder)
    with open(os.path.join(model, "config.json"), encoding="utf-8") as file:
        config = json.load(file)
    with open(os.path.join(model, "metrics.json"), encoding="utf-8") as file:
        training = json.load(file)["training"]
    about = {"pairs": len(reference), "network": config["options"]["model"]["encoder"],
             "look": config["options"]["model"]["look"], "epochs": rounded(training["best_epoch"]),
             "validation_bleu": rounded(100 * training["validation"]["bleu"])}

    def add(case, links, **more):
        results.add("alignment", case, None, "eflomal", **about, **scores(links, reference), **more)

    for case, reading in (("by the step that chose the word", "chosen"), ("by the step that reads the word", "read")):
        copy, own = with_reading(model, reading, folder)
        printed = call([options.fovea, "align", copy, *files(options.data, TEST), "--quiet"])
        links = [{tuple(map(int, link.split("-"))) for link in line.split()} for line in printed.splitlines()]
        add(case, links, own_choice=own == reading)
    again, one_way = reference_links(python, pairs, len(test[0]), folder)
    add("eflomal, run again", again)
    add("eflomal, run again, one link for each word of the translation", one_way)
    add("the diagonal", [{(t * len(source.split()) // len(target.split()), t) for t in range(len(target.split()))}
                         for source, target in zip(*test)])
