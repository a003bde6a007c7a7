"""Migrations that run on tables with rows in them while people use the platform: squawk finds those that would hold people up.

What came before the first release runs once, on empty tables, and is left out; a rule is set aside in a file by a line
`-- squawk-ignore RULE` above the statement, with the reason beside it.
"""

import json
import pathlib
import tomllib

from first_release import ON_EMPTY_TABLES, later
from tool import BIN, ROOT, Missing, Report, files, folder, run, short

# Large tables take their time where nobody waits for them; `lock_timeout` bounds how long somebody may.
NOT_OURS = ["require-statement-timeout", "prefer-bigint-over-int", "prefer-bigint-over-smallint"]
# All or nothing already.
IN_TRANSACTION = ["prefer-robust-stmts"]
LIMIT = "SET LOCAL lock_timeout = '5s';\n"


def findings(path: pathlib.Path) -> list[str]:
    """What squawk says of one migration."""
    metadata = path.with_name("metadata.toml")
    apart = metadata.is_file() and tomllib.loads(metadata.read_text()).get("run_in_transaction") is False
    excluded = NOT_OURS + ([] if apart else IN_TRANSACTION)
    options = ["--no-assume-in-transaction" if apart else "--assume-in-transaction", "--pg-version", "15", "--reporter", "json"]
    result = run([BIN / "squawk", *options, "--exclude", ",".join(excluded), path])
    if result.returncode not in (0, 1) or not result.stdout.strip().startswith("["):
        raise Missing(f"squawk does not run: {result.stderr.strip()[-400:]}")
    return [f"{short(path)}:{it['line'] + 1}: {it['rule_name']}: {it['message']}" for it in json.loads(result.stdout)]


def check() -> Report:
    """Looks at every migration after those of the first release."""
    every = files(*(f"{place}/*/up.sql" for place in ON_EMPTY_TABLES))
    new = [path / "up.sql" for place in ON_EMPTY_TABLES for path in later(ROOT, place)]
    report = Report(f"{len(new)} migrations after the {len(every) - len(new)} that run on empty tables", [it for path in new for it in findings(path)])
    for title, rule, sql, apart in (
        ("an index that locks its table", "require-concurrent-index-creation", LIMIT + "CREATE INDEX a_idx ON pathways (name);", False),
        ("an index in a transaction that cannot be", "ban-concurrent-index-creation-in-transaction", LIMIT + "CREATE INDEX CONCURRENTLY a_idx ON pathways (name);", False),
        ("an index that cannot be made again", "prefer-robust-stmts", "SET lock_timeout = '5s';\nCREATE INDEX CONCURRENTLY a_idx ON pathways (name);", True),
        ("a rule that is checked under a lock", "constraint-missing-not-valid", LIMIT + "ALTER TABLE pathways ADD CONSTRAINT a CHECK (name <> '');", False),
        ("a reference that is checked under a lock", "adding-foreign-key-constraint", LIMIT + "ALTER TABLE pathways ADD CONSTRAINT a FOREIGN KEY (b) REFERENCES users (id);", False),
        ("a column that the version before still reads", "ban-drop-column", LIMIT + "ALTER TABLE pathways DROP COLUMN name;", False),
        ("a name that the version before still uses", "renaming-column", LIMIT + "ALTER TABLE pathways RENAME COLUMN name TO title;", False),
        ("a column that rewrites its table", "changing-column-type", LIMIT + "ALTER TABLE pathways ALTER COLUMN name TYPE varchar(10);", False),
        ("a column that has to be there at once", "adding-required-field", LIMIT + "ALTER TABLE pathways ADD COLUMN b text NOT NULL;", False),
        ("a wait without a limit", "require-lock-timeout", "ALTER TABLE pathways ADD COLUMN b text;", False),
    ):
        with folder() as work:
            (work / "up.sql").write_text(sql)
            if apart:
                (work / "metadata.toml").write_text("run_in_transaction = false\n")
            report.plant(title, [it for it in findings(work / "up.sql") if f" {rule}: " in it])
    return report
