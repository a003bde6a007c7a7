"""Texts to vectors in Python: the tokenizer with our limits and an ONNX Runtime session, for checks and figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from weights import MAX_TOKENS

Inputs = dict[str, NDArray[np.int32]]


def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer with our limit of 256 word pieces and no padding, whatever the file itself says."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> Inputs:
    """Token ids and mask of a batch, padded on the right to its longest text."""
    encoded = [each.ids for each in tokenizer.encode_batch(list(texts))]
    shape = (len(encoded), max(map(len, encoded)))
    inputs = {name: np.zeros(shape, dtype=np.int32) for name in ("input_ids", "attention_mask")}
    for row, ids in enumerate(encoded):
        inputs["input_ids"][row, : len(ids)] = ids
        inputs["attention_mask"][row, : len(ids)] = 1
    return inputs


def open_session(model: Path | bytes, threads: int = 2) -> onnxruntime.InferenceSession:
    """A CPU session over a file or over the bytes of a model."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    source = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def embed(
    session: onnxruntime.InferenceSession, tokenizer: Tokenizer, texts: Sequence[str], batch: int = 32
) -> NDArray[np.float32]:
    """The vectors of the texts, in their order."""
    parts = [
        session.run(["sentence_embedding"], encode(tokenizer, texts[start : start + batch]))[0]
        for start in range(0, len(texts), batch)
    ]
    return np.concatenate(parts)
