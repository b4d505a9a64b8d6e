"""What every area shares: how examples are searched, and the fixtures of the sample."""

import gc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kskt_excel.model.forms import Forms
from kskt_excel.model.plan import Plan
from tests import builders

# A verdict must not depend on the day or on how busy the machine is: examples are the same in every
# run and none is refused for being slow. ``pytest --hypothesis-profile search`` looks for new ones;
# it is run before a release, and what it finds becomes an ``@example``.
settings.register_profile(
    "repeat",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "search", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeat")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--spawn", action="store_true", help="start workers as Windows does, by spawning them"
    )


def pytest_configure(config: pytest.Config) -> None:
    """With ``--spawn`` no worker is forked."""
    if config.getoption("--spawn"):
        from kskt_excel.worker import pool

        pool._may_fork = lambda: False


def pytest_collection_finish() -> None:
    """The collector leaves the collected tests alone, and looks as seldom as under ``kskt``."""
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture(scope="session")
def plan() -> Plan:
    return builders.small_plan()


@pytest.fixture(scope="session")
def forms() -> Forms:
    return builders.forms()


@pytest.fixture(scope="session")
def repository() -> Path:
    """The repository, which is a workspace with the sample quarter."""
    return Path(__file__).parents[1]
