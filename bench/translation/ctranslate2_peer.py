"""CTranslate2 with a Transformer of random weights: ctranslate2_peer.py THREADS VOCABULARY FILE SUBWORDS.

VOCABULARY is a SentencePiece model. Writes sentences of FILE (gzip) that have just SUBWORDS of it to standard output as
JSON, then translates so many of them as each line of standard input asks for, a JSON object with batch, beam, compute
(float32 or int8), sentences and steps, of which each translation has just so many. Text goes in and text comes out. An
answer tells seconds, processor time of all threads, and the subwords of a translation.
"""

import gzip
import json
import os
import resource
import sys
import tempfile
import time

import ctranslate2
import numpy
import sentencepiece

from networks import TRANSFORMER

SENTENCES = 300


def random_model(vocabulary, folder):
    """Pre-norm, one matrix for embeddings and output; positions are sinusoidal, which are those of the library."""
    width, inner, layers = TRANSFORMER["width"], TRANSFORMER["feed_forward"], TRANSFORMER["layers"]
    draw = numpy.random.default_rng(1)

    def linear(spec, outputs, inputs):
        spec.weight = (draw.standard_normal((outputs, inputs)) * inputs**-0.5).astype("float32")
        spec.bias = numpy.zeros(outputs, "float32")

    def norm(spec):
        spec.gamma, spec.beta = numpy.ones(width, "float32"), numpy.zeros(width, "float32")

    def attention(spec, of_itself):
        norm(spec.layer_norm)
        for linear_spec, outputs in zip(spec.linear, (3 * width, width) if of_itself else (width, 2 * width, width)):
            linear(linear_spec, outputs, width)

    spec = ctranslate2.specs.TransformerSpec.from_config((layers, layers), TRANSFORMER["heads"], pre_norm=True)
    embedding = (draw.standard_normal((len(vocabulary), width)) * width**-0.5).astype("float32")
    spec.encoder.embeddings[0].weight = embedding
    spec.decoder.embeddings.weight = embedding
    spec.decoder.projection.weight = embedding
    spec.decoder.projection.bias = numpy.zeros(len(vocabulary), "float32")
    for stack in (spec.encoder, spec.decoder):
        norm(stack.layer_norm)
        for layer in stack.layer:
            attention(layer.self_attention, True)
            if stack is spec.decoder:
                attention(layer.attention, False)
            norm(layer.ffn.layer_norm)
            linear(layer.ffn.linear_0, inner, width)
            linear(layer.ffn.linear_1, width, inner)
    spec.register_source_vocabulary(vocabulary)
    spec.register_target_vocabulary(vocabulary)
    spec.config.add_source_eos = True
    spec.validate()
    spec.save(folder)


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def sentences_of(path, pieces, subwords):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = [line.strip() for line in lines]
    return [text for text, ids in zip(texts, pieces.encode(texts)) if len(ids) == subwords][:SENTENCES]


def translate(translator, pieces, texts, asked):
    """Subwords of a translation, and the texts."""
    found = translator.translate_batch(
        pieces.encode(texts, out_type=str), max_batch_size=asked["batch"], beam_size=asked["beam"],
        min_decoding_length=asked["steps"], max_decoding_length=asked["steps"])
    return max(len(one.hypotheses[0]) for one in found), pieces.decode([one.hypotheses[0] for one in found])


def main():
    threads, vocabulary, path, subwords = sys.argv[1:]
    pieces = sentencepiece.SentencePieceProcessor(model_file=vocabulary)
    texts = sentences_of(path, pieces, int(subwords))
    with tempfile.TemporaryDirectory() as folder:
        random_model([pieces.id_to_piece(i) for i in range(pieces.vocab_size())], folder)
        translators = {kind: ctranslate2.Translator(folder, compute_type=kind, intra_threads=int(threads),
                                                    inter_threads=1) for kind in ("float32", "int8")}
    name = "CTranslate2 " + ctranslate2.__version__
    print(json.dumps({"name": name, "sentences": texts}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        chosen = [texts[i % len(texts)] for i in range(asked["sentences"])]
        translate(translators[asked["compute"]], pieces, chosen[:asked["batch"]], asked)
        start, busy = time.perf_counter(), processor_seconds()
        written, _ = translate(translators[asked["compute"]], pieces, chosen, asked)
        print(json.dumps({"seconds": time.perf_counter() - start, "cpu": processor_seconds() - busy,
                          "subwords": written}), flush=True)


if __name__ == "__main__":
    main()
