"""What the activations look like: minimum and maximum of every channel that enters a matrix product.

The float64 reference is the source, not an ONNX session: its rounding is so far below the grid the results are put on
that another processor gives the same scales, and so the same int8 file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

import reference
from reference import Doubles
from weights import Encoder

TEXTS = Path(__file__).with_name("calibration.txt")
JOINED_LINES = 8
JOINED_EVERY = 15


@dataclass(frozen=True)
class Range:
    """Lowest and highest value per channel."""

    low: Doubles
    high: Doubles

    @property
    def magnitude(self) -> Doubles:
        """Largest absolute value per channel."""
        return np.maximum(np.abs(self.low), np.abs(self.high))

    def divided(self, factors: Doubles) -> Range:
        """The range after every channel is divided by its (positive) factor."""
        return Range(self.low / factors, self.high / factors)


def texts() -> list[str]:
    """The calibration texts, and some of them joined so that late positions are seen too."""
    lines = TEXTS.read_text(encoding="utf-8").splitlines()
    starts = range(0, len(lines) - JOINED_LINES, JOINED_EVERY)
    return lines + [" ".join(lines[start : start + JOINED_LINES]) for start in starts]


def ranges(encoder: Encoder, tokenizer: Tokenizer, sample: Iterable[str]) -> dict[str, Range]:
    """Run the reference over the texts and return the range of every site."""
    seen: dict[str, Range] = {}

    def observe(name: str, values: Doubles) -> None:
        low, high = values.min(axis=0), values.max(axis=0)
        before = seen.get(name)
        seen[name] = (
            Range(low, high) if before is None else Range(np.minimum(before.low, low), np.maximum(before.high, high))
        )

    for text in sample:
        reference.embed(encoder, tokenizer.encode(text).ids, observe)
    return {name: Range(grid(each.low), grid(each.high)) for name, each in seen.items()}


def grid(values: Doubles) -> Doubles:
    """Round to multiples of 1/1024."""
    return np.round(values * 1024.0) / 1024.0
