"""Values of FIX fields as columns: text, exact numbers, instants, sums and hashes, over all messages of a block at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from bestexec.importers.fix_scan import Bytes, Flags, Messages, Places
from bestexec.importers.fix_tags import FIRST_CUSTOM, PARENT_TAGS, PRICES, QUANTITIES, TEXTS, TIMES
from bestexec.units import NS_PER_SECOND

READ = (*TEXTS, *QUANTITIES, *PRICES, *TIMES)
_SLOT = np.zeros(FIRST_CUSTOM, np.uint8)
_SLOT[[tag for tag in READ if tag < FIRST_CUSTOM]] = [slot for slot, tag in enumerate(READ, 1) if tag < FIRST_CUSTOM]
_HIGH = {tag: slot for slot, tag in enumerate(READ, 1) if tag >= FIRST_CUSTOM}
_DIGITS = 18
_FACTOR = 0x9E3779B97F4A7C15
"""Odd, so that it has an inverse modulo 2^64."""
_PART_BITS = 19
"""Hashes are made over half a megabyte at a time, so that the powers stay in the processor's cache."""
_WORD = (1 << 64) - 1


@dataclass(frozen=True)
class Values:
    """The fields that are read, by tag: of each, the messages that have it and where its first value stands."""

    messages: Messages
    places: dict[int, tuple[Places, Places, Places]]
    repeated: dict[int, Places]
    """Messages in which a tag stands more than once."""

    @property
    def count(self) -> int:
        return len(self.messages.start)

    def text(self, tag: int) -> pl.Series:
        """The value of `tag` in each message; null where it is absent or empty."""
        start, stop = np.zeros(self.count, np.int64), np.zeros(self.count, np.int64)
        of, begin, end = self.places[tag]
        start[of], stop[of] = begin, end
        return texts(self.messages.bytes, start, stop)


def values_of(messages: Messages) -> Values:
    """The fields of `messages`, sorted by tag without a look at each."""
    slot = _SLOT[np.where(messages.tag < FIRST_CUSTOM, messages.tag, 0)]
    for tag, high in _HIGH.items():
        slot[messages.tag == tag] = high
    order = np.argsort(slot, kind="stable")
    edges = np.concatenate([[0], np.cumsum(np.bincount(slot, minlength=len(READ) + 1))])
    places, repeated = {}, {}
    for place, tag in enumerate(READ, 1):
        mine = order[edges[place] : edges[place + 1]]
        of = messages.of[mine]
        first = np.concatenate([[True], of[1:] != of[:-1]])[: len(of)]
        places[tag] = of[first], messages.value_from[mine][first], messages.value_to[mine][first]
        repeated[tag] = of[~first]
    return Values(messages, places, repeated)


def texts(bytes_: Bytes, start: Places, stop: Places) -> pl.Series:
    """The text between each two places; null where nothing stands there."""
    lengths = np.maximum(stop - start, 0)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    taken = bytes_[np.arange(offsets[-1]) + np.repeat(start - offsets[:-1], lengths)]
    there = np.packbits(lengths > 0, bitorder="little")
    array = pa.LargeStringArray.from_buffers(len(start), pa.py_buffer(offsets), pa.py_buffer(taken), pa.py_buffer(there))
    return pl.Series(values=array, dtype=pl.String)


def custom(messages: Messages) -> pl.Series:
    """`tag=value|…` of every tag in which a vendor may keep an id: the standard ones for parents, and all from 5000 on."""
    mine = np.flatnonzero((messages.tag >= FIRST_CUSTOM) | np.isin(messages.tag, PARENT_TAGS))
    count = len(messages.start)
    if not len(mine):
        return pl.repeat(None, count, dtype=pl.String, eager=True)
    lengths = messages.value_to[mine] - messages.at[mine] + 1
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    taken = messages.bytes[np.arange(offsets[-1]) + np.repeat(messages.at[mine] - offsets[:-1], lengths)]
    taken[offsets[1:] - 1] = ord("|")
    first = np.searchsorted(messages.of[mine], np.arange(count + 1))
    bounds = offsets[first]
    return texts(taken, bounds[:-1], bounds[1:] - 1)


def numbers(values: Values, tags: dict[int, str], scale: int) -> tuple[dict[str, pl.Series], Flags]:
    """Each tag as an exact decimal of `scale` decimals by its column's name, and which messages hold something that is no such number."""
    lengths = [len(values.places[tag][0]) for tag in tags]
    begin, end = (np.concatenate([values.places[tag][part] for tag in tags]) for part in (1, 2))
    amount, good = _decimals(values.messages.bytes, begin, end, scale)
    columns, wrong, at = {}, np.zeros(values.count, np.bool_), 0
    for (tag, name), length in zip(tags.items(), lengths, strict=True):
        of, part = values.places[tag][0], slice(at, at + length)
        whole, there = np.zeros((values.count, 2), np.int64), np.zeros(values.count, np.bool_)
        whole[of, 0], there[of] = amount[part], good[part]
        whole[:, 1] = whole[:, 0] >> 63
        wrong[of[~good[part]]] = True
        buffers = [pa.py_buffer(np.packbits(there, bitorder="little")), pa.py_buffer(whole)]
        columns[name] = pl.Series(name, pl.from_arrow(pa.Array.from_buffers(pa.decimal128(_DIGITS, scale), values.count, buffers)))
        at += length
    return columns, wrong


def _decimals(bytes_: Bytes, begin: Places, end: Places, scale: int) -> tuple[Places, Flags]:
    """Plain decimals as whole numbers of 10^−scale, sign by sign; and which are good: digits there, none lost, not too many."""
    sign = bytes_[begin]
    at = begin + ((sign == 45) | (sign == 43))
    amount, decimals = np.zeros(len(at), np.int64), np.zeros(len(at), np.int64)
    pointed, bad, digits = np.zeros(len(at), np.bool_), np.zeros(len(at), np.bool_), np.zeros(len(at), np.int64)
    live = np.flatnonzero(at < end)
    while len(live):
        sign_now = bytes_[at[live]]
        digit = (sign_now - 48).astype(np.uint8)
        is_digit, behind = digit < 10, pointed[live]
        kept = is_digit & ~(behind & (decimals[live] >= scale))
        bad[live] = ~(is_digit | ((sign_now == 46) & ~behind)) | (is_digit & ~kept & (digit > 0)) | (amount[live] >= 10 ** (_DIGITS - 1))
        amount[live] = np.where(kept & ~bad[live], amount[live] * 10 + digit, amount[live])
        decimals[live] += kept & behind
        digits[live] += is_digit
        pointed[live] = behind | (sign_now == 46)
        at[live] += 1
        live = live[(at[live] < end[live]) & ~bad[live]]
    power = 10 ** (scale - decimals)
    bad |= (digits == 0) | (amount > (10**_DIGITS - 1) // power)
    return np.where(bad, 0, amount * power * np.where(sign == 45, -1, 1)), ~bad


def instants(values: Values, tag: int) -> tuple[pl.Series, pl.Series, Flags]:
    """`yyyymmdd-HH:MM:SS[.fraction]` as epoch ns, its resolution in ns (both Int64, null where absent), and which messages hold no such time."""
    of, begin, end = values.places[tag]
    at, step, good = _clocks(values.messages.bytes, begin, end)
    wrong, there = np.zeros(values.count, np.bool_), np.zeros(values.count, np.bool_)
    wrong[of[~good]], there[of] = True, good
    columns = []
    for found in (at, step):
        column = np.zeros(values.count, np.int64)
        column[of] = found
        columns.append(pl.select(pl.when(pl.Series(there)).then(pl.Series(column))).to_series())
    return columns[0], columns[1], wrong


def _clocks(bytes_: Bytes, begin: Places, end: Places) -> tuple[Places, Places, Flags]:
    signs = bytes_[begin[:, None] + np.arange(17)].astype(np.int64) - 48
    length = end - begin
    numeric = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 13, 15, 16]
    good = (length >= 17) & ((signs[:, numeric] >= 0) & (signs[:, numeric] < 10)).all(axis=1)
    good &= (signs[:, 8] == 45 - 48) & (signs[:, 11] == 58 - 48) & (signs[:, 14] == 58 - 48)
    year = signs[:, 0] * 1000 + signs[:, 1] * 100 + signs[:, 2] * 10 + signs[:, 3]
    month, day = signs[:, 4] * 10 + signs[:, 5], signs[:, 6] * 10 + signs[:, 7]
    hour, minute, second = (signs[:, place] * 10 + signs[:, place + 1] for place in (9, 12, 15))
    good &= (year >= 1970) & (year < 2262) & (month >= 1) & (month <= 12) & (hour < 24) & (minute < 60) & (second < 60)
    months = np.where(good, (year - 1970) * 12 + month - 1, 0)
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    last = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    good &= (day >= 1) & (day <= last - first)
    fraction, digits = np.zeros(len(begin), np.int64), np.maximum(length - 18, 0)
    good &= (length == 17) | ((bytes_[begin + 17] == 46) & (digits >= 1) & (digits <= 9))
    for place in range(9):
        live = good & (digits > place)
        digit = bytes_[begin + 18 + place].astype(np.int64) - 48
        good &= ~live | ((digit >= 0) & (digit < 10))
        fraction = fraction * 10 + np.where(live, digit, 0)
    seconds = (first + day - 1) * 86_400 + hour * 3_600 + minute * 60 + second
    step = 10 ** np.where(good, 9 - digits, 0)
    return np.where(good, seconds * NS_PER_SECOND + fraction, 0), step, good


def hashes(messages: Messages) -> pl.Series:
    """A 64-bit hash, as 16 hexadecimal digits, of each message's bytes, its delimiter being SOH whatever the log wrote.

    The polynomial Σ (byte + 1) · f^place modulo 2^64, places counted from the message's own start, stirred once more.
    """
    own = np.zeros(len(messages.start), np.uint64)
    parts = np.flatnonzero(np.diff(messages.start >> _PART_BITS, prepend=-1))
    for first, upto in zip(parts, np.append(parts[1:], len(own)), strict=True):
        base, size = int(messages.start[first]), int(messages.end[upto - 1] - messages.start[first])
        weighted = _powers(size) * (messages.bytes[base : base + size] + np.uint64(1))
        starts = messages.start[first:upto] - base
        sums = _sums(weighted, starts, messages.end[first:upto] - base)
        own[first:upto] = sums * _power(pow(_FACTOR, -1, 1 << 64), starts)
    own ^= own >> np.uint64(29)
    own *= np.uint64(0xBF58476D1CE4E5B9)
    own ^= own >> np.uint64(32)
    signs = np.frombuffer(b"0123456789abcdef", np.uint8)
    digits = signs[((own[:, None] >> np.arange(60, -1, -4, dtype=np.uint64)) & np.uint64(15)).astype(np.int64)]
    starts = np.arange(len(own), dtype=np.int64) * 16
    return texts(digits.ravel(), starts, starts + 16)


def wrong_sums(values: Values) -> tuple[Flags, Flags]:
    """(messages whose BodyLength is not what stands between 9 and 10, those whose CheckSum is not the sum modulo 256 before 10)."""
    messages, whole = values.messages, values.messages.trailer >= 0
    stated: list[Places] = []
    behind = np.full(values.count, -1, np.int64)
    behind[values.places[9][0]] = values.places[9][2] + 1
    for tag in (9, 10):
        of, begin, end = values.places[tag]
        amount, good = _decimals(messages.bytes, begin, end, 0)
        column = np.full(values.count, -1, np.int64)
        column[of] = np.where(good, amount, -1)
        stated.append(column)
    length = messages.trailer - behind
    total = _sums(messages.bytes, messages.start, np.where(whole, messages.trailer, messages.start + 1)).astype(np.int64)
    return whole & (stated[0] != length), whole & (stated[1] != total % 256)


def _sums(terms: npt.NDArray[Any], start: Places, end: Places) -> npt.NDArray[Any]:
    """The sum of the terms within each span, wrapping round at the width of their type: differences of running sums."""
    running = np.concatenate([np.zeros(1, terms.dtype), np.cumsum(terms, dtype=terms.dtype)])
    return np.asarray(running[end] - running[start])


def _powers(size: int) -> npt.NDArray[np.uint64]:
    """f^0 … f^(size−1) modulo 2^64."""
    return _powers_upto(max(size.bit_length(), _PART_BITS + 1))[:size]


@lru_cache(1)
def _powers_upto(bits: int) -> npt.NDArray[np.uint64]:
    powers = np.ones(1, np.uint64)
    for bit in range(bits):
        powers = np.concatenate([powers, powers * np.uint64(pow(_FACTOR, 1 << bit, 1 << 64))])
    return powers


def _power(factor: int, exponents: Places) -> npt.NDArray[np.uint64]:
    """factor^exponent modulo 2^64."""
    result = np.ones(len(exponents), np.uint64)
    for bit in range(40):
        odd = (exponents >> bit) & 1 == 1
        if odd.any():
            result[odd] *= np.uint64(pow(factor, 1 << bit, 1 << 64) & _WORD)
    return result
