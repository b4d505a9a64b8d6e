"""Generated reports that are right: what a careful unit might send."""

import datetime as dt
from collections.abc import Mapping

from hypothesis import strategies as st

from kskt_excel.model.plan import Procedure
from kskt_excel.model.reading import Record, SheetReading, SheetState, Value
from kskt_excel.model.submission import UnitReport
from tests.builders import record, sheet, small_plan
from tests.consolidation.tables import report

PLAN = small_plan()
_SMALL = st.integers(0, 6)
_FIELDS = st.sampled_from(PLAN.fields)
_DECISIONS = st.sampled_from((None, "512/QĐ-UBND", "600/QĐ-UBND"))


def _choices(list_id: str) -> st.SearchStrategy[str]:
    return st.sampled_from([choice.value for choice in PLAN.choices[list_id]])


@st.composite
def _dossiers(draw: st.DrawFn, procedure: Procedure) -> Mapping[str, Value]:
    settled = {
        name: draw(_SMALL)
        for name in ("resolved_early", "resolved_on_time", "returned", "resolved_overdue")
    }
    pending = {
        name: draw(_SMALL) for name in ("pending_in_time", "pending_paused", "pending_overdue")
    }
    left = sum(settled.values()) + sum(pending.values())
    received = {}
    for name in ("received_online", "received_direct", "received_postal"):
        received[name] = draw(st.integers(0, left))
        left -= received[name]
    return {"procedure": procedure.code, "field": procedure.field, "carried_over": left} | {
        **received,
        **settled,
        **pending,
    }


@st.composite
def _flags(draw: st.DrawFn, procedure: Procedure) -> Mapping[str, Value]:
    at_one_stop, has_fee = draw(st.booleans()), draw(st.booleans())
    return {
        "procedure": procedure.code,
        "field": procedure.field,
        "at_one_stop": at_one_stop,
        "interlinked": draw(st.booleans()),
        "online_level": draw(st.sampled_from(("Mức độ 3", "Mức độ 4", "Một phần", "Toàn trình"))),
        "on_national_portal": draw(st.booleans()),
        "has_fee": has_fee,
        "online_payment": has_fee and draw(st.booleans()),
        "internal_process": "7/QĐ-UBND" if at_one_stop and draw(st.booleans()) else None,
        "e_process": draw(st.booleans()),
        "whole_process_at_centre": at_one_stop and draw(st.booleans()),
        "non_territorial": draw(st.booleans()),
        "posted": draw(st.booleans()),
        "on_website": draw(st.booleans()),
    }


@st.composite
def _online(draw: st.DrawFn, procedure: Procedure) -> Mapping[str, Value]:
    level3, level4, offline = draw(_SMALL), draw(_SMALL), draw(_SMALL)
    received = level3 + level4 + offline
    with_fee = draw(st.integers(0, received))
    return {
        "procedure": procedure.code,
        "field": procedure.field,
        "received": received,
        "online": level3 + level4,
        "level3": level3,
        "level4": level4,
        "with_fee": with_fee,
        "paid_online": draw(st.integers(0, with_fee)),
        "digitised": draw(st.integers(0, received)),
        "e_result": draw(_SMALL),
        "postal_in": draw(_SMALL),
        "postal_out": draw(_SMALL),
        "accounts": draw(_SMALL),
    }


@st.composite
def _feedback(draw: st.DrawFn) -> Mapping[str, Value]:
    received = draw(st.dates(dt.date(2021, 12, 1), dt.date(2022, 3, 14)))
    finished = draw(st.none() | st.dates(received, dt.date(2022, 3, 14)))
    return {
        "received_on": received,
        "classification": draw(_choices("phan_loai_pakn")),
        "field": draw(_FIELDS),
        "carried_over": draw(st.booleans()),
        "due_on": draw(st.none() | st.dates(received, dt.date(2022, 4, 14))),
        "finished_on": finished,
        "published": finished is not None and draw(st.booleans()),
        "extended": draw(st.booleans()),
    }


@st.composite
def _publication(draw: st.DrawFn) -> Mapping[str, Value]:
    decision = draw(_DECISIONS)
    decided = draw(st.dates(dt.date(2021, 12, 15), dt.date(2022, 3, 14))) if decision else None
    return {
        "province_decision": decision,
        "province_decided_on": decided,
        "procedure": draw(st.sampled_from([one.code for one in PLAN.procedures])),
        "change_kind": draw(_choices("loai_cong_bo")),
        "national_db_on": decided,
    }


@st.composite
def _legal_text(draw: st.DrawFn) -> Mapping[str, Value]:
    counts = ("new_count", "amended_count", "replaced_count", "abolished_count")
    return {
        "document_type": draw(_choices("loai_vbqppl")),
        **{name: draw(_SMALL) for name in counts},
        "impact_assessed": draw(st.booleans()),
        "document": draw(st.sampled_from((None, "06/2022/QĐ-UBND", "09/2022/NQ-HĐND"))),
    }


@st.composite
def _review(draw: st.DrawFn, procedure: Procedure) -> Mapping[str, Value]:
    reviewed = draw(st.booleans())
    option = draw(_choices("phuong_an")) if reviewed else None
    changes = reviewed and option != "Giữ nguyên"
    return {
        "procedure": procedure.code,
        "planned": True,
        "reviewed": reviewed,
        "option": option,
        "legal_texts": draw(_SMALL),
        "authority": draw(_choices("tham_quyen")) if changes else None,
        "cost_cut_percent": draw(st.none() | st.sampled_from((0.0, 12.5, 30.0))),
        "decision": draw(_DECISIONS),
    }


def _sheet(form: str, rows: list[Mapping[str, Value]]) -> SheetReading:
    records: list[Record] = [
        record(8 + place, str(values.get("procedure", place)), **values)
        for place, values in enumerate(rows)
    ]
    return sheet(form, *records, state=SheetState.FILLED if records else SheetState.NIL)


@st.composite
def _sheets(draw: st.DrawFn, unit: str) -> tuple[SheetReading, ...]:
    own = PLAN.procedures_of(unit)
    registers = {"pakn": _feedback, "cong-bo": _publication, "vbqppl": _legal_text}
    by_procedure = {
        "danh-muc": _flags,
        "ho-so": _dossiers,
        "truc-tuyen": _online,
        "ra-soat": _review,
    }
    typed = [_sheet(form, draw(st.lists(made(), max_size=3))) for form, made in registers.items()]
    given = [
        _sheet(form, [draw(made(one)) for one in own]) for form, made in by_procedure.items() if own
    ]
    return (*typed, *given)


@st.composite
def reports(draw: st.DrawFn, period: str = "2022-Q1") -> list[UnitReport]:
    """What some of the plan's units send for a quarter."""
    units = draw(st.lists(st.sampled_from([one.code for one in PLAN.units]), unique=True))
    return [report(unit, *draw(_sheets(unit)), period=period) for unit in units]
