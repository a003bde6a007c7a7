"""Gateways that are restarted one after the other while people use them."""

import signal
import time

from stack import Check, mixture, stack, upstream
from traffic import Load

FAIL_TIMEOUT = 5


def restart(check: Check) -> None:
    """Rolling restarts under load."""
    arguments = check.arguments
    with stack(check, 3) as platform:
        port = platform.start_nginx(upstream(platform.ports))
        load = Load(check.loop, port, arguments.rate, mixture())
        time.sleep(3)
        begun = time.monotonic()
        slowest, codes = 0.0, []
        for _round in range(arguments.rounds):
            for number in range(3):
                asked = time.monotonic()
                old = platform.gateways[number].process
                old.send(signal.SIGTERM)
                code = old.ended(30)
                slowest = max(slowest, time.monotonic() - asked)
                codes.append(code)
                platform.gateways[number] = platform.gateway(number).ready()
                # NGINX leaves out for `fail_timeout` (5 s) what it could not reach: the next one only after it takes this one again.
                time.sleep(FAIL_TIMEOUT + 1)
        seconds = time.monotonic() - begun
        time.sleep(2)
        load.stop()
        print(f"restart: {arguments.rounds} rounds of 3 gateways in {seconds:.0f} s: {load.told()}", flush=True)
        print(f"restart: {len(codes)} stops, the slowest {slowest:.1f} s", flush=True)
        said = [line for line in (platform.folder / "nginx" / "error.log").read_text().splitlines() if "upstream" in line]
        for line in said if load.bad() else ():
            # Where NGINX tried another gateway nobody noticed; what cannot be sent twice is what fails.
            if '"POST' in line and ("closed" in line or "reset" in line):
                print(f"restart: NGINX: {line[line.index('*') :]}", flush=True)
        print(f"restart: NGINX met {len(said)} closed or refused connections", flush=True)
        check.expect(f"nothing fails in {load.sent} requests", load.bad() == 0 and load.sent >= arguments.rate * seconds * 0.95, (dict(load.kinds), [f"{when - begun:.2f} s {kind}" for when, kind in load.events[:20]]))
        check.expect("every gateway ended with 0", codes == [0] * len(codes), codes)
