"""Keras as a peer in training and inference, on its JAX backend, which compiles a whole step: padded texts, a mask, the
layers of keras.layers. Keras has no packed sequences; its masks make padding stand still.
"""

import os
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:int(sys.argv[3])])  # JAX makes a thread for each core it sees

import jax  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers, ops  # noqa: E402

from cases import serve  # noqa: E402

CELLS = {"lstm": layers.LSTM, "gru": layers.GRU, "elman": layers.SimpleRNN}


class Attend(layers.Layer):
    """Additive attention with a learned query; rows whose number is 0 are padding."""

    supports_masking = True  # it looks at the numbers itself

    def build(self, shape):
        width = shape[0][-1] // 2
        self.projection = self.add_weight(shape=(shape[0][-1], width), initializer="glorot_uniform")
        self.query = self.add_weight(shape=(width,), initializer="zeros")
        self.vector = self.add_weight(shape=(width, 1), initializer="glorot_uniform")

    def compute_mask(self, inputs, mask=None):
        return None

    def call(self, inputs):
        states, ids = inputs
        scores = ops.matmul(ops.tanh(ops.matmul(states, self.projection) + self.query), self.vector)[:, :, 0]
        weights = ops.softmax(ops.where(ids == 0, -1e9, scores))
        return ops.matmul(weights[:, None, :], states)[:, 0, :]


def model(case):
    ids = keras.Input((max(case.lengths),), dtype="int32")
    states = layers.Embedding(case.vocabulary + 1, case.embed, mask_zero=len(set(case.lengths)) > 1)(ids)
    for layer in range(case.layers):
        last = case.pooling == "last" and layer == case.layers - 1
        cell = CELLS[case.cell](case.hidden, return_sequences=not last)
        states = (layers.Bidirectional(cell) if case.directions == 2 else cell)(states)
    context = states if case.pooling == "last" else Attend()([states, ids])
    return keras.Model(ids, layers.Dense(2)(context))


def make(case):
    if case.kind not in ("train", "infer"):
        return {}
    keras.utils.set_random_seed(1)
    random = np.random.default_rng(1)
    ids = random.integers(1, case.vocabulary + 1, (case.batch, max(case.lengths))).astype(np.int32)
    ids[np.arange(max(case.lengths))[None, :] >= np.array(case.lengths)[:, None]] = 0
    labels = random.integers(0, 2, case.batch).astype(np.int32)
    made = model(case)
    name = f"Keras {keras.__version__}, JAX {jax.__version__}"
    if case.kind == "infer":
        return {name: lambda: made.predict_on_batch(ids)}
    made.compile(keras.optimizers.AdamW(0.002, weight_decay=0.01),
                 keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return {name: lambda: float(made.train_on_batch(ids, labels))}


if __name__ == "__main__":
    serve(make)
