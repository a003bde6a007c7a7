"""Migrations that run once, on empty tables, and those after them, which run while people use the platform."""

import pathlib

from tool import Missing

# By folder of migrations: the last one of the first release.
ON_EMPTY_TABLES = {
    "crates/credential-service/migrations": "2026-11-24-000114_jobs_order",
    "crates/ai-service/migrations": "2026-11-24-000002_embeddings_in_use",
}


def later(root: pathlib.Path, place: str) -> list[pathlib.Path]:
    """Folders of the migrations of one place that came after the first release, oldest first."""
    last = ON_EMPTY_TABLES[place]
    names = sorted(path.parent.name for path in (root / place).glob("*/up.sql"))
    if last not in names:
        raise Missing(f"{place}/{last} is not there")
    return [root / place / name for name in names if name > last]
