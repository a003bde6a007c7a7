"""The manifest of a model folder: which files belong to it and their hashes. Needs the standard library only.

`python3 manifest.py DIR` verifies a folder and exits with 1 and a sentence if anything is missing or changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = "manifest.json"


class Broken(Exception):
    """The folder is not what its manifest says; the message is for a person."""


def sha256(path: Path) -> str:
    """Hash of a file, as lower-case hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def entry(folder: Path, name: str, **extra: str) -> dict[str, str]:
    """What the manifest says about one file."""
    return {"file": name, **extra, "sha256": sha256(folder / name)}


def write(folder: Path, content: dict[str, Any]) -> None:
    """Put the manifest in place in one step."""
    draft = folder / f"{FILE}.new"
    with draft.open("w", encoding="utf-8") as file:
        file.write(json.dumps(content, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.rename(folder / FILE)


def verify(folder: Path) -> dict[str, Any]:
    """Return the manifest if every file it names is there with its hash."""
    try:
        content: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Broken(f"there is no `{FILE}`") from None
    except json.JSONDecodeError:
        raise Broken(f"`{FILE}` is not JSON") from None
    try:
        listed = list(_entries(content))
    except (KeyError, TypeError, AttributeError):
        raise Broken(f"`{FILE}` lacks an entry") from None
    for name, expected in listed:
        try:
            found = sha256(folder / name)
        except FileNotFoundError:
            raise Broken(f"`{name}` is missing") from None
        if found != expected:
            raise Broken(f"`{name}` has sha256 {found}, the manifest says {expected}")
    return content


def _entries(content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    models = content["models"]
    for each in (content["runtime"], content["tokenizer"], models["fp32"], models["int8"], content["golden"]):
        yield each["file"], each["sha256"]


def _main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: manifest.py DIR")
    try:
        content = verify(Path(sys.argv[1]))
    except Broken as problem:
        sys.exit(str(problem))
    print(f"{content['name']} is complete and every hash matches")


if __name__ == "__main__":
    _main()
