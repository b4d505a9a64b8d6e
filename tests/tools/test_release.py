"""What a release rests on: version, dated changes, tested versions, files that others look for."""

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from kskt_excel import __version__
from tests.builders import ROOT
from tests.sample_files import tool


@pytest.fixture(scope="module")
def release() -> Any:
    return tool("release")


def test_the_version_is_the_one_of_the_package(release: Any) -> None:
    assert release.version() == __version__
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {__version__}" in citation


def test_a_version_without_a_dated_heading_is_not_released(release: Any) -> None:
    release.check_changes("1.2.0", "# Thay đổi\n\n## 1.2.0 – 05/04/2027\n")
    for changes in ("## 1.2.0\n", "## 1.2.1 – 05/04/2027\n"):
        with pytest.raises(release.ReleaseError, match=r"1\.2\.0"):
            release.check_changes("1.2.0", changes)


def test_the_tested_versions_fit_what_the_package_asks_for() -> None:
    lines = (ROOT / "requirements-tested.txt").read_text(encoding="utf-8").splitlines()
    tested = {
        canonicalize_name(name): version
        for name, _, version in (line.partition("==") for line in lines if not line.startswith("#"))
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"]]
    for name in ("crypto", "keyring", "msg", "parquet", "server"):
        asked += extras[name]
    for need in map(Requirement, asked):
        assert need.specifier.contains(tested[canonicalize_name(need.name)]), need


def test_checksums_cover_every_file(release: Any, tmp_path: Any) -> None:
    (tmp_path / "a.whl").write_bytes(b"a")
    (tmp_path / "b.pyz").write_bytes(b"b")
    text = release.checksums(tmp_path).read_text(encoding="utf-8")
    assert re.findall(r"^[0-9a-f]{64}  (\S+)$", text, re.MULTILINE) == ["a.whl", "b.pyz"]


@pytest.mark.parametrize(
    "name", ["CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "CITATION.cff"]
)
def test_what_others_look_for_is_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 300
