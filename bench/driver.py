"""Sends requests and takes the time: plain sockets, one thread for each connection.

The same driver measures floor and product, so its own cost (about 0.2 ms a request) is on
both sides.  A sync worker of gunicorn closes the connection after each answer; a
connection that is left open is used again.
"""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from urllib.parse import urlencode

from bench.words import sentence_of

TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    head: bytes
    body: bytes
    seconds: float

    def header(self, name: str) -> str:
        wanted = name.lower().encode() + b":"
        for line in self.head.split(b"\r\n"):
            if line.lower().startswith(wanted):
                return line.split(b":", 1)[1].strip().decode()
        return ""

    def cookies(self) -> dict[str, str]:
        found = {}
        for line in self.head.split(b"\r\n"):
            if line.lower().startswith(b"set-cookie:"):
                pair = line.split(b":", 1)[1].split(b";", 1)[0].strip().decode()
                name, _, value = pair.partition("=")
                found[name] = value
        return found


def get(port: int, path: str, cookies: dict[str, str] | None = None) -> bytes:
    return _head("GET", port, path, cookies) + b"\r\n"


def post(
    port: int, path: str, fields: dict[str, str], cookies: dict[str, str] | None = None
) -> bytes:
    body = urlencode(fields).encode()
    return (
        _head("POST", port, path, cookies)
        + b"Content-Type: application/x-www-form-urlencoded\r\n"
        + b"Content-Length: %d\r\n\r\n" % len(body)
        + body
    )


def _head(
    method: str, port: int, path: str, cookies: dict[str, str] | None = None
) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += ["User-Agent: kap-bench", "Accept: text/html", "Accept-Language: en"]
    if cookies:
        lines.append("Cookie: " + "; ".join(f"{k}={v}" for k, v in cookies.items()))
    return ("\r\n".join(lines) + "\r\n").encode()


class Connection:
    """One connection; opened again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def ask(self, request: bytes) -> Answer:
        start = perf_counter()
        link = self.socket or self._open()
        try:
            link.sendall(request)
            head, body, stays = _read(link)
        except (BrokenPipeError, ConnectionResetError, EOFError):
            link = self._open()
            link.sendall(request)
            head, body, stays = _read(link)
        seconds = perf_counter() - start
        if not stays:
            self.close()
        return Answer(int(head[9:12]), head, body, seconds)

    def _open(self) -> socket.socket:
        self.close()
        self.socket = socket.create_connection(("127.0.0.1", self.port), TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.socket

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def _read(link: socket.socket) -> tuple[bytes, bytes, bool]:
    """Head, body, and whether the connection stays open."""
    data = bytearray()
    while (end := data.find(b"\r\n\r\n")) < 0:
        chunk = link.recv(65536)
        if not chunk:
            raise EOFError
        data += chunk
    head = bytes(data[:end])
    low = head.lower()
    place = low.find(b"\r\ncontent-length:")
    if place < 0:
        while chunk := link.recv(65536):
            data += chunk
        return head, bytes(data[end + 4 :]), False
    length = int(low[place + 17 :].split(b"\r\n", 1)[0])
    while len(data) < end + 4 + length:
        chunk = link.recv(65536)
        if not chunk:
            raise EOFError
        data += chunk
    return head, bytes(data[end + 4 :]), b"\r\nconnection: close" not in low


@dataclass(slots=True)
class Block:
    """Some seconds of load on one server."""

    times: list[float] = field(default_factory=list)
    elapsed: float = 0

    @property
    def p50_ms(self) -> float:
        return 1000 * median(self.times) if self.times else 0.0

    @property
    def p95_ms(self) -> float:
        ordered = sorted(self.times)
        return 1000 * ordered[int(0.95 * (len(ordered) - 1))] if ordered else 0.0

    @property
    def rate(self) -> float:
        return len(self.times) / self.elapsed if self.elapsed else 0.0


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked of one server; ``requests`` gives the next request, from any thread."""

    name: str
    port: int
    requests: Iterator[bytes]
    expected: frozenset[int] = frozenset({200})


def endless(request: bytes) -> Iterator[bytes]:
    while True:
        yield request


def load(target: Target, *, clients: int, seconds: float) -> Block:
    """Keep ``clients`` connections busy for some seconds."""
    work = _Work(target, stop_at=perf_counter() + seconds)
    start = perf_counter()
    threads = [threading.Thread(target=work.run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if work.trouble:
        raise RuntimeError(f"{target.name}: {work.trouble}")
    return Block(work.times, perf_counter() - start)


class _Work:
    """What the threads of one block share."""

    def __init__(self, target: Target, *, stop_at: float) -> None:
        self.target, self.stop_at = target, stop_at
        self.lock = threading.Lock()
        self.times: list[float] = []
        self.trouble = ""

    def run(self) -> None:
        connection = Connection(self.target.port)
        try:
            while perf_counter() < self.stop_at and not self.trouble:
                self._one(connection)
        except OSError as error:
            self.trouble = str(error)
        connection.close()

    def _one(self, connection: Connection) -> None:
        with self.lock:
            request = next(self.target.requests, None)
        if request is None:
            self.trouble = "ran out of requests"
            return
        answer = connection.ask(request)
        self.times.append(answer.seconds)
        if answer.status not in self.target.expected:
            self.trouble = _complaint(answer)


def _complaint(answer: Answer) -> str:
    text = sentence_of(answer.body)
    return f"answered {answer.status} {answer.header('location')} {text}"


def at_once(port: int, requests: Sequence[bytes]) -> list[Answer]:
    """Open one connection for each request, then send them all, then read what comes."""
    watch = selectors.DefaultSelector()
    links = [socket.create_connection(("127.0.0.1", port), TIMEOUT_S) for _ in requests]
    answers: dict[int, Answer] = {}
    parts: dict[int, bytearray] = {}
    started: dict[int, float] = {}
    for place, (link, request) in enumerate(zip(links, requests, strict=True)):
        started[place] = perf_counter()
        link.sendall(request)
        link.setblocking(False)  # noqa: FBT003 -- the standard library's
        parts[place] = bytearray()
        watch.register(link, selectors.EVENT_READ, place)
    deadline = perf_counter() + TIMEOUT_S
    while len(answers) < len(links) and perf_counter() < deadline:
        for key, _ in watch.select(1):
            place = key.data
            chunk = links[place].recv(65536)
            parts[place] += chunk
            if not chunk or _is_whole(parts[place]):
                seconds = perf_counter() - started[place]
                answers[place] = _answer(bytes(parts[place]), seconds)
                watch.unregister(links[place])
                links[place].close()  # at once: the worker waits for it
    for link in links:
        link.close()
    nothing = Answer(0, b"", b"", TIMEOUT_S)
    return [answers.get(place, nothing) for place in range(len(links))]


def _is_whole(data: bytearray) -> bool:
    end = data.find(b"\r\n\r\n")
    place = data[: max(end, 0)].lower().find(b"\r\ncontent-length:")
    if end < 0 or place < 0:
        return False
    length = int(bytes(data[place + 17 : end]).split(b"\r\n", 1)[0])
    return len(data) >= end + 4 + length


def _answer(data: bytes, seconds: float) -> Answer:
    head, _, body = data.partition(b"\r\n\r\n")
    status = int(head[9:12]) if head[9:12].isdigit() else 0
    return Answer(status, head, body, seconds)
