"""A mail server on this machine only, for tests: TLS from the start or by STARTTLS."""

import base64
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.needs import needs

USER, SECRET, TOKEN = "vanphong", "mat khau", "ya29.ma-gui-thu"


@dataclass
class Heard:
    """What the server was told: letters taken, and whether they came encrypted."""

    letters: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    connections: int = 0
    refuses: frozenset[str] = frozenset()  # addresses
    refuses_content: bool = False
    offers_tls: bool = True
    hangs_up_after: int = 1000  # letters
    ways: str = "PLAIN"  # to log in
    port: int = 0


def certificate(folder: Path) -> Path:
    """A certificate for «localhost», signed by itself, with its key in one file."""
    openssl = needs("openssl", "openssl")
    key, cert = folder / "khoa.pem", folder / "chung-thu.pem"
    options = ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    subprocess.run(
        [str(openssl), *made, "-keyout", str(key), "-out", str(cert), *options],
        check=True,
        capture_output=True,
    )
    return cert


@contextmanager
def serving(heard: Heard, cert: Path, *, tls_from_start: bool = False) -> Iterator[Heard]:
    """A server under way; its port is in ``heard``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, cert.with_name("khoa.pem"))

    class Talk(_Talk):
        told, tls, at_once = heard, context, tls_from_start

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        heard.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield heard
        finally:
            server.shutdown()
            thread.join()


class _Talk(socketserver.StreamRequestHandler):
    told: Heard
    tls: ssl.SSLContext
    at_once: bool

    def handle(self) -> None:
        self.told.connections += 1
        self.is_encrypted = False
        self.logged_in = False
        if self.at_once:
            try:
                self._encrypt()
            except (ssl.SSLError, OSError):
                return
        self._say("220 localhost")
        while line := self.rfile.readline():
            word, _, rest = line.decode().strip().partition(" ")
            if not self._answer(word.upper(), rest):
                return

    def _answer(self, word: str, rest: str) -> bool:
        if word == "STARTTLS":
            self._say("220 ready")
            try:
                self._encrypt()
            except (ssl.SSLError, OSError):
                return False
        elif word == "EHLO":
            tls = ["250-STARTTLS"] if self.told.offers_tls and not self.is_encrypted else []
            self._say("250-localhost", *tls, f"250 AUTH {self.told.ways}")
        elif word == "AUTH":
            self._log_in(*rest.split(" "))
        elif word == "DATA":
            return self._take()
        elif word == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._plain(word, rest)
        return True

    def _plain(self, word: str, rest: str) -> None:
        address = rest.partition("<")[2].partition(">")[0]
        if word == "MAIL":
            self.sender, self.to = address, list[str]()
        if word == "RCPT" and address in self.told.refuses:
            self._say("550 no such mailbox")
            return
        if word == "RCPT":
            self.to.append(address)
        self._say("250 ok" if self.logged_in or word == "RSET" else "530 log in first")

    def _log_in(self, way: str, given: str) -> None:
        words = base64.b64decode(given).decode()
        if way == "XOAUTH2":
            self.logged_in = words == f"user={USER}\1auth=Bearer {TOKEN}\1\1"
        else:
            self.logged_in = words.split("\0")[1:] == [USER, SECRET]
        if way == "XOAUTH2" and not self.logged_in:
            self._say("334 " + base64.b64encode(b'{"status":"401"}').decode())
            self.rfile.readline()
        self._say("235 ok" if self.logged_in else "535 wrong")

    def _take(self) -> bool:
        if len(self.told.letters) >= self.told.hangs_up_after:
            return False
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if self.told.refuses_content:
            self._say("554 too many virtues")
            return True
        self.told.letters.append((self.sender, tuple(self.to), b"".join(lines)))
        self.told.encrypted.append(self.is_encrypted)
        self._say("250 taken")
        return True

    def _encrypt(self) -> None:
        self.request = self.tls.wrap_socket(self.request, server_side=True)
        self.rfile = self.request.makefile("rb")
        self.wfile = self.request.makefile("wb", buffering=0)
        self.is_encrypted = True

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
