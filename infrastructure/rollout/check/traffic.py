"""Requests at a steady rate over kept connections, and a gateway that is worse than it should be, for scripts/check-rollout."""

import asyncio
import collections
import random
import threading
import time


async def read_message(reader: asyncio.StreamReader) -> tuple[bytes, bytes] | None:
    """Head and body of a request or an answer; nothing where the connection ends before it begins."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    lower = head.lower()
    if b"\r\ntransfer-encoding: chunked" in lower:
        body = b""
        while True:
            size = await reader.readuntil(b"\r\n")
            chunk = await reader.readexactly(int(size, 16) + 2)
            body += size + chunk
            if int(size, 16) == 0:
                return head, body
    length = 0
    if b"\r\ncontent-length:" in lower:
        length = int(lower.split(b"\r\ncontent-length:", 1)[1].split(b"\r\n", 1)[0])
    return head, await reader.readexactly(length)


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def run(self, work, patience: float = 60):
        """Runs a coroutine to its end."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(patience)

    def begin(self, work):
        """Begins a coroutine."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)


class Load:
    """An open loop: a request is sent when its time has come, whatever became of those before it."""

    def __init__(self, loop: Loop, port: int, rate: int, requests: list[tuple[bytes, int]]) -> None:
        self.port, self.rate, self.requests = port, rate, requests
        self.idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.kinds: collections.Counter = collections.Counter()
        self.events: list[tuple[float, str]] = []
        self.times: list[float] = []
        self.latest, self.opened, self.sent = 0.0, 0, 0
        self.running: set[asyncio.Task] = set()
        self.going = True
        self.done = loop.begin(self.drive())
        self.loop = loop

    async def drive(self) -> None:
        """Keeps the pace."""
        begun = time.monotonic()
        while self.going:
            due = begun + self.sent / self.rate
            wait = due - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            self.latest = max(self.latest, time.monotonic() - due)
            task = asyncio.ensure_future(self.one(self.requests[self.sent % len(self.requests)]))
            self.sent += 1
            self.running.add(task)
            task.add_done_callback(self.running.discard)
        if self.running:
            await asyncio.wait(self.running, timeout=30)
        for _reader, writer in self.idle:
            writer.close()

    async def one(self, request: tuple[bytes, int]) -> None:
        """One request, and what became of it."""
        content, wanted = request
        begun = time.monotonic()
        try:
            kind = await asyncio.wait_for(self.ask(content, wanted), 20)
        except (TimeoutError, asyncio.TimeoutError):
            kind = "timeout"
        except (OSError, asyncio.IncompleteReadError):
            kind = "reset"
        ended = time.monotonic()
        self.kinds[kind] += 1
        self.times.append(ended - begun)
        if kind != "good":
            self.events.append((ended, kind))

    async def ask(self, content: bytes, wanted: int) -> str:
        """Sends it on a kept connection where there is one."""
        # One that NGINX has closed meanwhile, for having been idle too long, is not used again.
        while self.idle and self.idle[-1][0].at_eof():
            self.idle.pop()[1].close()
        if self.idle:
            reader, writer = self.idle.pop()
        else:
            self.opened += 1
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        keep = False
        try:
            writer.write(content)
            await writer.drain()
            answer = await read_message(reader)
            if answer is None:
                return "reset"
            head, _body = answer
            keep = b"\r\nconnection: close" not in head.lower()
            status = int(head.split(b" ", 2)[1])
            return "good" if status == wanted else f"status {status}"
        finally:
            if keep:
                self.idle.append((reader, writer))
            else:
                writer.close()

    def stop(self) -> None:
        """No more requests; waits for those that run."""
        self.going = False
        self.done.result(60)

    def bad(self) -> int:
        """Requests that did not get the answer they should."""
        return sum(count for kind, count in self.kinds.items() if kind != "good")

    def told(self) -> str:
        """The figures."""
        times = sorted(self.times)
        place = lambda part: times[min(len(times) - 1, int(len(times) * part))] * 1000 if times else 0.0
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.kinds.items()))
        return f"{self.sent} requests ({kinds}), p50 {place(0.5):.1f} ms, p99 {place(0.99):.0f} ms, longest {place(1):.0f} ms, {self.opened} connections, at most {self.latest * 1000:.0f} ms late"


class Worse:
    """Stands in front of a gateway and answers some requests itself with 500, or late. The fault that scripts/rollout must find."""

    def __init__(self, loop: Loop, behind: int, errors: float = 0.0, delay: float = 0.0, crowd: int = 0) -> None:
        """`crowd`: it is late only while it is asked more often than so many times a second."""
        self.behind, self.errors, self.delay, self.crowd = behind, errors, delay, crowd
        self.latest: collections.deque[float] = collections.deque(maxlen=crowd or 1)
        self.draw = random.Random(5)
        self.asked, self.refused = 0, 0
        self.server = loop.run(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.port = self.server.sockets[0].getsockname()[1]

    def crowded(self) -> bool:
        """Whether the last `crowd` requests came within a second."""
        now = asyncio.get_running_loop().time()
        full = len(self.latest) == self.crowd
        crowded = not self.crowd or (full and now - self.latest[0] < 1)
        self.latest.append(now)
        return crowded

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, with one to the gateway."""
        behind = None
        try:
            behind = await asyncio.open_connection("127.0.0.1", self.behind)
            while (request := await read_message(reader)) is not None:
                self.asked += 1
                if self.delay and self.crowded():
                    await asyncio.sleep(self.delay)
                if self.draw.random() < self.errors:
                    self.refused += 1
                    writer.write(b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n")
                    continue
                behind[1].write(request[0] + request[1])
                answer = await read_message(behind[0])
                if answer is None:
                    break
                writer.write(answer[0] + answer[1])
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            if behind:
                behind[1].close()
