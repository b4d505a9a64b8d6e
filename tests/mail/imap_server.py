"""A small IMAP server that follows a script: it refuses, interrupts and hangs up as it is told.

What a real server does is tried on Dovecot; this one does what a real one does once a year.
"""

import base64
import contextlib
import email
import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path

from tests.mail.smtp_server import certificate

USER, SECRET, TOKEN = "vanphong", "mat khau", "ya29.ma-truy-cap"
_FOLDERS = ('(\\HasNoChildren) "/" INBOX', '(\\HasNoChildren \\Drafts) "/" "Th&AbA- nh&AOE-p"')


@dataclass
class Script:
    """The mails by number and what goes wrong; what was asked, and what was put into folders."""

    mails: dict[int, bytes] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)  # number -> NO, empty, NIL, "", BAD, BYE
    refused_headers: frozenset[int] = frozenset()
    date: str = "15-Mar-2022 08:31:00 +0700"
    unasked: tuple[str, ...] = ()  # said before the answer to each FETCH
    cuts: set[int] = field(default_factory=set)  # numbers of commands at which it hangs up
    validities: list[int] = field(default_factory=lambda: [7])  # the last one stays
    folders: tuple[str, ...] = _FOLDERS
    capabilities: str = "IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2"
    asked: list[str] = field(default_factory=list)
    appended: list[tuple[str, str, bytes]] = field(default_factory=list)
    port: int = 0
    cert: Path = Path()

    def count(self, start: str) -> int:
        """How many commands began so."""
        return sum(1 for one in self.asked if one.startswith(start))


@contextmanager
def following(script: Script, folder: Path) -> Iterator[Script]:
    """A server under way on this machine; its port and certificate are in the script."""
    script.cert = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(script.cert, script.cert.with_name("khoa.pem"))

    class Talk(_Talk):
        told, tls = script, context

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        script.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield script
        finally:
            server.shutdown()
            thread.join()


class _HangUpError(Exception):
    """The script says so."""


class _Talk(socketserver.StreamRequestHandler):
    told: Script
    tls: ssl.SSLContext

    def handle(self) -> None:
        with contextlib.suppress(_HangUpError, OSError, ssl.SSLError):
            self.request = self.tls.wrap_socket(self.request, server_side=True)
            self.rfile = self.request.makefile("rb")
            self.wfile = self.request.makefile("wb", buffering=0)
            self._say(f"* OK [CAPABILITY {self.told.capabilities}] ready")
            while line := self.rfile.readline():
                self._command(line.decode().rstrip("\r\n"))

    def _command(self, line: str) -> None:
        tag, _, rest = line.partition(" ")
        self.told.asked.append(rest)
        if len(self.told.asked) in self.told.cuts:
            raise _HangUpError
        word, _, arguments = rest.partition(" ")
        if word == "UID":
            word, _, arguments = arguments.partition(" ")
        answer = getattr(self, f"_{word.lower()}", None)
        self._say(f"{tag} {answer(arguments) if answer else 'OK done'}")
        if word == "LOGOUT":
            raise _HangUpError

    def _capability(self, _: str) -> str:
        self._say(f"* CAPABILITY {self.told.capabilities}")
        return "OK done"

    def _login(self, arguments: str) -> str:
        return "OK in" if SECRET in arguments else "NO [AUTHENTICATIONFAILED] wrong"

    def _authenticate(self, mechanism: str) -> str:
        self._say("+ ")
        given = base64.b64decode(self.rfile.readline()).decode()
        if mechanism == "PLAIN":
            return "OK in" if given == f"\0{USER}\0{SECRET}" else "NO wrong"
        if given == f"user={USER}\1auth=Bearer {TOKEN}\1\1":
            return "OK in"
        self._say("+ " + base64.b64encode(b'{"status":"400"}').decode())
        self.rfile.readline()
        return "NO [AUTHENTICATIONFAILED] expired"

    def _examine(self, _: str) -> str:
        validities = self.told.validities
        validity = validities.pop(0) if len(validities) > 1 else validities[0]
        self._say(f"* {len(self.told.mails)} EXISTS", f"* OK [UIDVALIDITY {validity}] now")
        return "OK [READ-ONLY] done"

    def _search(self, criteria: str) -> str:
        wanted = sorted(self.told.mails)
        if asked := re.search(r"UID (\d+)", criteria):
            wanted = [uid for uid in wanted if uid == int(asked[1])]
        if asked := re.search(r'HEADER "?Message-ID"? "([^"]+)"', criteria, re.IGNORECASE):
            there = [one for one in self.told.appended if asked[1].encode() in one[2]]
            wanted = [1] if there else []
        self._say("* SEARCH " + " ".join(map(str, wanted)))
        return "OK done"

    def _list(self, _: str) -> str:
        self._say(*(f"* LIST {one}" for one in self.told.folders))
        return "OK done"

    def _append(self, arguments: str) -> str:
        folder, flags, size = re.fullmatch(r"(.+?) (\(.*?\)) .*\{(\d+)\}", arguments).groups()  # type: ignore[union-attr]
        self._say("+ go on")
        data = self.rfile.read(int(size))
        self.rfile.readline()
        self.told.appended.append((folder, flags, data))
        return "OK [APPENDUID 1 1] taken"

    def _fetch(self, arguments: str) -> str:
        numbers, _, what = arguments.partition(" ")
        uids = [int(one) for one in numbers.split(",")]
        self._say(*self.told.unasked)
        is_body = "BODY.PEEK[]" in what
        refused = {uid: self.told.refused[uid] for uid in uids if uid in self.told.refused}
        if not is_body and self.told.refused_headers.intersection(uids):
            return "NO [SERVERBUG] one of them is broken"
        if is_body and refused:
            return self._refusal(uids[0], refused[uids[0]])
        for uid in uids:
            if uid in self.told.mails:
                self._tell(uid, what)
        return "OK done"

    def _refusal(self, uid: int, how: str) -> str:
        if how == "BYE":
            self._say("* BYE this mail kills me")
            raise _HangUpError
        if how in ("NO", "BAD"):
            return f"{how} [UNAVAILABLE] not now"
        if how != "empty":
            self._say(f"* {uid} FETCH (UID {uid} BODY[] {how})")
        return "OK done"

    def _tell(self, uid: int, what: str) -> None:
        data = self.told.mails[uid]
        fields = [f"UID {uid}"]
        if "INTERNALDATE" in what:
            fields += [f'INTERNALDATE "{self.told.date}"', f"RFC822.SIZE {len(data)}"]
        if "BODYSTRUCTURE" in what:
            fields.append(f"BODYSTRUCTURE {_structure(email.message_from_bytes(data))}")
        body = None
        if "BODY.PEEK[]" in what:
            body = ("BODY[]", data)
        elif "HEADER" in what:
            body = (
                "BODY[HEADER.FIELDS (FROM SUBJECT)]",
                data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n",
            )
        start = f"* {uid} FETCH ({' '.join(fields)}".encode()
        if body:
            self.wfile.write(start + f" {body[0]} {{{len(body[1])}}}\r\n".encode() + body[1])
            self._say(")")
        else:
            self._say(start.decode() + ")")

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


def _structure(part: Message) -> str:
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        inside = "".join(_structure(one) for one in part.get_payload())  # type: ignore[arg-type]
        return f'({inside} "{part.get_content_subtype()}" NIL NIL NIL)'
    kind = f'"{part.get_content_maintype()}" "{part.get_content_subtype()}"'
    disposition = part.get_content_disposition()
    how = f'("{disposition}" {_parameters(part, "content-disposition")})' if disposition else "NIL"
    return f'({kind} {_parameters(part, "content-type")} NIL NIL "base64" 100 NIL {how} NIL NIL)'


def _parameters(part: Message, header: str) -> str:
    raw = re.findall(r';\s*([\w*]+)=("[^"]*"|[^;\s]+)', part.get(header, ""))
    pairs = " ".join(f'"{name}" "{value.strip(chr(34))}"' for name, value in raw)
    return f"({pairs})" if pairs else "NIL"
