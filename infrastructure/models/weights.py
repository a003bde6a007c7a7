"""The published weights of all-MiniLM-L6-v2, read from `model.safetensors` and named the way the graph needs them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

NAME = "all-MiniLM-L6-v2"
REVISION = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"
LAYERS = 6
HEADS = 12
DIMENSION = 384
MAX_TOKENS = 256
LAYER_NORM_EPSILON = 1e-12

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Linear:
    """`x @ weight + bias`, the weight stored input-major."""

    weight: Floats
    bias: Floats


@dataclass(frozen=True)
class LayerNorm:
    """Scale and shift of one layer normalisation."""

    gamma: Floats
    beta: Floats


@dataclass(frozen=True)
class Layer:
    """One transformer layer; `qkv` packs query, key and value side by side."""

    qkv: Linear
    attention_output: Linear
    attention_norm: LayerNorm
    intermediate: Linear
    output: Linear
    output_norm: LayerNorm


@dataclass(frozen=True)
class Encoder:
    """All that the forward pass needs; every text is of token type 0, so that row is folded into the positions."""

    words: Floats
    positions: Floats
    embedding_norm: LayerNorm
    layers: tuple[Layer, ...]


def load(path: Path) -> Encoder:
    """Read the encoder from a safetensors file."""
    tensors = load_file(path)

    def linear(prefix: str) -> Linear:
        return Linear(np.ascontiguousarray(tensors[f"{prefix}.weight"].T), tensors[f"{prefix}.bias"])

    def norm(prefix: str) -> LayerNorm:
        return LayerNorm(tensors[f"{prefix}.weight"], tensors[f"{prefix}.bias"])

    def layer(index: int) -> Layer:
        prefix = f"encoder.layer.{index}"
        parts = [linear(f"{prefix}.attention.self.{part}") for part in ("query", "key", "value")]
        packed = Linear(
            np.concatenate([part.weight for part in parts], axis=1),
            np.concatenate([part.bias for part in parts]),
        )
        return Layer(
            qkv=packed,
            attention_output=linear(f"{prefix}.attention.output.dense"),
            attention_norm=norm(f"{prefix}.attention.output.LayerNorm"),
            intermediate=linear(f"{prefix}.intermediate.dense"),
            output=linear(f"{prefix}.output.dense"),
            output_norm=norm(f"{prefix}.output.LayerNorm"),
        )

    return Encoder(
        words=tensors["embeddings.word_embeddings.weight"],
        positions=tensors["embeddings.position_embeddings.weight"]
        + tensors["embeddings.token_type_embeddings.weight"][0],
        embedding_norm=norm("embeddings.LayerNorm"),
        layers=tuple(layer(index) for index in range(LAYERS)),
    )
