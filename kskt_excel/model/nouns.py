"""Dataclasses, made in a fifth of the time: every command makes hundreds of them first.

``dataclasses`` compiles six small programs for a frozen class; here one is compiled, when the
first noun of the class is made, and what is the same for all is shared (decision 75): a fifth of
``kskt check`` of one file. A type checker, ``fields``, ``replace``, ``asdict`` and ``pickle`` see
a dataclass.
"""

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(noun=None, /, *, frozen=False, slots=False, **more):  # noqa: ANN001, ANN003, ANN201
        """As ``dataclasses.dataclass``: a class that is not ordered is made here."""

        def make(plain):  # noqa: ANN001, ANN202
            if plain.__doc__ is None:  # else ``dataclasses`` works out its signature to show it
                plain.__doc__ = plain.__name__
            if more:
                return dataclasses.dataclass(plain, frozen=frozen, slots=slots, **more)
            return _made(plain, frozen=frozen, slots=slots)

        return make if noun is None else make(noun)


_FACTORY = object()  # an argument that was not given


def _made(plain: type[Any], *, frozen: bool, slots: bool) -> Any:
    own = {name for name, value in vars(plain).items() if value is not None}
    made: Any = dataclasses.dataclass(plain, init=False, repr=False, eq=False, slots=slots)
    fields = dataclasses.fields(made)
    methods = _methods(made, fields)
    if not frozen:
        methods["__hash__"] = None
    for name, method in methods.items():
        if name not in own:
            setattr(made, name, method)
    if not frozen:
        return made
    made.__setattr__ = _refuse_setting
    made.__delattr__ = _refuse_deleting
    if slots:
        made.__getstate__ = _state
        made.__setstate__ = _set_state
    return made


def _methods(
    made: Any, fields: tuple[dataclasses.Field[Any], ...]
) -> dict[str, Callable[..., Any] | None]:
    """The methods that depend on the fields; only the one with arguments has to be compiled."""
    values = _values(*(field.name for field in fields if field.compare))

    def equal(noun: object, other: object) -> Any:
        if other.__class__ is not noun.__class__:
            return NotImplemented
        return values(noun) == values(other)

    def hashed(noun: object) -> int:
        return hash(values(noun))

    def shown(noun: object) -> str:
        made.__repr__ = _repr(fields)  # compiled for the few that are ever shown
        return repr(noun)

    def fill(noun: object, *given: object, **named: object) -> None:
        made.__init__ = _init(made, fields)  # of half the classes a command makes no noun
        made.__init__(noun, *given, **named)

    return {"__init__": fill, "__eq__": equal, "__hash__": hashed, "__repr__": shown}


def _values(*names: str) -> Callable[[object], tuple[object, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda noun: tuple(getattr(noun, name) for name in names)


def _repr(fields: tuple[dataclasses.Field[Any], ...]) -> Callable[[object], str]:
    told = ", ".join(f"{one.name}={{noun.{one.name}!r}}" for one in fields if one.repr)
    shown: Callable[[object], str] = eval(  # noqa: S307 - as in ``_init``
        f"lambda noun: f'{{noun.__class__.__qualname__}}({told})'"
    )
    return shown


def _init(made: type[Any], fields: tuple[dataclasses.Field[Any], ...]) -> Callable[..., None]:
    known: dict[str, Any] = {"_set": object.__setattr__, "_FACTORY": _FACTORY}
    arguments, body = ["self"], []
    for field in fields:
        name = value = field.name
        if field.default_factory is not dataclasses.MISSING:
            known[f"_made_{name}"] = field.default_factory
            value = f"_made_{name}()"
            if field.init:
                arguments.append(f"{name}=_FACTORY")
                value += f" if {name} is _FACTORY else {name}"
        elif field.default is not dataclasses.MISSING:
            known[f"_default_{name}"] = field.default
            arguments.append(f"{name}=_default_{name}")
        elif field.init:
            arguments.append(name)
        else:
            continue
        body.append(f" _set(self,{name!r},{value})")
    if hasattr(made, "__post_init__"):
        body.append(" self.__post_init__()")
    program = "\n".join((f"def __init__({','.join(arguments)}):", *(body or [" pass"])))
    exec(program, known)  # noqa: S102 - as dataclasses does, of names in this program alone
    init: Callable[..., None] = known["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    init.__annotations__ = {field.name: field.type for field in fields if field.init}
    return init


def _refuse_setting(noun: object, name: str, value: object) -> None:  # noqa: ARG001
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deleting(noun: object, name: str) -> None:  # noqa: ARG001
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(noun: Any) -> list[object]:
    return [getattr(noun, field.name) for field in dataclasses.fields(noun)]


def _set_state(noun: Any, state: list[object]) -> None:
    for field, value in zip(dataclasses.fields(noun), state, strict=True):
        object.__setattr__(noun, field.name, value)
