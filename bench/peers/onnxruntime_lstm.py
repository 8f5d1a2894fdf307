"""ONNX Runtime as a peer in inference: embedding, its LSTM operator in both directions over padded texts with their
lengths, additive attention with a masked softmax, linear head. The graph is built by hand, its weights are random.
"""

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from cases import serve

OPSET, IR_VERSION = 17, 8


def weights(case):
    random = np.random.default_rng(1)
    shapes = {
        "embedding": (case.vocabulary, case.embed), "W": (2, 4 * case.hidden, case.embed),
        "R": (2, 4 * case.hidden, case.hidden), "B": (2, 8 * case.hidden), "P": (2 * case.hidden, case.hidden),
        "q": (case.hidden,), "v": (case.hidden, 1), "head": (2 * case.hidden, 2), "bias": (2,),
    }
    made = [numpy_helper.from_array(random.uniform(-0.1, 0.1, shape).astype(np.float32), name)
            for name, shape in shapes.items()]
    return made + [numpy_helper.from_array(np.array([0, 0, 2 * case.hidden], dtype=np.int64), "rows")]


def graph(case):
    nodes = [
        ("Gather", ["embedding", "ids"], ["x"], {}),  # [T, B, E]
        ("LSTM", ["x", "W", "R", "B", "lengths"], ["y"], {"hidden_size": case.hidden, "direction": "bidirectional"}),
        ("Transpose", ["y"], ["sides"], {"perm": [2, 0, 1, 3]}),  # [B, T, 2, H]
        ("Reshape", ["sides", "rows"], ["memory"], {}),
        ("MatMul", ["memory", "P"], ["projected"], {}),
        ("Add", ["projected", "q"], ["moved"], {}),
        ("Tanh", ["moved"], ["hidden"], {}),
        ("MatMul", ["hidden", "v"], ["scores"], {}),  # [B, T, 1]
        ("Add", ["scores", "mask"], ["masked"], {}),  # −∞ beyond the end
        ("Softmax", ["masked"], ["weights"], {"axis": 1}),
        ("Transpose", ["weights"], ["row"], {"perm": [0, 2, 1]}),
        ("MatMul", ["row", "memory"], ["context"], {}),  # [B, 1, 2H]
        ("MatMul", ["context", "head"], ["product"], {}),
        ("Add", ["product", "bias"], ["logits"], {}),
    ]
    inputs = [helper.make_tensor_value_info("ids", TensorProto.INT64, ["T", "B"]),
              helper.make_tensor_value_info("lengths", TensorProto.INT32, ["B"]),
              helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["B", "T", 1])]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["B", 1, 2])]
    made = helper.make_graph([helper.make_node(kind, inside, outside, **more) for kind, inside, outside, more in nodes],
                             "classifier", inputs, outputs, weights(case))
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)


def make(case):
    if (case.kind, case.cell, case.pooling, case.layers, case.directions) != ("infer", "lstm", "additive", 1, 2):
        return {}
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = case.threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(graph(case).SerializeToString(), options, providers=["CPUExecutionProvider"])
    longest = max(case.lengths)
    lengths = np.array(case.lengths, dtype=np.int32)
    ids = np.random.default_rng(2).integers(0, case.vocabulary, (longest, case.batch))
    beyond = np.arange(longest)[None, :, None] >= lengths[:, None, None]
    feed = {"ids": ids, "lengths": lengths, "mask": np.where(beyond, -np.inf, 0).astype(np.float32)}
    logits = session.run(None, feed)[0]
    assert logits.shape == (case.batch, 1, 2) and np.isfinite(logits).all()
    return {f"ONNX Runtime {onnxruntime.__version__}": lambda: session.run(None, feed)}


if __name__ == "__main__":
    serve(make)
