"""The end of every process: what runs is finished, what is idle is closed."""

import http.client
import signal
import socket
import threading
import time

from local_platform import ROOT, get, listens
from stack import DRAIN_MS, Check, stack


def drain(check: Check) -> None:
    """The end of one gateway with 20 requests in work and 50 idle connections."""
    with stack(check, 1) as platform:
        port = platform.ports[0]
        gateway = platform.gateways[0]
        admin = gateway.addresses()["admin"]
        # Used once: what a browser or NGINX keeps.
        idle = [http.client.HTTPConnection("127.0.0.1", port, timeout=20) for _ in range(50)]
        for connection in idle:
            connection.request("GET", "/health/live")
            connection.getresponse().read()
        answers: list[tuple[int, float]] = []

        def slow(number: int) -> None:
            begun = time.monotonic()
            status, _body = get(port, f"/api/v1/credentials?limit=7&page={number + 1}", 20)
            answers.append((status, time.monotonic() - begun))

        # Who waits, waits for a credential service that does not answer for a while.
        platform.credential.process.send(signal.SIGSTOP)
        threads = [threading.Thread(target=slow, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        time.sleep(0.7)
        before = get(admin, "/readyz")[0]
        in_work = 20 - len(answers)
        asked = time.monotonic()
        gateway.process.send(signal.SIGTERM)
        withdrawn = None
        while time.monotonic() - asked < 5:
            if get(admin, "/readyz")[0] == 503:
                withdrawn = time.monotonic() - asked
                break
        live = get(admin, "/livez")[0]
        served = get(port, "/health/live")[0]
        time.sleep(max(0.0, DRAIN_MS / 1000 + 0.7 - (time.monotonic() - asked)))
        refused = not listens(port)
        closed = sum(ended(connection.sock) for connection in idle)
        working = gateway.process.child.poll() is None
        platform.credential.process.send(signal.SIGCONT)
        code = gateway.process.ended(20)
        seconds = time.monotonic() - asked
        for thread in threads:
            thread.join()
        statuses = sorted(status for status, _time in answers)
        print(f"drain: readiness {before} -> 503 after {(withdrawn or 9) * 1000:.0f} ms; {in_work} requests in work, {statuses.count(200)} answered 200; {closed} of 50 idle connections closed while they ran; ended with {code} after {seconds:.2f} s (delay {DRAIN_MS} ms)", flush=True)
        check.expect("it was ready before", before == 200, before)
        check.expect("readiness goes at once", withdrawn is not None and withdrawn < 0.5, withdrawn)
        check.expect("it is alive meanwhile", live == 200, live)
        check.expect("who still comes during the delay is served", served == 200, served)
        check.expect("20 requests were in work", in_work == 20, in_work)
        check.expect("all of them were finished", statuses == [200] * 20, statuses)
        check.expect("after the delay nobody new is taken", refused)
        check.expect("idle connections are closed, not waited for", closed == 50 and working, (closed, working))
        check.expect("it ends with 0 within 10 s", code == 0 and seconds <= 10, (code, seconds))

        second = platform.gateway(0).ready()
        # Who waits here is given up.
        platform.credential.process.send(signal.SIGSTOP)
        thread = threading.Thread(target=slow, args=(30,))
        thread.start()
        time.sleep(0.5)
        asked = time.monotonic()
        second.process.send(signal.SIGTERM)
        time.sleep(0.3)
        second.process.send(signal.SIGTERM)
        code, seconds = second.process.ended(20), time.monotonic() - asked
        platform.credential.process.send(signal.SIGCONT)
        thread.join()
        check.expect("a second signal ends it now, and not with 0", code not in (None, 0) and seconds < 3, (code, seconds))
        models = ROOT / ".data" / "models"
        if (models / "manifest.json").exists():
            url = platform.postgres.url("bccb", "bccb_ai")
            credential = f"http://127.0.0.1:{platform.credential_port}"
            ai = platform.platform.start("ai-service", "ai-service", AI_PORT="0", DATABASE_URL=url, CREDENTIAL_SERVICE_URL=credential, MODEL_DIR=str(models)).ready()
            asked = time.monotonic()
            ai.process.send(signal.SIGTERM)
            code, seconds = ai.process.ended(20), time.monotonic() - asked
            check.expect("the AI service ends with 0 within 10 s, at work on its index", code == 0 and seconds <= 10, (code, seconds))
            print(f"drain: the AI service ended after {seconds:.2f} s", flush=True)
        asked = time.monotonic()
        platform.credential.process.send(signal.SIGTERM)
        code, seconds = platform.credential.process.ended(20), time.monotonic() - asked
        check.expect("the credential service ends with 0 within 10 s", code == 0 and seconds <= 10, (code, seconds))
        mail = platform.folder / "mail"
        worker = platform.platform.start("worker", "credential-service", "worker", DATABASE_URL=platform.postgres.url("bccb", "bccb_app"), MAIL_DIR=str(mail)).ready()
        asked = time.monotonic()
        worker.process.send(signal.SIGTERM)
        code, last = worker.process.ended(20), time.monotonic() - asked
        check.expect("the worker ends with 0 within 10 s", code == 0 and last <= 10, (code, last))
        print(f"drain: the credential service ended after {seconds:.2f} s, the worker after {last:.2f} s", flush=True)


def ended(connection: socket.socket) -> bool:
    """Whether the other side has closed it."""
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True
