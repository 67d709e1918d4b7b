"""Deterministic ids that do not give away their order."""

from __future__ import annotations

from hashlib import blake2b

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]


def _base62(seed: int, kind: str, number: int, length: int) -> str:
    digest = blake2b(f"{seed}|{kind}|{number}".encode(), digest_size=12).digest()
    value = int.from_bytes(digest, "big")
    parts = []
    for _ in range(length // 2):
        value, rest = divmod(value, 3844)
        parts.append(_PAIRS[rest])
    return "".join(parts)


def stripe_id(seed: int, prefix: str, number: int) -> str:
    """Return an id such as `sub_4fK...` of 14 base-62 characters after the prefix."""
    return f"{prefix}_{_base62(seed, prefix, number, 14)}"


def salesforce_id(seed: int, prefix: str, number: int) -> str:
    """Return an 18-character Salesforce id: key prefix, 12 characters, check suffix."""
    return with_suffix(prefix + _base62(seed, prefix, number, 12))


def with_suffix(short: str) -> str:
    """Return the 18-character form of a 15-character Salesforce id."""
    suffix = ""
    for chunk in (short[0:5], short[5:10], short[10:15]):
        bits = sum(1 << place for place, sign in enumerate(chunk) if sign.isupper())
        suffix += _CHECK[bits]
    return short + suffix
