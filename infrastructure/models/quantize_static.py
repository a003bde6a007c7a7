"""The encoder with 8-bit integer matrix products whose activation scales are constants.

The operators are those that dynamic quantisation ends in after ONNX Runtime's extended optimisation (`QAttention`,
`MatMulIntegerToFloat`), with `QuantizeLinear` and constants in front of them. So a text's vector does not depend on the
texts it shares a batch with.

One scale serves a whole activation, and a few channels are ten times larger than the rest. Before quantisation every
channel is therefore divided by a factor, and the weight's row for that channel multiplied by it: the product is the
same, the range is better used. Where the largest values come from normalisation, the factors balance activation against
weight; after the GELU, where single channels stick out, only those channels are brought down to a cap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from build_encoder import MASK, norm_constants
from calibrate import Range, grid
from graph import MICROSOFT, Graph
from weights import HEADS, LAYER_NORM_EPSILON, Encoder, Floats, Linear

BALANCE = 0.6
CAP = 6.0
SMALLEST_FACTOR = 1.0 / 64.0
WEIGHT_LEVELS = 127
ACTIVATION_LEVELS = 255


@dataclass(frozen=True)
class Scaled:
    """Integers and the scale of each column or row."""

    values: NDArray[np.int8]
    scales: Floats


def quantize(weight: NDArray[np.floating], axis: int) -> Scaled:
    """Symmetric 8-bit integers, one scale for each slice left after `axis` is reduced."""
    largest = np.maximum(np.abs(weight).max(axis=axis, keepdims=True), 1e-12)
    scales = (largest / WEIGHT_LEVELS).astype(np.float32)
    values = np.clip(np.rint(weight / scales), -WEIGHT_LEVELS, WEIGHT_LEVELS).astype(np.int8)
    return Scaled(values, scales)


def balanced(seen: Range, weight: Floats) -> NDArray[np.float64]:
    """Factors that share the difficulty between an activation's channels and the weight's rows."""
    activation = np.maximum(seen.magnitude, 1e-3)
    rows = np.maximum(np.abs(weight.astype(np.float64)).max(axis=1), 1e-6)
    factors = activation**BALANCE / rows ** (1.0 - BALANCE)
    return np.maximum(grid(factors / np.exp(np.mean(np.log(factors)))), SMALLEST_FACTOR)


def capped(seen: Range) -> NDArray[np.float64]:
    """Factors that bring only the channels above the cap down to it."""
    return np.maximum(1.0, grid(seen.magnitude / CAP))


class IntegerProducts:
    """Matrix products in 8-bit integers with the scales that calibration gave."""

    def __init__(self, ranges: dict[str, Range]) -> None:
        self._ranges = ranges

    def embed(self, graph: Graph, encoder: Encoder) -> str:
        """Word rows as integers with a scale each: a quarter of the size, and the rows are only looked up."""
        table = quantize(encoder.words, axis=1)
        values = graph.node("Gather", [graph.constant("embeddings/words", table.values), "input_ids"], "words/integers")
        scales = graph.node("Gather", [graph.constant("embeddings/scales", table.scales), "input_ids"], "words/scales")
        words = graph.node("Mul", [graph.node("Cast", [values], "words/floats", to=1), scales], "words/rows")
        shape = graph.node("Shape", ["input_ids"], "words/tokens", start=1)
        zero = graph.constant("embeddings/first", np.array([0], dtype=np.int64))
        positions = graph.constant("embeddings/positions", encoder.positions)
        kept = graph.node("Slice", [positions, zero, shape, zero], "positions/kept")
        inputs = [words, kept, *norm_constants(graph, "embeddings/norm", encoder.embedding_norm)]
        return graph.node("SkipLayerNormalization", inputs, "layer0/hidden", MICROSOFT, epsilon=LAYER_NORM_EPSILON)

    def attend(self, graph: Graph, site: str, hidden: str, qkv: Linear) -> str:
        """Integer projection; scores and weighting stay in floats inside the operator."""
        factors = balanced(self._ranges[hidden], qkv.weight)
        values, scale, zero = self._activation(graph, hidden, factors)
        weight, weight_scale, weight_zero = _weight(graph, f"{site}/qkv", qkv, factors)
        bias = graph.constant(f"{site}/qkv/bias", qkv.bias)
        inputs = [values, weight, bias, scale, weight_scale, MASK, zero, weight_zero]
        return graph.node("QAttention", inputs, f"{site}/context", MICROSOFT, num_heads=HEADS)

    def multiply(self, graph: Graph, site: str, hidden: str, linear: Linear) -> str:
        """Integer product that comes out in floats."""
        factors = self._factors(hidden, linear)
        values, scale, zero = self._activation(graph, hidden, factors)
        weight, weight_scale, weight_zero = _weight(graph, site, linear, factors)
        inputs = [values, weight, scale, weight_scale, zero, weight_zero]
        return graph.node("MatMulIntegerToFloat", inputs, f"{site}/product", MICROSOFT)

    def _factors(self, hidden: str, linear: Linear) -> NDArray[np.float64] | None:
        match hidden.rpartition("/")[2]:
            case "attended":
                return balanced(self._ranges[hidden], linear.weight)
            case "activated":
                return capped(self._ranges[hidden])
            case _:
                return None

    def _activation(self, graph: Graph, hidden: str, factors: NDArray[np.float64] | None) -> tuple[str, str, str]:
        """Write the division and the quantisation; return the names of values, scale and zero point."""
        seen = self._ranges[hidden]
        source = hidden
        if factors is not None:
            seen = seen.divided(factors)
            inverse = graph.constant(f"{hidden}/inverse_factors", (1.0 / factors).astype(np.float32))
            source = graph.node("Mul", [hidden, inverse], f"{hidden}/smoothed")
        low, high = min(float(seen.low.min()), 0.0), max(float(seen.high.max()), 0.0)
        step = (high - low) / ACTIVATION_LEVELS
        scale = graph.constant(f"{hidden}/scale", np.array(step, dtype=np.float32))
        zero = graph.constant(f"{hidden}/zero_point", np.array(round(-low / step), dtype=np.uint8))
        return graph.node("QuantizeLinear", [source, scale, zero], f"{hidden}/integers"), scale, zero


def _weight(graph: Graph, site: str, linear: Linear, factors: NDArray[np.float64] | None) -> tuple[str, str, str]:
    """Write a weight with its rows multiplied by the factors; return the names of values, scales and zero points."""
    weight = linear.weight if factors is None else linear.weight * factors[:, None]
    table = quantize(weight, axis=0)
    return (
        graph.constant(f"{site}/weight", table.values),
        graph.constant(f"{site}/weight_scale", table.scales[0]),
        graph.constant(f"{site}/weight_zero_point", np.zeros(table.values.shape[1], dtype=np.int8)),
    )
