"""Build a model folder: `python3 build.py SOURCE OUTPUT`.

SOURCE holds the published `model.safetensors` and `tokenizer.json`; OUTPUT receives the ONNX files, the tokenizer, the
runtime library, the golden vectors and, last, the manifest.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import onnxruntime

import build_encoder
import calibrate
import check
import golden
import graph
import manifest
import session
import weights
from quantize_static import IntegerProducts

PUBLISHED = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
GOLDEN_TOLERANCE = 1e-6


def main(source: Path, output: Path) -> None:
    """Build, check, and only then say so in the manifest."""
    for name, expected in PUBLISHED.items():
        if manifest.sha256(source / name) != expected:
            raise check.Failed(f"`{name}` is not the published file: its sha256 differs from {expected}")
    output.mkdir(parents=True, exist_ok=True)
    (output / manifest.FILE).unlink(missing_ok=True)
    encoder = weights.load(source / "model.safetensors")
    tokenizer = session.load_tokenizer(source / "tokenizer.json")

    _say("comparing the golden vectors with the numpy reference")
    computed = golden.compute(encoder, tokenizer)
    for (text, stored), vector in zip(golden.load(), computed, strict=True):
        if np.abs(stored - vector).max() > GOLDEN_TOLERANCE:
            raise check.Failed(f"`golden.json` is out of date for the text {text[:40]!r}: run golden.py")

    _say("writing the fp32 encoder")
    fp32 = build_encoder.build(encoder, build_encoder.FloatProducts())
    _place(output / "encoder-fp32.onnx", lambda path: graph.save(fp32, path))

    _say("calibrating the int8 encoder on our texts (about 15 seconds)")
    ranges = calibrate.ranges(encoder, tokenizer, calibrate.texts())
    int8 = build_encoder.build(encoder, IntegerProducts(ranges))
    _place(output / "encoder-int8.onnx", lambda path: graph.save(int8, path))

    library = _runtime_library()
    for file in (source / "tokenizer.json", golden.PATH, library):
        _place(output / file.name, partial(shutil.copyfile, file))

    _say("checking")
    for line in check.check(output):
        _say(f"  {line}")
    manifest.write(
        output,
        {
            "name": weights.NAME,
            "revision": weights.REVISION,
            "dimension": weights.DIMENSION,
            "maxTokens": weights.MAX_TOKENS,
            "runtime": manifest.entry(output, library.name, version=onnxruntime.__version__),
            "tokenizer": manifest.entry(output, "tokenizer.json"),
            "models": {name: manifest.entry(output, f"encoder-{name}.onnx") for name in ("fp32", "int8")},
            "golden": manifest.entry(output, "golden.json"),
        },
    )


def _runtime_library() -> Path:
    """The shared library inside the onnxruntime package that this interpreter imports."""
    folder = Path(onnxruntime.__file__).parent / "capi"
    library = folder / f"libonnxruntime.so.{onnxruntime.__version__}"
    if not library.is_file():
        raise check.Failed(f"the onnxruntime package of this platform carries no `{library.name}`")
    return library


def _place(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file under another name and put it in place in one step: a running service may hold the old one."""
    draft = path.with_name(f"{path.name}.new")
    write(draft)
    draft.rename(path)


def _say(line: str) -> None:
    print(f"models: {line}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: build.py SOURCE OUTPUT")
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except check.Failed as problem:
        sys.exit(f"models: {problem}")
