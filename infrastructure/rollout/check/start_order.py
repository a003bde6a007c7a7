"""Starting in any order."""

import itertools
import time

from local_platform import Failed, free_port, get
from stack import Check, stack


def order(check: Check) -> None:
    """Every order of starting."""
    with stack(check, 0) as platform:
        platform.credential.process.stop()
        database = platform.postgres
        ports = {"credential-service": platform.credential_port, "gateway": free_port()}
        for number, names in enumerate(itertools.permutations(("database", "credential-service", "gateway"))):
            database.stop()
            platform.ports = [ports["gateway"]]
            started = {}
            for name in names:
                if name == "database":
                    database.start()
                elif name == "gateway":
                    started[name] = platform.gateway(0)
                else:
                    started[name] = platform.platform.credential_service(ports[name])
                time.sleep(1.5)
            begun = time.monotonic()
            try:
                for service in started.values():
                    service.ready(30)
                answer = get(ports["gateway"], "/api/v1/credentials?limit=1")[0]
            except Failed as failure:
                answer = failure
            seconds = time.monotonic() - begun
            alive = all(service.process.child.poll() is None for service in started.values())
            check.expect(f"started as {', '.join(names)}", answer == 200 and alive, answer)
            print(f"order {number + 1}: {', '.join(names)}: ready {seconds:.1f} s after the last one, answers {answer}", flush=True)
            for name in ("gateway", "credential-service"):
                code = started[name].process.stop()
                check.expect(f"{name} ends with 0", code == 0, code)
