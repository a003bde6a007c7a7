"""scripts/rollout with worse gateways and with good ones."""

import pathlib
import re
import subprocess
import threading
import time

from local_platform import ROOT, free_port, get
from stack import Check, mixture, stack, upstream
from traffic import Load, Worse


def strange_lines(log: pathlib.Path) -> None:
    """What may stand in a log and says nothing."""
    with log.open("a") as lines:
        lines.write("1.0 | 127.0.0.1:9 | - | -\nno line of ours\n")


def canary(check: Check) -> None:
    """A bad canary is taken back, a good one promoted."""
    with stack(check, 4) as platform:
        *stable, fresh = platform.ports
        port = platform.start_nginx(upstream(stable))
        folder = platform.folder / "nginx"

        def roll(canary_port: int, *options: str, stop_after: float = 0) -> tuple[int, str, float]:
            command = [ROOT / "scripts" / "rollout", "promote", "--file", folder / "upstream.conf", "--log", folder / "rollout.log"]
            command += ["--stable", ",".join(f"127.0.0.1:{number}" for number in stable), "--canary", f"127.0.0.1:{canary_port}"]
            command += ["--reload", f"{platform.nginx_command} -s reload", "--test", f"{platform.nginx_command} -t", *options]
            begun = time.monotonic()
            running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if stop_after:
                time.sleep(stop_after)
                running.terminate()
            try:
                text, _nothing = running.communicate(timeout=200)
            except subprocess.TimeoutExpired:
                running.kill()
                text, _nothing = running.communicate()
            return running.returncode, text.strip(), time.monotonic() - begun

        def shown(name: str, code: int, roll_out: tuple[int, str, float], load: Load, most: float) -> None:
            got, text, seconds = roll_out
            share = load.bad() / load.sent
            print(f"canary, {name}: ended with {got} after {seconds:.1f} s; harmed {load.bad()} of {load.sent} ({share * 100:.2f} %); {load.told()}", flush=True)
            for line in text.splitlines():
                print(f"    {line}", flush=True)
            check.expect(f"{name}: ends with {code}", got == code, text)
            check.expect(f"{name}: at most {most * 100:g} % are harmed", share <= most, load.kinds)
            if code == 2:
                check.expect(f"{name}: within 60 s", seconds <= 60, seconds)
                left = (folder / "upstream.conf").read_text()
                check.expect(f"{name}: the canary gets nothing any more", re.search(r"server \S+ down;", left) is not None and "canary 0 %" in left, left)

        # The last bears its share and not the whole: that shows when nobody is left to compare it with.
        crowd = {"delay": 0.4, "crowd": int(check.arguments.rate * 0.75)}
        for name, fault, options in (("5 % errors", {"errors": 0.05}, ()), ("slow by 400 ms", {"delay": 0.4}, ()), ("slow under the whole load", crowd, ("--seconds", "6"))):
            worse = Worse(check.loop, fresh, **fault)
            load = Load(check.loop, port, check.arguments.rate, mixture())
            time.sleep(2)
            done = roll(worse.port, *options)
            time.sleep(2)
            asked = worse.asked
            time.sleep(2)
            load.stop()
            shown(name, 2, done, load, 0.01)
            check.expect(f"{name}: nobody is led there any more", worse.asked == asked, (asked, worse.asked))
        load = Load(check.loop, port, check.arguments.rate, mixture())
        done = roll(free_port())
        load.stop()
        shown("nobody there", 2, done, load, 0.01)
        load = Load(check.loop, port, check.arguments.rate, mixture())
        done = roll(fresh, stop_after=8)
        load.stop()
        shown("interrupted", 2, done, load, 0.01)
        done = roll(fresh, "--reload", "nginx 'unfinished")
        left = (folder / "upstream.conf").read_text()
        check.expect("what nobody thought of takes it back too", done[0] == 1 and "canary 0 %" in left, (done, left))
        done = roll(fresh, "--seconds", "1", "--patience", "3")
        check.expect("without traffic it is not promoted", done[0] == 2 and "too few" in done[1], done)
        check.expect("an address without a port is refused", subprocess.run([ROOT / "scripts" / "rollout", "back", "--file", "x", "--stable", "host"], capture_output=True, check=False).returncode == 64)
        load = Load(check.loop, port, check.arguments.rate, mixture())
        threading.Timer(3, strange_lines, [folder / "rollout.log"]).start()
        done = roll(fresh, "--seconds", "8")
        counted = load.sent
        time.sleep(2)
        load.stop()
        # A reload closes idle connections of clients, and a request can meet that.
        shown("a good one", 0, done, load, 0.001)
        check.expect("a good one: no answer was an error", set(load.kinds) <= {"good", "reset"}, load.kinds)
        text = (folder / "upstream.conf").read_text()
        check.expect("a good one: it has everything", text.count(" down;") == 3 and load.sent > counted, text)
        back = [ROOT / "scripts" / "rollout", "back", "--file", folder / "upstream.conf", "--stable", ",".join(f"127.0.0.1:{number}" for number in stable)]
        done = subprocess.run([*back, "--reload", f"{platform.nginx_command} -s reload", "--test", f"{platform.nginx_command} -t"], capture_output=True, text=True, check=False)
        check.expect("`back` leads all to the stable set", done.returncode == 0 and get(port, "/health/live")[0] == 200, done)
