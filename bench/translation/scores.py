"""BLEU, chrF2 and TER of translations, beside sacreBLEU's, for the languages that are cut differently.

Small translators are trained on Multi30k's English and what is made of its German: left as it is, or with words of
Chinese or Japanese characters, between which stand Latin words, numbers and signs. Such translators have learnt little, so
the references are made of samples of what they write: their first half, then the second half of the test's. `fovea test`
and sacreBLEU score the same translations.
"""

import json
import os
import zlib

from alignment import TEST, lines_of
from common import call, python_with
from training import files

TRAIN, VALID, TESTED = 2000, 20, 300
SMALL = ["--embedding-size", "64", "--hidden-size", "64", "--attention-size", "64", "--vocabulary", "1000",
         "--max-steps", "30", "--quiet"]
SAMPLES = ["--sample", "1", "--shortest", "12", "--quiet"]  # of many words, where a beam would find few
# name of the files: how sacreBLEU cuts it
LANGUAGES = {"de": "13a", "zh": "zh", "ja": "char"}
FIRST = {"zh": (0x4E00,), "ja": (0x3042, 0x30A2, 0x4E00)}  # of the characters that words are made of
SCORE = """import json, sys, sacrebleu
made, meant = ([line.rstrip("\\n") for line in open(path, encoding="utf-8")] for path in sys.argv[1:3])
cut = sys.argv[3]
found = {"bleu": sacrebleu.corpus_bleu(made, [meant], tokenize=cut),
         "bleu_lowercase": sacrebleu.corpus_bleu(made, [meant], tokenize=cut, lowercase=True),
         "chrf": sacrebleu.corpus_chrf(made, [meant]), "ter": sacrebleu.corpus_ter(made, [meant])}
print(json.dumps({**{name: score.score for name, score in found.items()}, "version": sacrebleu.__version__}))"""


def made_text(text, language):
    """Two words of three become characters, without blanks between them."""
    if language == "de":
        return text
    made, latin = "", False
    for word in text.split():
        stem, sign = word.rstrip(".,!?"), word[len(word.rstrip(".,!?")):]
        number = zlib.crc32(stem.encode())
        if number % 3 == 0:
            made += (" " if latin else "") + stem
        else:
            first = FIRST[language][number % len(FIRST[language])]
            made += "".join(chr(first + (number >> shift) % 60) for shift in (4, 12)[:1 + number % 2])
        latin = number % 3 == 0
        made += sign.replace(".", "。").replace(",", "，")
    return made


def half_and_half(made, meant, number):
    """A third of them in capitals, which tells apart what is said of letters and of small letters."""
    text = made[:len(made) // 2] + meant[len(meant) // 2:]
    return text.upper() if number % 3 == 0 else text


def write(folder, name, lines):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(line + "\n" for line in lines)
    return path


def measure(options, results, folder):
    python = python_with("sacrebleu")
    for language, cut in LANGUAGES.items():
        parts = {}
        for part, named, count in (("train", "train", TRAIN), ("valid", "val", VALID), ("test", TEST, TESTED)):
            source, target = (lines_of(path)[:count] for path in files(options.data, named))
            parts[part] = [write(folder, f"{part}.en", source),
                           write(folder, f"{part}.{language}", [made_text(line, language) for line in target])]
        model = os.path.join(folder, "model." + language)
        call([options.fovea, "train", "translation", *parts["train"], "--valid", *parts["valid"], *SMALL, "--out", model])
        made = call([options.fovea, "predict", model, parts["test"][0], *SAMPLES]).splitlines()
        with open(parts["test"][1], encoding="utf-8") as lines:
            meant = [half_and_half(*both, number) for number, both in enumerate(zip(made, lines.read().splitlines()))]
        references = write(folder, "references." + language, meant)
        ours = json.loads(call([options.fovea, "test", model, parts["test"][0], references, *SAMPLES, "--json"]))
        theirs = json.loads(call([python, "-c", SCORE, write(folder, "translations", made), references, cut]))
        for name in ("bleu", "bleu_lowercase", "chrf", "ter"):
            results.add("scores", f"{name}, {cut}", None, "sacreBLEU " + theirs["version"], ours=ours[name],
                        peer=theirs[name], alike=abs(ours[name] - theirs[name]) < 1e-9)
