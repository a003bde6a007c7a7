"""The encoder as an ONNX graph of fused operators, with masked mean pooling and L2 norm inside.

Inputs are int32 `input_ids` and `attention_mask` of shape (batch, tokens); the output is `sentence_embedding` of shape
(batch, 384). How the matrix products are carried out is the choice of a `Products`: plain float here, integers in
`quantize_static.py`. The rest of the graph is the same for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from onnx import ModelProto

from graph import MICROSOFT, Graph
from weights import DIMENSION, HEADS, LAYER_NORM_EPSILON, NAME, Encoder, LayerNorm, Linear

OUTPUT = "sentence_embedding"
MASK = "attention_mask"


class Products(Protocol):
    """How the graph looks words up, attends and multiplies. `site` names the place, as `layer0/context`."""

    def embed(self, graph: Graph, encoder: Encoder) -> str:
        """Return the name of the normalised embeddings."""

    def attend(self, graph: Graph, site: str, hidden: str, qkv: Linear) -> str:
        """Return the name of the context that self-attention over `hidden` gives."""

    def multiply(self, graph: Graph, site: str, hidden: str, linear: Linear) -> str:
        """Return the name of `hidden @ weight`, the bias left out."""


class FloatProducts:
    """Everything in fp32: the graph against which all others are measured."""

    def embed(self, graph: Graph, encoder: Encoder) -> str:
        """One fused operator adds words and positions and normalises them."""
        inputs = [
            "input_ids",
            "",
            graph.constant("embeddings/words", encoder.words),
            graph.constant("embeddings/positions", encoder.positions),
            "",
            *norm_constants(graph, "embeddings/norm", encoder.embedding_norm),
        ]
        return graph.nodes(
            "EmbedLayerNormalization",
            inputs,
            ["layer0/hidden", "embeddings/mask_index"],
            MICROSOFT,
            epsilon=LAYER_NORM_EPSILON,
        )

    def attend(self, graph: Graph, site: str, hidden: str, qkv: Linear) -> str:
        """Projection, scaled product, softmax and weighting in one operator."""
        inputs = [
            hidden,
            graph.constant(f"{site}/qkv/weight", qkv.weight),
            graph.constant(f"{site}/qkv/bias", qkv.bias),
            MASK,
        ]
        return graph.node("Attention", inputs, f"{site}/context", MICROSOFT, num_heads=HEADS)

    def multiply(self, graph: Graph, site: str, hidden: str, linear: Linear) -> str:
        """A plain matrix product."""
        return graph.node("MatMul", [hidden, graph.constant(f"{site}/weight", linear.weight)], f"{site}/product")


def norm_constants(graph: Graph, name: str, norm: LayerNorm) -> list[str]:
    """Scale and shift of a layer normalisation as constants."""
    return [graph.constant(f"{name}/gamma", norm.gamma), graph.constant(f"{name}/beta", norm.beta)]


@dataclass(frozen=True)
class Skip:
    """The end of half a layer: the bias of its last product, the residual connection and the normalisation."""

    site: str
    linear: Linear
    norm: LayerNorm

    def write(self, graph: Graph, product: str, residual: str, output: str) -> str:
        """Write the fused operator and return the name of its output."""
        bias = graph.constant(f"{self.site}/bias", self.linear.bias)
        inputs = [product, residual, *norm_constants(graph, f"{self.site}/norm", self.norm), bias]
        return graph.node("SkipLayerNormalization", inputs, output, MICROSOFT, epsilon=LAYER_NORM_EPSILON)


def build(encoder: Encoder, products: Products) -> ModelProto:
    """Write the encoder with matrix products of the given kind."""
    graph = Graph()
    hidden = products.embed(graph, encoder)
    for index, layer in enumerate(encoder.layers):
        site = f"layer{index}"

        context = products.attend(graph, site, hidden, layer.qkv)
        mixed = products.multiply(graph, f"{site}/attention_output", context, layer.attention_output)
        skip = Skip(f"{site}/attention_output", layer.attention_output, layer.attention_norm)
        attended = skip.write(graph, mixed, hidden, f"{site}/attended")
        widened = products.multiply(graph, f"{site}/intermediate", attended, layer.intermediate)
        bias = graph.constant(f"{site}/intermediate/bias", layer.intermediate.bias)
        activated = graph.node("BiasGelu", [widened, bias], f"{site}/activated", MICROSOFT)
        narrowed = products.multiply(graph, f"{site}/output", activated, layer.output)
        skip = Skip(f"{site}/output", layer.output, layer.output_norm)
        hidden = skip.write(graph, narrowed, attended, f"layer{index + 1}/hidden")
    _pool(graph, hidden)
    return graph.model(NAME, OUTPUT, DIMENSION)


def _pool(graph: Graph, hidden: str) -> None:
    """Mean over the tokens that the mask keeps, then a vector of length one.

    The sum is enough: the L2 norm that follows removes the division by the number of tokens. It is written as a matrix
    product because that adds the tokens in their order whatever the batch and the padding, which `ReduceSum` does not:
    so the vector of a text is the same to the last bit alone and in a batch. The mask is there twice because a single
    row would take ONNX Runtime's path for vectors, where the order again depends on the padding.
    """
    weights = graph.node("Cast", [MASK], "pool/mask", to=1)
    axis = graph.constant("pool/row_axis", np.array([1], dtype=np.int64))
    row = graph.node("Unsqueeze", [weights, axis], "pool/weights")
    rows = graph.node("Concat", [row, row], "pool/rows", axis=1)
    first = graph.constant("pool/first_row", np.array(0, dtype=np.int64))
    total = graph.node("Gather", [graph.node("MatMul", [rows, hidden], "pool/sums"), first], "pool/total", axis=1)
    length = graph.node("ReduceL2", [total], "pool/length", axes=[1], keepdims=1)
    floor = graph.constant("pool/floor", np.array(1e-12, dtype=np.float32))
    graph.node("Div", [total, graph.node("Max", [length, floor], "pool/divisor")], OUTPUT)
