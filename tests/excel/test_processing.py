import hashlib
import pickle

import pytest

from kskt_excel.messages import sentence
from kskt_excel.model.packed import unpack_checked
from kskt_excel.model.submission import Verdict
from kskt_excel.worker.file_task import check_file
from kskt_excel.worker.pool import CHECK_TASK, Failure, FileContext, Workers, failed_check
from tests import builders
from tests.checked import check_one
from tests.excel import samples

CONTEXT = FileContext(builders.small_plan(), builders.forms())


def test_a_filled_workbook_is_read_and_checked_in_one_go() -> None:
    data = samples.filled()
    checked = check_one(CONTEXT, data, "QLCNH.xlsx")
    assert checked.sha256 == hashlib.sha256(data).hexdigest()
    assert checked.reading
    assert checked.reading.identity.unit == "QLCNH"
    assert checked.content_sha256


def test_a_file_that_is_no_workbook_has_a_verdict_of_its_own() -> None:
    checked = check_one(CONTEXT, b"%PDF-1.7", "QLCNH.pdf")
    assert checked.verdict == Verdict.UNREADABLE
    assert [found.code for found in checked.findings] == ["file.scan"]


def test_workers_give_what_the_same_work_gives_here() -> None:
    jobs = [("filled", "QLCNH.xlsx", samples.filled()), ("pdf", "a.pdf", b"%PDF"),
            ("blank", "QLCNH.xlsx", samples.blank("QLCNH"))]  # fmt: skip
    with Workers(CHECK_TASK, pickle.dumps(CONTEXT), processes=2) as workers:
        answers = dict(workers.run(jobs))
    for key, name, data in jobs:
        assert answers[key] == check_file(CONTEXT, data, name)
        answer = answers[key]
        assert isinstance(answer, bytes)
        assert unpack_checked(answer) == check_one(CONTEXT, data, name)


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (Failure("died"), "file.reader_died"),
        (Failure("timeout"), "file.too_slow"),
        (Failure("memory"), "file.too_heavy"),
    ],
)
def test_a_failure_is_a_sentence(failure: Failure, code: str) -> None:
    checked = failed_check(b"x", "VP.xlsx", failure)
    assert checked.verdict == Verdict.UNREADABLE
    assert [found.code for found in checked.findings] == [code]
    assert "VP.xlsx" in sentence(checked.findings[0])
