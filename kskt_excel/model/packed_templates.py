"""Plan, forms and regimes as bytes, for the next run; made of nouns of this folder alone."""

import dataclasses
import io
import pickle
from enum import Enum
from importlib import import_module
from typing import Any, NamedTuple

from kskt_excel.model.forms import Forms
from kskt_excel.model.plan import Plan
from kskt_excel.model.regime import Regimes

_NOUNS = "kskt_excel.model."
_DAMAGE = (
    pickle.UnpicklingError,
    AttributeError,
    EOFError,
    ImportError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
)


class Templates(NamedTuple):
    """What a workspace's templates say for a year (mẫu đã đọc)."""

    plan: Plan
    forms: Forms
    regimes: Regimes


def pack_templates(templates: Templates) -> bytes:
    """The templates as they were made; what they have worked out since stays behind."""
    target = io.BytesIO()
    _Packer(target, protocol=5).dump(tuple(templates))
    return target.getvalue()


def unpack_templates(packed: bytes) -> Templates | None:
    """The templates of ``pack_templates``; None of anything else, of which nothing is run."""
    try:
        found = _Unpacker(io.BytesIO(packed)).load()
    except _DAMAGE:
        return None
    kinds = (Plan, Forms, Regimes)
    if not isinstance(found, tuple) or tuple(map(type, found)) != kinds:
        return None
    return Templates(*found)


class _Packer(pickle.Pickler):
    def reducer_override(self, noun: object) -> Any:
        if isinstance(noun, type) or not dataclasses.is_dataclass(noun):
            return NotImplemented
        if not hasattr(noun, "__dict__"):  # with slots it has nothing but its fields
            return NotImplemented
        return type(noun), tuple(getattr(noun, one.name) for one in dataclasses.fields(noun))


class _Unpacker(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Days and nouns only: a folder that several people write to must not bring programs."""
        if (module, name) == ("datetime", "date"):
            return super().find_class(module, name)
        found = getattr(import_module(module), name) if module.startswith(_NOUNS) else None
        if isinstance(found, type) and (dataclasses.is_dataclass(found) or issubclass(found, Enum)):
            return found
        raise pickle.UnpicklingError(f"{module}.{name}")
