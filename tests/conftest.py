"""What every area shares: how examples are searched, and the fixtures of the sample."""

import datetime as dt
import gc
import hashlib
import itertools
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import defusedxml.ElementTree
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from kskt_excel.excel.book_writer import patched
from kskt_excel.ledger.safeguards import as_keywords
from kskt_excel.model.calendar import in_utc
from kskt_excel.model.forms import Forms
from kskt_excel.model.plan import Plan
from kskt_excel.office import publication
from kskt_excel.worker import pool
from tests import builders, judges
from tests.office import desk_of_tests
from tests.sample_files import told_workbooks

# A verdict must not depend on the day or on how busy the machine is: examples are the same in every
# run and none is refused for being slow. ``.ci/run`` tries twice as many (profile ``more``).
# ``pytest --hypothesis-profile search`` looks for new ones; it is run before a release, and what it
# finds becomes an ``@example``.
settings.register_profile(
    "more",
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("repeat", settings.get_profile("more"), max_examples=50)
settings.register_profile(
    "search",
    max_examples=300,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeat")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--spawn", action="store_true", help="start workers as Windows does, by spawning them"
    )
    parser.addoption(
        "--whole-paper", action="store_true", help="draw all pages where only the first is needed"
    )
    parser.addoption(
        "--exhaustive", action="store_true", help="try all where long tests draw some: for hours"
    )


def pytest_configure(config: pytest.Config) -> None:
    """With ``--spawn`` no worker is forked."""
    if config.getoption("--spawn"):
        pool._may_fork = lambda: False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without ``--exhaustive`` what is marked so is left out."""
    if config.getoption("--exhaustive"):
        return
    left_out = [item for item in items if item.get_closest_marker("exhaustive")]
    items[:] = [item for item in items if item not in {*left_out}]
    config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish() -> None:
    """The collector leaves the collected tests alone, and looks as seldom as under ``kskt``."""
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture(scope="session", autouse=True)
def _nothing_waits_for_the_disk() -> Iterator[None]:
    """What a test writes need not outlive a power failure; each wait is as long as a small test.

    Tests of what is flushed put their own ``os.fsync`` in, or start a program.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def exhaustive(request: pytest.FixtureRequest) -> bool:
    """Whether long tests try every combination; else a part of them, the same in every run."""
    return bool(request.config.getoption("--exhaustive"))


@pytest.fixture(scope="session")
def plan() -> Plan:
    return builders.small_plan()


@pytest.fixture(scope="session")
def forms() -> Forms:
    return builders.forms()


@pytest.fixture(scope="session")
def recalculated_books(
    tmp_path_factory: pytest.TempPathFactory, sample_half: Path
) -> Mapping[str, bytes]:
    """Workbooks of several test files as LibreOffice writes them after it opened them.

    With them those that the sample's first quarter became, by the names of their files.
    """

    def make(folder: Path) -> None:
        judges.recalculated_into(folder, told_workbooks(sample_half))

    folder = _made_once(tmp_path_factory, "recalculated", make)
    return {path.stem: path.read_bytes() for path in folder.glob("*.xlsx")}


@pytest.fixture(scope="session")
def printed_books(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Workbooks of several test files as LibreOffice prints them."""
    folder = _made_once(tmp_path_factory, "printed", judges.printed_into)
    return {path.stem: path for path in (folder / "pdf").glob("*.pdf")}


@pytest.fixture(scope="session", autouse=True)
def _shared_by_all_processes(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What ``desk_of_tests`` makes once, one process makes for all of a run."""
    desk_of_tests.made_once = partial(_made_once, tmp_path_factory)


@pytest.fixture(scope="session")
def products(tmp_path_factory: pytest.TempPathFactory, sample_half: Path) -> Path:
    """A copy of ``sample_half`` with everything else that the program writes; only read."""
    from tests.promises.every_product import write_every_product

    def make(folder: Path) -> None:
        write_every_product(shutil.copytree(sample_half, folder / "ws"))

    return _made_once(tmp_path_factory, "products", make) / "ws"


@pytest.fixture(scope="session")
def sample_half(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's two quarters and half a year, told on the last day of ``SAMPLE_DAYS``.

    It is only read; a test that runs the program in it takes a copy.
    """
    from tests.promises.told_periods import put_sample_together

    def make(folder: Path) -> None:
        put_sample_together(folder / "ws", "2022-6T")

    return _made_once(tmp_path_factory, "sample-half", make) / "ws"


def _made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that one of the processes of a run fills for all of them."""
    root = factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    folder = root / name
    with FileLock(root / f"{name}.lock"):
        if not folder.exists():
            half = Path(tempfile.mkdtemp(dir=root))
            make(half)
            half.rename(folder)
    return folder


@pytest.fixture(scope="session")
def repository() -> Path:
    """The repository, which is a workspace with the sample quarter."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="module")
def read_here(request: pytest.FixtureRequest) -> Iterator[None]:
    """Files are read in the process of the test: what starts for one file costs six of them.

    For tests of what becomes of files. What a worker's own process is for is tried elsewhere;
    ``--spawn`` and ``--whole-paper`` start them here too.
    """
    if request.config.getoption("--spawn") or request.config.getoption("--whole-paper"):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool.Workers, "start", lambda _: None)
        patch.setattr(pool.Workers, "run", _work_here)
        yield


def _work_here(workers: Any, jobs: Iterable[tuple[Any, str, bytes]]) -> Iterator[tuple[Any, bytes]]:
    """The answers of a pool's task, in the order of the jobs."""
    run = pool.find_task(workers._task)
    context = _loaded(workers._context or pool._NO_CONTEXT)
    for key, name, data in jobs:
        yield key, run(context, data, name)


@lru_cache(maxsize=8)
def _loaded(context: bytes) -> Any:
    return pickle.loads(context)  # the plan of this very process


@pytest.fixture(scope="module")
def short_paper(request: pytest.FixtureRequest) -> Iterator[None]:
    """Of a period's pages all contents are made, but only the first is drawn; its report once.

    For tests that look at verdicts, letters and tracker: drawing is half of a run, and is tried
    elsewhere. ``--whole-paper`` draws all here too.
    """
    with _first_pages(request.config):
        yield


@pytest.fixture
def short_paper_here(request: pytest.FixtureRequest) -> Iterator[None]:
    """``short_paper`` for some tests of a module whose others look at all pages."""
    with _first_pages(request.config):
        yield


@contextmanager
def _first_pages(config: pytest.Config) -> Iterator[None]:
    if config.getoption("--whole-paper"):
        yield
        return
    summary = publication._summary

    def first_page(pages: Any, *rest: Any, **named: Any) -> bytes:
        return summary(itertools.islice(pages, 1), *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publication, "_summary", first_page)
        patch.setattr(publication, "_report", _once_drawn_report)
        yield


_draw_report = publication._report
_drawn: dict[bytes, bytes] = {}


def _once_drawn_report(words: Any, template: Path, created: dt.datetime, record: str) -> bytes:
    """The first report that was drawn on a template, with the properties of this one."""
    look = template.read_bytes() if template.is_file() else b""
    if look not in _drawn:
        short = replace(words, blocks=words.blocks[:1], annexes=())
        _drawn[look] = _draw_report(short, template, created, record)
    told = {
        "keywords": as_keywords(record),
        "description": record,
        "subject": hashlib.sha256(repr(words).encode()).hexdigest(),
        "created": in_utc(created).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }

    def with_its_own(name: str, content: bytes) -> bytes:
        if name != "docProps/core.xml":
            return content
        properties = defusedxml.ElementTree.fromstring(content)
        for one in properties:
            one.text = told.get(one.tag.rpartition("}")[2], one.text)
        return ET.tostring(properties)

    return patched(_drawn[look], with_its_own)
