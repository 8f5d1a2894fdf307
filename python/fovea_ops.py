"""Fovea's operators in Python: `import fovea_ops`, then `torch.ops.fovea.recurrence`, `attend`, `lookup`, `row_adam`.

The library is built with `cmake -DFOVEA_PYTHON_OPS=ON`; it is looked for under FOVEA_OPS_LIBRARY, beside this file and in
build/release. What each operator takes stands in docs/kernels.md, "From Python".
"""

import os
import pathlib

import torch

_NAME = "libfovea_ops.so"


def find_library():
    """The path of libfovea_ops.so, or an ImportError that says where it was looked for."""
    told = os.environ.get("FOVEA_OPS_LIBRARY")
    here = pathlib.Path(__file__).resolve().parent
    places = [pathlib.Path(told)] if told else [here / _NAME, here.parent / "build" / "release" / _NAME]
    for place in places:
        if place.is_file():
            return place
    raise ImportError(
        "fovea_ops: there is no " + " and no ".join(map(str, places)) + ". Build it with: cmake -S . -B build/release "
        "-DFOVEA_PYTHON_OPS=ON && cmake --build build/release --target fovea_python_ops"
    )


def check_version(library):
    """Refuses a libtorch other than the one that the library was built with: its C++ interface changes by version."""
    note = library.with_suffix(".torch_version")
    built = note.read_text().strip() if note.is_file() else "an unknown version"
    running = torch.__version__.split("+")[0]
    if built != running:
        raise ImportError(
            f"fovea_ops: {library} was built with torch {built}, but this Python has torch {torch.__version__}. "
            f"Install torch {built}, or build the library again with -DFOVEA_TORCH_DIR={pathlib.Path(torch.__file__).parent}"
        )


def load():
    library = find_library()
    check_version(library)
    torch.ops.load_library(str(library))
    return library


LIBRARY = load()
