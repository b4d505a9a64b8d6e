"""A password comes from the environment, then from the keyring; else it is said where to put it."""

import sys
import types

import pytest

from kskt_excel.mail.servers import RECEIVING, SENDING, Keeping, NoPasswordError, password

BOTH = pytest.mark.parametrize("keeping", [RECEIVING, SENDING])


def _keyring(monkeypatch: pytest.MonkeyPatch, kept: dict[tuple[str, str], str]) -> None:
    keyring = types.SimpleNamespace(get_password=lambda service, user: kept.get((service, user)))
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    errors = types.SimpleNamespace(KeyringError=OSError)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)


@BOTH
def test_the_environment_comes_first(keeping: Keeping, monkeypatch: pytest.MonkeyPatch) -> None:
    _keyring(monkeypatch, {(keeping.service, "hoa"): "y"})
    assert password(keeping, "hoa", {keeping.variable: "x"}) == "x"


@BOTH
def test_the_keyring_is_asked_where_there_is_one(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    _keyring(monkeypatch, {(keeping.service, "hoa"): "y"})
    assert password(keeping, "hoa", {}) == "y"
    with pytest.raises(NoPasswordError, match=f"của an.*{keeping.variable}"):
        password(keeping, "an", {})


@BOTH
def test_without_a_password_it_says_where_to_put_it(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(NoPasswordError, match=f"keyring set {keeping.service} hoa"):
        password(keeping, "hoa", {})
