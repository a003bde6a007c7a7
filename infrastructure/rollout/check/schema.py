"""Versions of programs and of the schema that meet while a new version is rolled out."""

import contextlib
import os
import subprocess
import time

from journey import Refused, travel
from local_platform import Failed, binary, get
from stack import Check, stack


def schema(check: Check) -> None:
    """Versions of programs and of the schema that meet while a new version is rolled out."""
    reads = ["/api/v1/credentials?limit=5", "/api/v1/institutions", "/api/v1/pathways?limit=5"]
    with stack(check, 1) as platform:
        url = platform.postgres.url("bccb", "bccb_owner")
        asked = [path for path in reads if get(platform.ports[0], path)[0] == 200]
        down = subprocess.run([binary("credential-service"), "migrate", "--down", "1"], env=platform.platform.settings(DATABASE_URL=url), capture_output=True, text=True, check=False)
        check.expect("the newest migration is taken back while the services run", down.returncode == 0, down)
        taken = down.stdout.strip().splitlines()[0] if down.stdout else "nothing"
        time.sleep(4)
        # What the gateway keeps is no answer of the schema: every question is new.
        answers = [get(platform.ports[0], path + ("&" if "?" in path else "?") + "page=1")[0] for path in asked if "?" in path]
        check.expect("what runs still reads", answers and set(answers) == {200}, answers)
        other = platform.platform.start("credential-early", "credential-service", CREDENTIAL_PORT="0", DATABASE_URL=platform.postgres.url("bccb", "bccb_app"))
        time.sleep(3)
        ready = other.is_ready()
        check.expect("a new one that starts before `migrate` waits, and lives", not ready and other.process.child.poll() is None and "migrate" in other.process.log.read_text(), other.process.last_words())
        platform.platform.command("credential-service", "migrate")
        begun = time.monotonic()
        other.ready(20)
        print(f"schema: {taken}; {len(answers)} reads answered on it; a new process waited and was ready {time.monotonic() - begun:.1f} s after `migrate`", flush=True)
        other.process.stop()
        older = check.arguments.older
        if not older:
            print("schema: the binaries of an earlier version were not shown: name their folder with --older", flush=True)
            return
        versions = {"this version": None, "the earlier version": older}
        number = 0
        for service, of_service in versions.items():
            for gateway, of_gateway in versions.items():
                number += 1
                platform.gateways[0].process.stop()
                platform.credential.process.stop()
                state = f"the service of {service}, the gateway of {gateway}, on this schema"
                try:
                    with built_in(of_service):
                        platform.credential = platform.platform.credential_service(platform.credential_port).ready()
                    with built_in(of_gateway):
                        platform.gateways[0] = platform.gateway(0).ready()
                    requests = travel(platform.ports[0], platform.platform.accounts, number)
                    answers = {path: get(platform.ports[0], path)[0] for path in asked}
                except (Failed, Refused) as failure:
                    check.expect(state, False, failure)
                    continue
                check.expect(state, set(answers.values()) == {200}, answers)
                print(f"schema: {state}: {requests} requests from draft to withdrawal, {len(answers)} lists", flush=True)


@contextlib.contextmanager
def built_in(folder: str | None):
    """Programs come from a folder of builds; none: from where they always do."""
    known = os.environ.get("CARGO_TARGET_DIR")
    if folder:
        os.environ["CARGO_TARGET_DIR"] = folder
    try:
        yield
    finally:
        os.environ.pop("CARGO_TARGET_DIR", None)
        if known:
            os.environ["CARGO_TARGET_DIR"] = known
