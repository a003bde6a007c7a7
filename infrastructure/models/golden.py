"""Golden vectors: twenty texts and the vectors the numpy reference gives them, checked in as `golden.json`.

`python3 golden.py SOURCE` writes the file anew from the published weights in SOURCE. The build copies it beside the
models after it has found that the reference still gives these vectors.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

import reference
import session
import weights

PATH = Path(__file__).with_name("golden.json")
DIGITS = 7
LONG = (
    "This program prepares learners to plan, deliver and evaluate community recreation for people of all ages. Through "
    "lectures, field visits and a practicum of one hundred and twenty hours they study leisure behaviour, inclusive "
    "programming, facility operations, budgeting, volunteers, risk and the evaluation of outcomes. Guest speakers from "
    "municipalities, First Nations, sports clubs and seniors' centres describe how services are paid for and how they "
    "are judged. Learners design a season of activities for a neighbourhood of their choice, defend its budget before "
    "a panel, and carry out one event. Assessment is by portfolio, presentation, reflective journal and the report of "
    "the practicum supervisor. Graduates work as program leaders, aquatic supervisors, camp directors and coordinators "
    "of arenas and community centres; with further study the credits count toward a diploma in recreation management. "
    "Applicants need grade twelve English, a criminal record check and a valid first-aid certificate before they start."
)
TEXTS = (
    "Apprenticeship",
    "Nursing",
    "a",
    "C++",
    "First aid.",
    "Build a retaining wall that drains.",
    "Explain photosynthesis to a ten-year-old.",
    "Évaluer les besoins d'un élève et proposer des mesures d'adaptation.",
    "Skwxwú7mesh sníchim and hən̓q̓əmin̓əm̓: sounds, greetings and place names",
    "木工入门:工具与安全",
    "STAT 203 — Intro. to Stats (3 cr.) [online]",
    "Use ≥ 2 methods; compare cost/benefit & risk: 15% vs. $1,200?!",
    "   Whitespace \t and\nline breaks   are   only   separators   ",
    "ADVANCED COBOL FOR MAINFRAME DEVELOPERS",
    "Pneumonoultramicroscopicsilicovolcanoconiosis prevention for quarry workers",
    "Aquaponics combines raising fish with growing vegetables in water. Learners build a small system and keep it "
    "alive.",
    "Learners will be able to critique a published clinical trial, naming its design, its main sources of bias, and "
    "how far its results apply to patients in a remote community.",
    "Genealogy and local archives: parish registers, census rolls, ship lists, land titles, maps, newspapers and DNA.",
    LONG,
    LONG + " " + LONG,
)


def load() -> list[tuple[str, NDArray[np.float32]]]:
    """The checked-in texts and vectors."""
    rows = json.loads(PATH.read_text(encoding="utf-8"))["vectors"]
    return [(row["text"], np.array(row["embedding"], dtype=np.float32)) for row in rows]


def compute(encoder: weights.Encoder, tokenizer: Tokenizer) -> list[NDArray[np.float64]]:
    """The vectors of the golden texts by the reference."""
    return [reference.embed(encoder, tokenizer.encode(text).ids) for text in TEXTS]


def _write(source: Path) -> None:
    encoder = weights.load(source / "model.safetensors")
    tokenizer = session.load_tokenizer(source / "tokenizer.json")
    rows = [
        {
            "text": text,
            "tokens": len(tokenizer.encode(text).ids),
            "embedding": [round(value, DIGITS) for value in vector.tolist()],
        }
        for text, vector in zip(TEXTS, compute(encoder, tokenizer), strict=True)
    ]
    head = {"name": weights.NAME, "revision": weights.REVISION, "maxTokens": weights.MAX_TOKENS}
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    body = json.dumps(head)[:-1] + ', "vectors": [\n' + lines + "\n]}\n"
    PATH.write_text(body, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: golden.py SOURCE (the folder with model.safetensors and tokenizer.json)")
    _write(Path(sys.argv[1]))
