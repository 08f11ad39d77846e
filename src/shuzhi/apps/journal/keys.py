"""The Ed25519 key that signs heads: a file in the home, outside the database.

What this proves, and what not: whoever changes the database alone cannot sign a head for it.
Whoever holds the database and the key file can write a new history after the last head that
was sent out of the house, and nothing here would notice; so heads must be sent out.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from shuzhi.engine.digests import sm3
from shuzhi.engine.errors import ShuzhiError
from shuzhi.secret_files import keep_once
from shuzhi.whole_files import one_at_a_time, write_whole

PRIVATE, PUBLIC = "journal.key", "journal.pub"


class KeyMissingError(ShuzhiError):
    """The log has signed heads, but the key that signed them is not in the home."""

    code = "journal.key_missing"
    text = (
        "The journal's key {file} is missing or is not an Ed25519 key. Put it back from the backup of the "
        "home; without it no entry can be sealed or verified. A new key is made only for an empty journal."
    )


def signing_key(home: Path, *, may_make: bool) -> Ed25519PrivateKey:
    """The key in ``home``; made there, readable by its owner only, where ``may_make`` and it is absent."""
    kept = home / PRIVATE
    if may_make:
        _make(home)
    try:
        key = load_pem_private_key(kept.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise KeyMissingError(file=kept) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyMissingError(file=kept)
    if may_make and not (home / PUBLIC).exists():
        _show_public(home, key)
    return key


def _make(home: Path) -> None:
    if not (home / PRIVATE).exists():
        key = Ed25519PrivateKey.generate()
        keep_once(home / PRIVATE, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _show_public(home: Path, key: Ed25519PrivateKey) -> None:
    """Writes the public key beside the private one, also after a process was killed between the two."""
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with one_at_a_time(home):
        write_whole(home / PUBLIC, pem)


def public_key(home: Path) -> Ed25519PublicKey:
    """The key that checks heads: the private key's own, so that a swapped ``journal.pub`` changes nothing."""
    return signing_key(home, may_make=False).public_key()


def read_public_key(pem: bytes) -> Ed25519PublicKey:
    """A public key from its PEM; raises KeyMissingError where it is none."""
    try:
        key = load_pem_public_key(pem)
    except ValueError as error:
        raise KeyMissingError(file=PUBLIC) from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyMissingError(file=PUBLIC)
    return key


def key_name(key: Ed25519PublicKey) -> str:
    """Hex SM3 of the key's 32 bytes: what heads name it by."""
    return sm3(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hex()


def holds(key: Ed25519PublicKey, signature: str, text: str) -> bool:
    """Whether ``signature`` (hex) is the key's over ``text``."""
    try:
        key.verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    # fromhex reads capitals and blanks too: only one spelling is the stored one.
    return signature == bytes.fromhex(signature).hex()
