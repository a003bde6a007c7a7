"""Measure a built model folder: `python3 evaluate_encoder.py DIR [CATALOGUE]`.

Without CATALOGUE the golden texts serve, none of which was calibrated on. CATALOGUE is a folder with `catalog.csv`
(institution, code, title, description) and `pairs.csv` (equivalent courses, both sides with institution, code, title
and description): fidelity and speed are then measured on 256 of its descriptions, and retrieval on its core pairs,
title and description together, the whole catalogue of the other institution as candidates.
"""

from __future__ import annotations

import csv
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

import golden
import session
from check import Agreement, invariance

SEED = 20
SAMPLE = 256
BATCH = 32
ROUNDS = 7
SHORT = "Introduction to welding safety"
Models = dict[str, onnxruntime.InferenceSession]


@dataclass(frozen=True)
class Catalogue:
    """Courses as text, and directed queries from one course to the one judged equivalent."""

    texts: list[str]
    institutions: list[str]
    queries: list[tuple[int, int]]

    @classmethod
    def read(cls, folder: Path) -> Catalogue:
        """Read `catalog.csv` and the core pairs of `pairs.csv`."""
        with (folder / "catalog.csv").open(encoding="utf-8", newline="") as file:
            courses = list(csv.DictReader(file))
        place = {(row["institution"], row["code"]): index for index, row in enumerate(courses)}
        queries = []
        with (folder / "pairs.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["generic"] == "0" and row["match"] != "level_and_lab_code_differ":
                    left, right = (place[row[f"inst_{side}"], row[f"code_{side}"]] for side in "ab")
                    queries += [(left, right), (right, left)]
        texts = [f"{row['title']}. {row['description']}" for row in courses]
        return cls(texts, [row["institution"] for row in courses], queries)


def main(folder: Path, catalogue: Catalogue | None) -> None:
    """Print every figure."""
    tokenizer = session.load_tokenizer(folder / "tokenizer.json")
    files = {name: folder / f"encoder-{name}.onnx" for name in ("fp32", "int8")}
    models = {name: session.open_session(path) for name, path in files.items()}
    texts = list(golden.TEXTS) if catalogue is None else random.Random(SEED).sample(catalogue.texts, SAMPLE)
    for name, path in files.items():
        print(f"size        {name}  {path.stat().st_size / 1e6:.1f} MB")
    vectors = {name: session.embed(model, tokenizer, texts) for name, model in models.items()}
    print(f"fidelity    int8 to fp32, {len(texts)} texts: cosine {Agreement.between(vectors['int8'], vectors['fp32'])}")
    for name, model in models.items():
        print(f"invariance  {name}  {invariance(model, tokenizer, texts)}")
    _speed(models, tokenizer, texts)
    if catalogue is not None:
        for name, model in models.items():
            print(f"retrieval   {name}  {_retrieval(session.embed(model, tokenizer, catalogue.texts), catalogue)}")


def _speed(models: Models, tokenizer: Tokenizer, texts: Sequence[str]) -> None:
    """Best of several rounds, the models taking turns so that a busy machine disturbs them alike; no tokenising."""
    ordered = sorted(texts, key=len)
    batches = [session.encode(tokenizer, ordered[start : start + BATCH]) for start in range(0, len(ordered), BATCH)]
    one = session.encode(tokenizer, [SHORT])
    many_seconds = dict.fromkeys(models, float("inf"))
    one_seconds = dict.fromkeys(models, float("inf"))
    for _ in range(ROUNDS):
        for name, model in models.items():
            started = time.perf_counter()
            for batch in batches:
                model.run(None, batch)
            many_seconds[name] = min(many_seconds[name], time.perf_counter() - started)
            for _ in range(20):
                started = time.perf_counter()
                model.run(None, one)
                one_seconds[name] = min(one_seconds[name], time.perf_counter() - started)
    for name in models:
        rate, delay = len(texts) / many_seconds[name], one_seconds[name] * 1e3
        print(f"speed       {name}  {rate:.0f} texts/s in batches of {BATCH}, one short text {delay:.2f} ms")
    print(f"speed       int8 / fp32  {many_seconds['fp32'] / many_seconds['int8']:.2f} times the texts")


def _retrieval(vectors: NDArray[np.float32], catalogue: Catalogue) -> str:
    """Rank of the equivalent course among all courses of its institution, ties counted against it."""
    institutions = np.array(catalogue.institutions)
    ranks = []
    for query, target in catalogue.queries:
        scores = vectors @ vectors[query]
        candidates = scores[institutions == institutions[target]]
        ranks.append(int((candidates >= scores[target]).sum()))
    found = np.array(ranks)
    return f"R@1 {np.mean(found == 1):.3f}, MRR {np.mean(1.0 / found):.3f} over {len(found)} queries"


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: evaluate_encoder.py DIR [CATALOGUE]")
    main(Path(sys.argv[1]), Catalogue.read(Path(sys.argv[2])) if len(sys.argv) == 3 else None)
