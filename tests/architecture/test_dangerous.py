"""Does the product run text as code, or use a cipher or hash that is broken?"""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from tests.architecture.source import Source, planted, sources

PRODUCT = ("intake", "worker")
RUNS_TEXT = {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}
UNSAFE_READERS = ("pickle", "marshal", "shelve", "dill", "yaml", "xml", "lxml")
#: Everything encrypted, and every general hash. An authenticator's own HMAC-SHA-1 is in pyotp.
CIPHERS = {"cryptography.hazmat.primitives.ciphers.aead.AESGCM"}
HASHES = {"hashlib.sha256"}


def runs_text(source: Source) -> set[str]:
    """Calls that run a text, or give one to a shell."""
    return {
        name
        for call, name in source.calls()
        if name in RUNS_TEXT
        or any(
            one.arg == "shell" and not (isinstance(one.value, ast.Constant) and not one.value.value)
            for one in call.keywords
        )
    }


def unsafe_readers(source: Source) -> set[str]:
    """Readers that build objects the sender names."""
    return {name for name in source.imports() if name.split(".")[0] in UNSAFE_READERS}


def other_ciphers(source: Source) -> set[str]:
    """Ciphers but for AES-GCM."""
    ciphers = (name for name in source.imports() if ".primitives.ciphers" in name)
    return {name for name in ciphers if name not in CIPHERS}


def other_hashes(source: Source) -> set[str]:
    """General hashes but for SHA-256."""
    from_hashlib = {name for _, name in source.calls() if name.startswith("hashlib.")}
    imported = {name for name in source.imports() if name.startswith("hashlib.")}
    return (from_hashlib | imported) - HASHES


RULES = (runs_text, unsafe_readers, other_ciphers, other_hashes)


@pytest.mark.parametrize("rule", RULES)
def test_nothing_runs_text_or_uses_what_is_broken(rule: Callable[[Source], set[str]]) -> None:
    found = {source.name: rule(source) for source in sources(*PRODUCT)}

    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (runs_text, "eval('1')"),
        (runs_text, "os.system('ls')"),
        (runs_text, "subprocess.run('ls', shell=True)"),
        (unsafe_readers, "import pickle"),
        (unsafe_readers, "from xml.etree import ElementTree"),
        (other_ciphers, "from cryptography.hazmat.primitives.ciphers import modes"),
        (other_hashes, "hashlib.md5(b'')"),
        (other_hashes, "from hashlib import sha1"),
    ],
)
def test_the_rules_notice(rule: Callable[[Source], set[str]], text: str) -> None:
    assert rule(planted(text))
