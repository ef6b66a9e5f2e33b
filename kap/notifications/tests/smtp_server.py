"""A small SMTP server that takes, refuses, stalls or hangs up, for tests."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Sink:
    """What arrived, and how the server behaves.

    ``mode``: take, greet-421, rcpt-451, rcpt-550, data-451, data-554, hang-up (after
    the text was taken, before the receipt).
    """

    mode: str = "take"
    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        sink: Sink = self.server.sink  # type: ignore[attr-defined]
        if sink.mode == "greet-421":
            self._say("421 busy")
            return
        self._say("220 sink")
        while line := self.rfile.readline():
            verb = line[:4].upper().decode()
            if verb in {"EHLO", "HELO", "MAIL", "RSET", "NOOP"}:
                self._say("250 ok")
            elif verb == "RCPT":
                sink.recipients.append(line.decode().strip())
                self._say(self._reply("rcpt", "250 ok"))
            elif verb == "DATA":
                self._say("354 go on")
                self._text(sink)
                if sink.mode == "hang-up":
                    return
                self._say(self._reply("data", "250 taken"))
            else:
                self._say("221 bye")
                return

    def _reply(self, step: str, usual: str) -> str:
        mode = self.server.sink.mode  # type: ignore[attr-defined]
        return f"{mode[-3:]} no" if mode.startswith(step) else usual

    def _text(self, sink: Sink) -> None:
        lines = []
        while (line := self.rfile.readline()) and line != b".\r\n":
            lines.append(line)
        sink.mails.append(b"".join(lines))

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@contextmanager
def sink() -> Iterator[Sink]:
    found = Sink()
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.sink = found  # type: ignore[attr-defined]
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join(5)
