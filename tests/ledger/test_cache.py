"""The cache saves time and can neither lie nor stop a run."""

import datetime as dt
import hashlib
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kskt_excel.ledger.cache import Cache, nouns_sha256
from kskt_excel.model.reading import Value
from kskt_excel.report.page import PageCell, PageColumn, PageRow, PageTable

SHA = hashlib.sha256(b"a").hexdigest()
KEYS = st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(["plan 1", "plan 2"]))


def filled(folder: Path, results: dict[tuple[str, str], bytes]) -> Path:
    with Cache(folder) as cache:
        for (sha256, context), result in results.items():
            cache.put(sha256, context, result)
    return folder / "ket-qua.sqlite"


def test_a_result_is_there_at_once_and_in_the_next_run(tmp_path: Path) -> None:
    with Cache(tmp_path / "sâu" / "cache") as cache:
        assert cache.get(SHA, "plan 1") is None
        cache.put(SHA, "plan 1", b"result")
        assert cache.get(SHA, "plan 1") == b"result"
    with Cache(tmp_path / "sâu" / "cache") as cache:
        assert cache.get(SHA, "plan 1") == b"result"
        assert cache.get(SHA, "plan 2") is None


@settings(max_examples=30, deadline=None)
@given(writes=st.lists(st.tuples(KEYS, st.binary(max_size=300)), max_size=20), place=st.data())
def test_what_it_gives_is_what_was_put_last_whatever_befalls_the_file(
    tmp_path_factory: pytest.TempPathFactory,
    writes: list[tuple[tuple[str, str], bytes]],
    place: st.DataObject,
) -> None:
    folder = tmp_path_factory.mktemp("cache")
    last = dict(writes)
    path = filled(folder, last)
    damaged = bytearray(path.read_bytes())
    for _ in range(place.draw(st.integers(0, 5))):
        damaged[place.draw(st.integers(0, len(damaged) - 1))] ^= 0xFF
    cut = place.draw(st.sampled_from([len(damaged), len(damaged), len(damaged) // 2, 10, 0]))
    path.write_bytes(damaged[:cut])
    with Cache(folder) as cache:
        for sha256, context in {("a", "plan 1"), ("b", "plan 2"), *last}:
            found = cache.get(sha256, context)
            assert found is None or found == last[sha256, context]
        cache.put("new", "plan 1", b"after")
        assert cache.get("new", "plan 1") == b"after"


@pytest.mark.parametrize("junk", [b"", b"not a database", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_cache_is_begun_anew(tmp_path: Path, junk: bytes) -> None:
    (tmp_path / "ket-qua.sqlite").write_bytes(junk)
    filled(tmp_path, {(SHA, "plan"): b"result"})
    with Cache(tmp_path) as cache:
        assert cache.get(SHA, "plan") == b"result"


def test_a_cache_of_another_layout_is_emptied(tmp_path: Path) -> None:
    path = filled(tmp_path, {(SHA, "plan"): b"result"})
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with Cache(tmp_path) as cache:
        assert cache.get(SHA, "plan") is None


def test_what_is_dropped_is_gone_also_before_it_was_written(tmp_path: Path) -> None:
    filled(tmp_path, {("a", "plan"): b"1", ("b", "plan"): b"2", ("a", "other"): b"3"})
    with Cache(tmp_path) as cache:
        cache.put("c", "plan", b"4")
        cache.drop(["a", "c", "never there"], "plan")
        assert [cache.get(one, "plan") for one in "abc"] == [None, b"2", None]
    with Cache(tmp_path) as cache:
        assert [cache.get(one, "plan") for one in "abc"] == [None, b"2", None]
        assert cache.get("a", "other") == b"3"
    Cache(None).drop(["a"], "plan")


def test_where_no_file_can_be_made_there_is_silently_no_cache(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    with Cache(tmp_path / "x" / "cache") as cache:
        cache.put(SHA, "plan", b"result")
        assert cache.get(SHA, "plan") == b"result"
    assert (tmp_path / "x").read_bytes() == b""


def test_while_another_program_writes_it_is_passed_over(tmp_path: Path) -> None:
    path = filled(tmp_path, {(SHA, "plan"): b"result"})
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with Cache(tmp_path) as cache:
            assert cache.get(SHA, "plan") is None
            cache.put("b", "plan", b"other")
    finally:
        other.execute("ROLLBACK")
        other.close()
    with Cache(tmp_path) as cache:
        assert cache.get(SHA, "plan") == b"result"


def test_twelve_thousand_results_are_all_found_again(tmp_path: Path) -> None:
    names = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(12_000)]
    filled(tmp_path, {(name, "plan"): name.encode() * 16 for name in names})
    with Cache(tmp_path) as cache:
        assert all(cache.get(name, "plan") for name in names)


def _page(*values: Value) -> tuple[str, tuple[tuple[PageTable, ...], ...]]:
    """A table as deep in a page as printed ones are."""
    row = PageRow(tuple(PageCell(one) for one in values))
    return "Biểu", ((PageTable((PageColumn(("a",)),), (row,)),),)


_VALUES: tuple[Value, ...] = (0, 1, 1.0, True, False, None, "1", "", "None", "\ud800")
_DAYS: tuple[Value, ...] = (dt.date(2022, 3, 14), dt.date(2022, 3, 15), "2022-03-14")


def test_pages_have_one_hash_where_they_say_the_same_and_another_where_they_do_not() -> None:
    said = [(one,) for one in (*_VALUES, *_DAYS)]
    said += [("a", "b"), ("ab", ""), ("", "ab"), (1, _DAYS[0]), (True, _DAYS[0])]
    names = [nouns_sha256(_page(*values)) for values in said]
    assert len(set(names)) == len(names)
    assert names == [nouns_sha256(_page(*values)) for values in said]
    once, twice = ("xy" * count for count in (2, 2))  # equal, not one object
    assert nouns_sha256(_page(once, once)) == nouns_sha256(_page(once, twice))
