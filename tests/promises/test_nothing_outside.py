"""P11: during a run over hostile files nothing is written outside the workspace, nothing is asked
of the network; the system's folder for temporary files is used and left clean.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.promises.scene import workspace
from tests.promises.test_any_inbox import hostile

pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")  # one of the attacks

_PROGRAM = """
import os, socket, sys
root, log = sys.argv[2], sys.argv.pop()
temporary = os.environ["TMPDIR"]
writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
changes = {"os.rename": 2, "os.remove": 1, "os.mkdir": 1, "os.rmdir": 1, "os.chmod": 1,
    "os.link": 2, "os.symlink": 2, "os.truncate": 1, "os.chown": 1, "os.utime": 1}
note = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def is_ours(path):
    if isinstance(path, int):
        return True
    whole = os.path.realpath(os.fsdecode(path))
    return whole.startswith((root + os.sep, temporary + os.sep)) or whole in (root, os.devnull)

def told(words):
    with_log = os.dup(note) if quiet == 0 else os.open(log, os.O_WRONLY | os.O_APPEND)
    os.write(with_log, (words + "\\n").encode("utf-8", "replace"))
    os.close(with_log)

quiet = 0
inside = False

def hook(event, arguments):
    global quiet, inside
    if inside:
        return
    inside = True
    try:
        if event == "open" and isinstance(arguments[2], int) and arguments[2] & writes:
            if not is_ours(arguments[0]):
                told(f"{event} {arguments[0]}")
        elif event in changes:
            for path in arguments[: changes[event]]:
                if not is_ours(path):
                    told(f"{event} {path}")
        elif event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "imaplib.")):
            is_a_pipe = event == "socket.__new__" and arguments[1] == socket.AF_UNIX
            if event != "socket.gethostname" and not is_a_pipe:
                told(event)
        elif event in ("os.system", "subprocess.Popen", "os.exec", "os.posix_spawn"):
            told(event)
        elif event == "os.fork":
            quiet = 1  # a worker closes what it inherited: it opens the log by its name
    finally:
        inside = False

sys.addaudithook(hook)
sys.dont_write_bytecode = True
from kskt_excel.cli import main
main()
"""


def test_nothing_is_written_elsewhere_and_nobody_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = workspace(tmp_path / "ws", "03-van-phong.eml", "06-qlkh.eml")
    for number, (name, data) in enumerate(hostile().items()):
        (folder / "workbooks" / "inbox" / f"{number:02d} {name}").write_bytes(data)
    temporary, log = tmp_path / "temporary", tmp_path / "told.txt"
    temporary.mkdir()
    outside = {path for path in tmp_path.rglob("*") if not path.is_relative_to(folder)}
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    arguments = ("-C", folder, "consolidate", "2022-Q1", "--as-of", "2022-03-18", "--no-pdf")
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *map(str, arguments), str(log)],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    assert log.read_text(encoding="utf-8").splitlines() == []
    left = {path for path in tmp_path.rglob("*") if not path.is_relative_to(folder)}
    assert left - outside == {log}


def test_the_watch_sees_what_it_is_meant_to_see(tmp_path: Path) -> None:
    """The same watch over a program that writes outside, asks the network and starts others."""
    log = tmp_path / "told.txt"
    bad = (
        "import os, socket\n"
        "open(os.path.join(os.path.dirname(root), 'x'), 'w').close()\n"
        "socket.socket().close()\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    os.mkdir(os.path.join(os.path.dirname(root), 'y')); os._exit(0)\n"
        "os.waitpid(child, 0)\n"
    )
    program = _PROGRAM.replace("from kskt_excel.cli import main\nmain()\n", bad)
    root = tmp_path / "ws"
    root.mkdir()
    subprocess.run(
        [sys.executable, "-c", program, "-C", str(root), str(log)],
        check=True,
        env={"TMPDIR": str(root)},
    )
    told = log.read_text(encoding="utf-8").split("\n")
    assert [line.split()[0] for line in told if line] == ["open", "socket.__new__", "os.mkdir"]
