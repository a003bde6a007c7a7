"""The forward pass in numpy alone, in float64: the independent answer that the ONNX files are checked against."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import erf, sqrt

import numpy as np
from numpy.typing import NDArray

from weights import HEADS, LAYER_NORM_EPSILON, Encoder, Layer, LayerNorm, Linear

Doubles = NDArray[np.float64]
Observer = Callable[[str, Doubles], None]


def _unobserved(_name: str, _values: Doubles) -> None:
    pass


def _at(observe: Observer, site: str, name: str, values: Doubles) -> None:
    observe(f"{site}/{name}", values)


def embed(encoder: Encoder, ids: list[int], observe: Observer = _unobserved) -> Doubles:
    """The vector of one text, given its token ids with the two special tokens and without padding.

    `observe` is shown the input of every matrix product, under the name that the graph gives it.
    """
    words = encoder.words[ids].astype(np.float64)
    hidden = _normalise(words + encoder.positions[: len(ids)], encoder.embedding_norm)
    for index, layer in enumerate(encoder.layers):
        hidden = _layer(layer, hidden, partial(_at, observe, f"layer{index}"))
    mean = hidden.mean(axis=0)
    vector: Doubles = mean / np.linalg.norm(mean)
    return vector


def _layer(layer: Layer, hidden: Doubles, observe: Observer) -> Doubles:
    observe("hidden", hidden)
    context = _attention(layer, hidden)
    observe("context", context)
    attended = _normalise(hidden + _linear(context, layer.attention_output), layer.attention_norm)
    observe("attended", attended)
    activated = _gelu(_linear(attended, layer.intermediate))
    observe("activated", activated)
    return _normalise(attended + _linear(activated, layer.output), layer.output_norm)


def _attention(layer: Layer, hidden: Doubles) -> Doubles:
    tokens, width = hidden.shape
    query, key, value = (
        part.reshape(tokens, HEADS, width // HEADS).transpose(1, 0, 2)
        for part in np.split(_linear(hidden, layer.qkv), 3, axis=1)
    )
    scores = query @ key.transpose(0, 2, 1) / sqrt(width // HEADS)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    context: Doubles = (weights @ value).transpose(1, 0, 2).reshape(tokens, width)
    return context


def _linear(x: Doubles, linear: Linear) -> Doubles:
    return x @ linear.weight.astype(np.float64) + linear.bias


def _normalise(x: Doubles, norm: LayerNorm) -> Doubles:
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = np.mean(centred**2, axis=-1, keepdims=True)
    normalised: Doubles = centred / np.sqrt(variance + LAYER_NORM_EPSILON) * norm.gamma + norm.beta
    return normalised


def _gelu(x: Doubles) -> Doubles:
    scaled = (x / sqrt(2.0)).ravel().tolist()
    exact = np.fromiter(map(erf, scaled), dtype=np.float64, count=len(scaled)).reshape(x.shape)
    return x * 0.5 * (1.0 + exact)
