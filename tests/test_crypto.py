"""Sealing: bound to owner, column and row; tokens that differ between sites."""

from __future__ import annotations

import base64
import stat
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.crypto import Keyring, Sealed, WrappedKey, fold, generate_keyring, load_keyring
from intake.errors import ConfigurationError, IntegrityBroken
from intake.models.base import SealedBytes

ROW, OTHER = uuid.uuid4(), uuid.uuid4()


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    """A fresh key ring."""
    return load_keyring(_file(tmp_path_factory.mktemp("keys"), generate_keyring()))


def _file(folder: Path, text: str) -> Path:
    path = folder / "keys.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_can_be_opened(keys: Keyring, text: str) -> None:
    vault, key = keys.new_vault(ROW)

    sealed = vault.seal("clients.given_name", ROW, text)

    assert keys.vault(ROW, key).open("clients.given_name", ROW, sealed) == text
    assert vault.seal("clients.given_name", ROW, text) != sealed


def test_a_value_moved_to_another_row_or_column_is_detected(keys: Keyring) -> None:
    vault, _ = keys.new_vault(ROW)
    sealed = vault.seal("clients.given_name", ROW, "Maya")

    for field, row in (("clients.family_name", ROW), ("clients.given_name", OTHER)):
        with pytest.raises(IntegrityBroken):
            vault.open(field, row, sealed)


def test_a_key_belongs_to_its_owner(keys: Keyring) -> None:
    _, key = keys.new_vault(ROW)

    with pytest.raises(IntegrityBroken):
        keys.vault(OTHER, key)


def test_a_changed_version_is_detected(keys: Keyring) -> None:
    vault, key = keys.new_vault(ROW)
    sealed = vault.seal("clients.given_name", ROW, "Maya")
    later = keys.vault(ROW, WrappedKey(key.wrapped, key.kek_id, 2))

    with pytest.raises(IntegrityBroken):
        later.open("clients.given_name", ROW, sealed)


def test_a_token_tells_the_same_word_only_within_a_site_and_field(keys: Keyring) -> None:
    token = keys.token(ROW, "name", "Zoë")

    assert token == keys.token(ROW, "name", "  ZOE ")
    assert token != keys.token(OTHER, "name", "Zoë")
    assert token != keys.token(ROW, "date_of_birth", "Zoë")
    assert -(2**63) <= token < 2**63


def test_folding_forgets_accents_case_and_spaces() -> None:
    assert fold("  ÉLODIE  D'Arc ") == "elodie d'arc"


def test_plain_text_is_refused_for_a_sealed_column() -> None:
    column = SealedBytes()

    with pytest.raises(TypeError):
        column.process_bind_param(b"Maya", None)  # type: ignore[arg-type] # exactly that is refused
    assert column.process_result_value(b"x", None) == Sealed(b"x")  # type: ignore[arg-type] # no dialect is needed


def test_a_key_ring_never_prints_itself(keys: Keyring) -> None:
    secret = base64.b64encode(keys.kek.key).decode()

    assert secret not in repr(keys)
    assert "key" not in repr(keys.kek).replace("keyring", "").lower()


GOOD = generate_keyring()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "[kek]"),
        ("not toml [", "can't be read"),
        (GOOD.replace("active = 1", "active = 2", 1), "[kek]"),
        (GOOD.replace("active = 1", 'active = "1"', 1), "[kek]"),
        (GOOD.replace('"1" = "', '"1" = "!', 1), "[kek]"),
        (
            f'[kek]\nactive = 1\n"1" = "{base64.b64encode(bytes(32)).decode()}"\n'
            + GOOD.partition("\n\n")[2],
            "default key",
        ),
    ],
)
def test_a_broken_key_ring_is_refused_in_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_keyring(_file(tmp_path, text))

    assert says in refused.value.detail


def test_a_key_ring_that_others_may_write_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, GOOD)
    path.chmod(0o600 | stat.S_IWGRP)

    with pytest.raises(ConfigurationError, match="chmod 600"):
        load_keyring(path)


def test_a_missing_key_ring_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="intake keys generate"):
        load_keyring(tmp_path / "none.toml")
