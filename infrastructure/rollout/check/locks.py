"""Migrations on tables with a million rows, beside people who read and write.

PostgreSQL itself says who waited for a lock, for which, and how long (log_lock_waits): what a busy machine adds does not count.
"""

import os
import pathlib
import re
import subprocess
import time
import tomllib

from first_release import ON_EMPTY_TABLES, later
from local_platform import POSTGRES, ROOT, Failed, Platform, Postgres, Process, until
from stack import Check

LONGEST_MS = {"table": 200, "row": 1000}
"""Longest waits, in milliseconds, for a lock on a table and for a row that the migration changes."""
WAITED = re.compile(r"^(\w+)\|.*process \d+ (?:still waiting for|acquired) (\w+) on (\w+) .*after ([\d.]+) ms")
CHANGES = r"\b(?:ALTER TABLE|UPDATE|DELETE FROM|INSERT INTO|LOCK TABLE|ON)(?: ONLY| IF EXISTS)? {}\b"
READERS, WRITERS = "reader", "writer"
# What must be found: each holds readers or writers up while it goes through the table.
PLANTED = {
    "an index that locks its table": "CREATE INDEX planted_idx ON learning_outcomes (created_at, outcome_text);",
    "a column that rewrites its table": "ALTER TABLE learning_outcomes ADD COLUMN planted uuid NOT NULL DEFAULT gen_random_uuid();",
    "a column of another type": "ALTER TABLE learning_outcomes ALTER COLUMN order_index TYPE bigint;",
    "every row at once": "UPDATE learning_outcomes SET created_at = created_at - interval '1 day';",
}


class Database:
    """A server that tells every wait, and the platform's schema before the newest migrations."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.server = Postgres(folder / "postgres").start(log_lock_waits="on", deadlock_timeout="2ms", log_line_prefix="%a|")
        self.server.make_roles()
        self.server.make_database("bccb")
        self.platform = Platform(folder / "platform", self.server)
        self.platform.fill()
        # Rows of what the demonstration leaves empty.
        self.server.sql("bccb", "INSERT INTO jobs (id, kind, status, finished_at) VALUES (gen_random_uuid(), 'note', 'DONE', now())")
        self.folder = folder
        self.read_to = 0

    def ask(self, text: str) -> list[str]:
        """Lines that a statement answers."""
        return self.server.sql("bccb", text).splitlines()

    def tables(self) -> list[str]:
        """Every table of the platform."""
        return self.ask("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE '\\_\\_%' ORDER BY 1")

    def rows(self, table: str) -> int:
        """How many a table has."""
        return int(self.ask(f"SELECT count(*) FROM {table}")[0])

    def grow(self, table: str, rows: int) -> None:
        """Copies the rows that a table has, with other values where they must differ."""
        have = self.rows(table)
        if have >= rows:
            return
        if have == 0:
            raise Failed(f"locks: {table} has no rows to copy: give the demonstration catalogue some")
        columns = dict(line.split("|") for line in self.ask(f"SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"))
        references = set(self.ask(f"SELECT attname FROM pg_constraint, pg_attribute WHERE contype = 'f' AND conrelid = '{table}'::regclass AND attrelid = conrelid AND attnum = ANY (conkey)"))
        differ = {}
        for index in self.ask(f"SELECT (SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = indexrelid) FROM pg_index WHERE indrelid = '{table}'::regclass AND indisunique"):
            names = [name for name in index.split(",") if name in columns and name not in references]
            further = f"{{0}} + (SELECT max({{0}}) - min({{0}}) + 1 FROM {table}) * n"
            for kind, value in (("uuid", "md5({0}::text || n)::uuid"), ("integer", further), ("bigint", further), ("text", "{0} || n")):
                name = next((name for name in names if columns[name] == kind), None)
                if name:
                    differ[name] = value.format(name)
                    break
            else:
                raise Failed(f"locks: how the rows of {table} may differ in ({index}) is not known: teach it to `grow`")
        values = ", ".join(differ.get(name, name) for name in columns)
        copies = -(-(rows - have) // have)
        # Triggers would write to the record for each of them.
        self.ask(f"SET session_replication_role = replica; INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}, generate_series(1, {copies}) AS n LIMIT {rows - have}; ANALYZE {table};")

    def run(self, sql: pathlib.Path, name: str = "migration") -> subprocess.Popen:
        """Begins a file of statements as the owner, as `migrate` does it."""
        metadata = sql.with_name("metadata.toml")
        apart = metadata.is_file() and tomllib.loads(metadata.read_text()).get("run_in_transaction") is False
        command = [POSTGRES / "psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", self.server.url("bccb", "bccb_owner"), "--file", sql]
        environment = os.environ | {"PGAPPNAME": name, "PGOPTIONS": "-c client_min_messages=warning"}
        return subprocess.Popen([*command, *([] if apart else ["--single-transaction"])], env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)

    def waits(self) -> dict[str, float]:
        """Longest waits since the last time, as "who kind"; what a row waits for is a transaction."""
        text = (self.folder / "postgres" / "server.log").read_text(errors="replace")
        found: dict[str, float] = {}
        for line in text[self.read_to :].splitlines():
            if (match := WAITED.match(line)) and match[1] in (READERS, WRITERS):
                what = f"{match[1]} {'table' if match[3] in ('relation', 'object') else 'row'}"
                found[what] = max(found.get(what, 0.0), float(match[4]))
        self.read_to = len(text)
        return found


class People:
    """Readers and writers of every table, at a steady pace, under the limits that the service sets."""

    def __init__(self, database: Database, large: list[str]) -> None:
        self.folder = database.folder / f"people-{time.monotonic_ns()}"
        self.folder.mkdir()
        self.running = []
        tables = database.tables()
        pages = {table: database.ask(f"SELECT relpages FROM pg_class WHERE oid = '{table}'::regclass")[0] for table in large}
        for who, rate, lines in (
            (READERS, 400, [f"SELECT 1 FROM {table} LIMIT 1;" for table in tables]),
            # The lock of a writer; in large tables also a row, which changes its place.
            (WRITERS, 200, [f"BEGIN; LOCK TABLE {table} IN ROW EXCLUSIVE MODE; COMMIT;" for table in tables] + [f"\\set page random(0, {pages[table]})\nUPDATE {table} SET id = id WHERE ctid = format('(%s,1)', :page)::tid;" for table in large] * 10),
        ):
            files = []
            for number, text in enumerate(lines):
                (self.folder / f"{who}-{number}.sql").write_text(text.replace("; ", ";\n") + "\n")
                files += ["--file", self.folder / f"{who}-{number}.sql"]
            environment = os.environ | {"PGAPPNAME": who, "PGOPTIONS": "-c lock_timeout=10s -c statement_timeout=30s"}
            command = [POSTGRES / "pgbench", "--no-vacuum", "--client", "8", "--rate", str(rate), "--time", "600", *files, database.server.url("bccb")]
            self.running.append(Process(command, self.folder / f"{who}.log", environment))

    def stop(self) -> list[str]:
        """Ends them; what they were refused."""
        refused = []
        for process in self.running:
            if process.child.poll() is not None:
                refused.append(f"pgbench ended by itself: {process.last_words(3)}")
            process.stop()
            refused += [line for line in process.log.read_text(errors="replace").splitlines() if "ERROR" in line]
        return refused


def measure(database: Database, sql: pathlib.Path, large: list[str]) -> tuple[dict[str, float], float, list[str]]:
    """Runs one file beside people: their longest waits, its seconds, and what was refused, to it or to them."""
    people = People(database, large)
    time.sleep(1)
    database.waits()
    begun = time.monotonic()
    running = database.run(sql)
    said = running.communicate()[1].strip()
    seconds = time.monotonic() - begun
    time.sleep(0.5)
    refused = people.stop()
    return database.waits(), seconds, [*([said] if running.returncode else []), *refused]


def killed(database: Database, sql: pathlib.Path, large: list[str]) -> str:
    """Ends it while it waits for the last table that it changes, and runs it again: what then is not as it should be."""
    other = database.folder / "somebody.sql"
    last = max(large, key=sql.read_text().rindex)
    other.write_text(f"LOCK TABLE {last} IN SHARE MODE; SELECT pg_sleep(60);")
    holder = database.run(other, "somebody")
    until(f"{last} held", 10, lambda: database.ask(f"SELECT 1 FROM pg_locks WHERE relation = '{last}'::regclass AND mode = 'ShareLock' AND granted"))
    running = database.run(sql, "half-way")
    until("the migration waiting", 60, lambda: database.ask("SELECT 1 FROM pg_stat_activity WHERE application_name = 'half-way' AND wait_event_type = 'Lock'"))
    for name in ("half-way", "somebody"):
        database.ask(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = '{name}'")
    running.communicate()
    holder.communicate()
    if running.returncode == 0:
        return "it was not ended half-way"
    again = database.run(sql)
    said = again.communicate()[1].strip()
    broken = database.ask("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid")
    return said if again.returncode else "".join(f"{index} is not valid" for index in broken)


def locks(check: Check) -> None:
    """How long people wait for a migration of a million rows."""
    rows = check.arguments.rows
    database = Database(check.place("locks"))
    try:
        for place in ON_EMPTY_TABLES:
            new = later(ROOT, place)
            if not new:
                continue
            database.platform.command(pathlib.Path(place).parent.name, "migrate", "--down", str(len(new)))
            known = database.tables()
            for migration in new:
                text = (migration / "up.sql").read_text()
                large = [table for table in known if re.search(CHANGES.format(table), text)]
                for table in large:
                    database.grow(table, rows)
                judge(check, database, migration, large)
        table = "learning_outcomes"
        database.grow(table, rows)
        for name, statement in PLANTED.items():
            sql = database.folder / "planted.sql"
            sql.write_text(statement)
            waits, _seconds, refused = measure(database, sql, [table])
            check.expect(f"planted: {name} is found", bool(too_long(waits)), (waits, refused))
            print(f"locks: planted: {name}: {told(waits)}", flush=True)
    finally:
        database.server.stop()


def told(waits: dict[str, float]) -> str:
    """Longest waits in words."""
    return "longest waits: " + ", ".join(f"{what} {wait:.0f} ms" for what, wait in sorted(waits.items())) if waits else "nobody waited 2 ms"


def too_long(waits: dict[str, float]) -> dict[str, float]:
    """Those over the limit of their kind."""
    return {what: wait for what, wait in waits.items() if wait > LONGEST_MS[what.split()[1]]}


def judge(check: Check, database: Database, migration: pathlib.Path, large: list[str]) -> None:
    """One migration: beside people, then killed half-way and run again."""
    name = migration.name
    waits, seconds, refused = measure(database, migration / "up.sql", large)
    print(f"locks: {name}: {seconds:.1f} s on {', '.join(f'{database.rows(table):,} {table}' for table in large) or 'no table of before'}; {told(waits)}", flush=True)
    check.expect(f"{name}: nobody is refused", not refused, refused[:3])
    check.expect(f"{name}: nobody waits too long", not too_long(waits), too_long(waits))
    back = database.run(migration / "down.sql")
    said = back.communicate()[1]
    check.expect(f"{name}: can be taken back", back.returncode == 0, said)
    why = killed(database, migration / "up.sql", large) if large else None
    check.expect(f"{name}: killed half-way, it runs again", not why, why)
