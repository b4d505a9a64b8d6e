"""Options and fixtures that every area shares."""

from pathlib import Path

import pytest

from kskt_excel.model.forms import Forms
from kskt_excel.model.plan import Plan
from tests import builders


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--golden-update", action="store_true", help="rewrite the golden text dumps, then review"
    )


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
