"""What a built folder must hold to before it gets its manifest."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

import calibrate
import golden
import session

REFERENCE_TOLERANCE = 1e-5
MEAN_FIDELITY = 0.995
MIN_FIDELITY = 0.98
INVARIANCE = 0.999995


class Failed(Exception):
    """A check did not hold; the message is for a person."""


@dataclass(frozen=True)
class Agreement:
    """Cosines of two sets of unit vectors, row by row."""

    mean: float
    least: float

    @classmethod
    def between(cls, left: NDArray[np.float32], right: NDArray[np.float32]) -> Agreement:
        """Compare row by row."""
        lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
        cosines = (left * right).sum(axis=1) / lengths
        return cls(float(cosines.mean()), float(cosines.min()))

    def __str__(self) -> str:
        return f"mean {self.mean:.5f}, least {self.least:.5f}"


@dataclass(frozen=True)
class Invariance:
    """How much a text's vector depends on the texts around it."""

    least: float
    identical: float

    def __str__(self) -> str:
        return f"cosine at least {self.least:.5f}, {self.identical:.1%} the same to the last bit"


def invariance(model: onnxruntime.InferenceSession, tokenizer: Tokenizer, texts: list[str]) -> Invariance:
    """Every text alone against the same text at two places of mixed, padded batches."""
    alone = session.embed(model, tokenizer, texts, batch=1)
    shuffled = list(range(len(texts)))
    random.Random(7).shuffle(shuffled)
    mixed = np.empty_like(alone)
    mixed[shuffled] = session.embed(model, tokenizer, [texts[index] for index in shuffled])
    others = (mixed, session.embed(model, tokenizer, texts))
    least = min(Agreement.between(alone, other).least for other in others)
    return Invariance(least, float(np.mean([(alone == other).all(axis=1).mean() for other in others])))


def check(folder: Path) -> list[str]:
    """Run both models of a folder on the golden texts; return what was found or raise `Failed`."""
    tokenizer = session.load_tokenizer(folder / "tokenizer.json")
    texts, expected = zip(*golden.load(), strict=True)
    wanted = np.stack(expected)
    models = {name: session.open_session(folder / f"encoder-{name}.onnx") for name in ("fp32", "int8")}
    found = []

    error = float(np.abs(session.embed(models["fp32"], tokenizer, texts) - wanted).max())
    _hold(error <= REFERENCE_TOLERANCE, f"fp32 is {error:.1e} away from the reference")
    found.append(f"fp32 against the numpy reference: largest difference {error:.1e}")

    fidelity = Agreement.between(session.embed(models["int8"], tokenizer, texts), wanted)
    kept = fidelity.mean >= MEAN_FIDELITY and fidelity.least >= MIN_FIDELITY
    _hold(kept, f"int8 is too far from the reference on this processor: cosine {fidelity}")
    found.append(f"int8 against the numpy reference: cosine {fidelity}")

    mixture = list(texts) + calibrate.texts()[::9]
    for name, model in models.items():
        agreement = invariance(model, tokenizer, mixture)
        _hold(agreement.least >= INVARIANCE, f"{name} depends on the batch: {agreement}")
        found.append(f"{name} alone against in a batch: {agreement}")
    return found


def _hold(condition: bool, otherwise: str) -> None:
    if not condition:
        raise Failed(otherwise)
