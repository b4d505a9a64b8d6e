"""Replies to a unit as the tests ask for them, and what they say."""

import datetime as dt
import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

from kskt_excel.consolidation.standings import sending_deadline
from kskt_excel.mail import letters
from kskt_excel.messages import finding
from kskt_excel.model.book import CellRef
from kskt_excel.model.calendar import VIETNAM
from kskt_excel.model.finding import Finding, Severity
from kskt_excel.model.period import Period
from kskt_excel.model.plan import Plan
from kskt_excel.model.reading import Reading
from kskt_excel.model.submission import MailEnvelope, Submission, Verdict
from tests.builders import forms, reading, record, sheet, small_plan

PERIOD = Period.quarter(2022, 1)
NOW = dt.datetime(2022, 3, 14, 9, 0, tzinfo=VIETNAM)
LATE = dt.datetime(2022, 3, 17, 9, 0, tzinfo=VIETNAM)
FAULT = CellRef("Hồ sơ", 9, 5)
MARKED = (
    "Báo cáo quý I của Phòng Quản lý chuyên ngành – CẦN SỬA.xlsx",
    b"PK\x03\x04" + b"\0" * 99,
)


@cache
def usual_letters() -> letters.Letters:
    return letters.load_letters(Path(__file__).parent / "khong-co")


def book() -> Reading:
    return reading(
        sheet(
            "ho-so",
            record(8, "2.002385", procedure="2.002385", name="Khai báo", received_online=1234),
            record(9, "2.002380", ["received_online"], procedure="2.002380", name="Cấp phép"),
            record(10, "1.003542", procedure="1.003542", name="<b>Giám định</b>"),
        )
    )


def error(at: CellRef = FAULT, given: str = "12 hồ sơ") -> Finding:
    return finding("value.count.not_a_number", at, given=given)


def warning() -> Finding:
    return replace(error(CellRef("Hồ sơ", 8, 5)), severity=Severity.WARNING)


def submission(verdict: Verdict = Verdict.RETURNED, **changed: Any) -> Submission:
    one = Submission(
        unit="QLCNH",
        period="2022-Q1",
        version=2,
        verdict=verdict,
        file="Báo cáo.xlsx",
        sha256="3f2a91bc" + "0" * 56,
        received_at=dt.datetime(2022, 3, 14, 1, 30, tzinfo=dt.UTC),
        late_days=0,
        findings=(),
        mail=MailEnvelope("<a1@tinh.gov.vn>", "ai@la.vn", "BC", ("<dau@tinh.gov.vn>",)),
    )
    return replace(one, **changed)


def reply(
    *findings: Finding,
    sent: Submission | None = None,
    plan: Plan | None = None,
    unit: str = "QLCNH",
    **changed: Any,
) -> letters.Draft:
    plan = plan or small_plan()
    given: dict[str, Any] = {
        "reading": book(),
        "attachment": MARKED,
        "deadline": sending_deadline(plan, PERIOD),
        "now": NOW,
        "decisions": {},
    }
    return letters.reply(
        letters=usual_letters(),
        plan=plan,
        forms=forms(),
        unit=plan.unit_by_code.get(unit),
        period=PERIOD,
        submission=sent or submission(),
        findings=findings,
        **{**given, **changed},
    )


def as_mail(draft: letters.Draft) -> EmailMessage:
    mail = email.message_from_bytes(draft.data, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def text_of(draft: letters.Draft, kind: str = "plain") -> str:
    part = as_mail(draft).get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def paragraphs(draft: letters.Draft) -> list[str]:
    return text_of(draft).strip().split("\n\n")
