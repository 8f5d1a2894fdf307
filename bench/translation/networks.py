"""The shapes that Fovea and its peers share, and how Fovea is told of them."""

RNN = {"embedding": 256, "hidden": 256, "attention": 256}  # the decoder has twice as many units
TRANSFORMER = {"layers": 4, "width": 128, "heads": 4, "feed_forward": 256}
DROPOUT, LABEL_SMOOTHING = 0.3, 0.1
BATCH_SENTENCES, BATCH_TOKENS = 64, 4096  # tokens of both sides

# name: (subwords, options of fovea train translation, networks of pytorch_peer.py)
NETWORKS = {
    "rnn": (4000, [], ["rnn-padded", "rnn-packed"]),
    "transformer-4000": (4000, ["--encoder", "transformer"], ["transformer"]),
    "transformer-8000": (8000, ["--encoder", "transformer"], ["transformer"]),
}


def fovea_options(name):
    subwords, options, _ = NETWORKS[name]
    if name == "rnn":
        shape = ["--embedding-size", RNN["embedding"], "--hidden-size", RNN["hidden"], "--attention-size",
                 RNN["attention"], "--state-dropout", DROPOUT, "--embedding-dropout", DROPOUT, "--output-dropout",
                 DROPOUT]
    else:
        shape = ["--hidden-size", TRANSFORMER["width"], "--embedding-size", TRANSFORMER["width"], "--layers",
                 TRANSFORMER["layers"], "--heads", TRANSFORMER["heads"]]
    return [*options, *map(str, shape), "--vocabulary", str(subwords), "--label-smoothing", str(LABEL_SMOOTHING),
            "--batch-size", str(BATCH_SENTENCES), "--batch-tokens", str(BATCH_TOKENS)]
