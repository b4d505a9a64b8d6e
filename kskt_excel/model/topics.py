"""What report and tracker speak of (nội dung), and what must stand in a form that holds it.

A definition says with ``holds`` what stands there: of a printed form each of its columns, of a
unit's sheet the sheet as a whole. Who speaks of it asks for that and for no form by its id.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_FIGURES: Final[Mapping[str, tuple[str, ...]]] = {
    "drafts": ("procedures", "texts", "new", "amended", "ended", "resolutions", "decisions"),
    "issued": (
        *("procedures", "texts", "new", "amended", "replaced", "abolished"),
        *("resolutions", "decisions"),
    ),
    "published": (
        *("decisions", "procedures", "new", "amended", "replaced", "abolished"),
        *("entered", "withdrawn"),
    ),
    "review": (
        *("planned", "reviewed", "kept", "amended", "replaced", "abolished", "other"),
        *("texts", "by_province", "to_ministry", "cost_cut", "decision"),
    ),
    "feedback": (
        *("received", "on_conduct", "on_rules", "carried", "settled", "pending", "published"),
        *("in_time", "late", "extended"),
    ),
    "dossiers": (
        *("received", "online", "direct", "carried"),
        *("settled", "early", "on_time", "settled_late"),
        *("pending", "pending_in_time", "pending_late"),
    ),
    "one_stop": (
        *("procedures", "at_one_stop", "with_process", "with_e_process", "whole_at_centre"),
        *("non_territorial", "interlinked"),
    ),
    "online": (
        *("procedures", "online", "partly", "wholly", "on_national_portal", "used"),
        *("received", "received_online", "with_fee", "paid_online", "digitised", "e_result"),
        *("postal_in", "postal_out", "accounts"),
    ),
    "in_good_time": (
        *("submission_due", "submitted", "announcement_due", "announced"),
        *("texts_due", "texts"),
    ),
    "complaint_places": ("places", "checked"),
    "non_territorial": ("announced",),
    "contact_units": ("by_decision",),
}
FIGURES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {topic: tuple(f"{topic}.{one}" for one in names) for topic, names in _FIGURES.items()}
)
"""The figures of each topic that a printed form holds: ``dossiers.received`` …"""
WORDED: Final[Mapping[str, str]] = MappingProxyType(
    {"review.cost_cut": "percent", "review.decision": "text"}
)
"""Figures that are no counts, with the type of their column."""
REGISTERS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "legal_texts": {
            "draft_name": ("text", "long_text"),
            "impact_assessed": ("yes_no",),
            "document": ("document", "text"),
            "issued_on": ("date",),
        },
        "announcements": {
            "province_decision": ("document", "text"),
            "province_decided_on": ("date",),
        },
        "procedures": dict.fromkeys(
            ("at_one_stop", "whole_process_at_centre", "posted", "on_website"), ("yes_no",)
        ),
        "late_dossiers": {
            "dossier": ("dossier", "text"),
            "reason": ("choice", "text", "long_text"),
            "apology_number": ("document", "text"),
        },
        "communication": {
            "activity": ("text", "long_text"),
            "form": ("choice", "text"),
            "held_on": ("date",),
            "quantity": ("count",),
            "planned": ("yes_no",),
        },
        "initiatives": {"title": ("text", "long_text"), "recognised": ("yes_no",)},
        "inspections": {
            "inspection": ("text", "long_text"),
            "inspected_unit": ("unit", "text"),
            "held_on": ("date",),
            "conclusion": ("text", "long_text", "choice"),
            "shortcomings": ("count",),
            "remedied": ("count",),
        },
        "announced_lists": {"list": ("choice", "text"), "decision": ("document", "text")},
        "officers": {"full_name": ("text",), "decision": ("document", "text")},
        "progress": {"task": ("task",), "status": ("choice",)},
        "issues": {"difficulty": ("text", "long_text"), "proposal": ("text", "long_text")},
        "directions": {"number": ("text",), "result": ("text", "long_text")},
    }
)
"""The topics that a unit's sheet holds: columns without which nothing can be said, their types."""


def topic_of(figure: str) -> str:
    """``dossiers`` of ``dossiers.received``."""
    return figure.partition(".")[0]
