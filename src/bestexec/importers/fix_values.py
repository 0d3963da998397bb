"""Values of FIX fields as columns: text, exact numbers, instants, sums and hashes, over all messages of a block at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from bestexec.importers.fix_scan import PAD, Bytes, Flags, Messages, Places
from bestexec.importers.fix_tags import FIRST_CUSTOM, PARENT_TAGS, PRICES, QUANTITIES, TEXTS, TIMES
from bestexec.units import NS_PER_SECOND

READ = (*TEXTS, *QUANTITIES, *PRICES, *TIMES)
WRITTEN = tuple(tag for tag in TEXTS if tag not in (9, 10))
_SLOT = np.zeros(FIRST_CUSTOM + 1, np.uint8)
_SLOT[[tag for tag in READ if tag < FIRST_CUSTOM]] = [slot for slot, tag in enumerate(READ, 1) if tag < FIRST_CUSTOM]
_HIGH = {tag: slot for slot, tag in enumerate(READ, 1) if tag >= FIRST_CUSTOM}
_DIGITS = 18
_FACTOR = 0x9E3779B97F4A7C15
_AT_ONCE = 1_000
"""Messages hashed at once, so that the work stays in the processor's cache."""
_MASKS = np.array([(1 << (8 * count)) - 1 for count in range(9)], np.uint64)
"""The first bytes of a word, by their number."""


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
        of, begin, end = self.places[tag]
        if len(of) == self.count:
            return texts(self.messages.bytes, begin, end)
        if not len(of):
            return pl.repeat(None, self.count, dtype=pl.String, eager=True)
        start, stop = np.zeros(self.count, np.int64), np.zeros(self.count, np.int64)
        start[of], stop[of] = begin, end
        return texts(self.messages.bytes, start, stop)


def values_of(messages: Messages) -> Values:
    """The fields of `messages`, sorted by tag without a look at each."""
    slot = _SLOT[np.minimum(messages.tag, FIRST_CUSTOM)]
    for tag, high in _HIGH.items() if int(messages.tag.max(initial=0)) >= FIRST_CUSTOM else ():
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
    """The text between each two places; null where nothing stands there.

    Arrow's string views: up to 12 bytes stand in the view itself, of longer texts the first four and where they lie. No text is copied.
    """
    lengths = np.maximum(stop - start, 0)
    if len(bytes_) - int(stop.max(initial=0)) < PAD:
        bytes_ = np.concatenate([bytes_, np.zeros(PAD, np.uint8)])
    views = np.empty((len(start), 2), np.uint64)
    views[:, 0] = lengths.astype(np.uint64) | ((_words(bytes_, start) & _MASKS[np.minimum(lengths, 4)]) << np.uint64(32))
    within = _words(bytes_, start + 4) & _MASKS[np.clip(lengths - 4, 0, 8)]
    views[:, 1] = np.where(lengths > 12, start.astype(np.uint64) << np.uint64(32), within)
    there = np.packbits(lengths > 0, bitorder="little")
    array = pa.Array.from_buffers(pa.string_view(), len(start), [pa.py_buffer(there), pa.py_buffer(views), pa.py_buffer(bytes_)])
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


def prefix_clocks(messages: Messages) -> pl.DataFrame | None:
    """(`shown`, `offset`, `step`) of prefixes that all begin with a time as FIX writes it (QuickFIX, fixcore); None where one does not."""
    begin = messages.prefix_from
    end = begin + 17
    if not len(begin) or (messages.start - begin < 18).any():
        return None
    pointed = messages.bytes[end] == 46
    end = end + pointed
    live = pointed
    for _ in range(9):
        live = live & ((messages.bytes[end] - 48).astype(np.uint8) < 10)
        end = end + live
    at, step, good = _clocks(messages.bytes, begin, end)
    if not good.all() or np.isin(messages.bytes[end], (43, 45, 90)).any():
        return None
    return pl.DataFrame({"shown": at, "step": step}).with_columns(offset=pl.lit(None, pl.Int64))


def _clocks(bytes_: Bytes, begin: Places, end: Places) -> tuple[Places, Places, Flags]:
    length, signs = end - begin, [bytes_[begin + place] for place in range(17)]
    good = (length >= 17) & (signs[8] == 45) & (signs[11] == 58) & (signs[14] == 58)
    digit = [(sign - 48).astype(np.uint8) for sign in signs]
    for place in (0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 13, 15, 16):
        good &= digit[place] < 10
    whole = [each.astype(np.int64) for each in digit]
    year = whole[0] * 1000 + whole[1] * 100 + whole[2] * 10 + whole[3]
    month, day, hour, minute, second = (whole[place] * 10 + whole[place + 1] for place in (4, 6, 9, 12, 15))
    good &= (year >= 1970) & (year < 2262) & (month >= 1) & (month <= 12) & (hour < 24) & (minute < 60) & (second < 60)
    months = np.where(good, (year - 1970) * 12 + month - 1, 0)
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    last = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    good &= (day >= 1) & (day <= last - first)
    fraction, digits = np.zeros(len(begin), np.int64), np.maximum(length - 18, 0)
    good &= (length == 17) | ((bytes_[begin + 17] == 46) & (digits >= 1) & (digits <= 9))
    for place in range(min(int(digits.max(initial=0)), 9)):
        live, sign = good & (digits > place), (bytes_[begin + 18 + place] - 48).astype(np.uint8)
        good &= ~live | (sign < 10)
        fraction = np.where(live, fraction * 10 + sign, fraction)
    fraction *= 10 ** np.maximum(9 - np.minimum(digits, 9), 0)
    seconds = (first + day - 1) * 86_400 + hour * 3_600 + minute * 60 + second
    step = 10 ** np.where(good, 9 - digits, 0)
    return np.where(good, seconds * NS_PER_SECOND + fraction, 0), step, good


def hashes(messages: Messages) -> pl.Series:
    """A 64-bit hash, as 16 hexadecimal digits, of each message's bytes, its delimiter being SOH whatever the log wrote.

    Each eight bytes, with their place in the message, are stirred (SplitMix64) and added up modulo 2^64; the sum and the length are stirred again.
    """
    parts = [slice(first, first + _AT_ONCE) for first in range(0, len(messages.start), _AT_ONCE)]
    own = np.concatenate([np.zeros(0, np.uint64), *(_hashes(messages.bytes, messages.start[part], messages.end[part]) for part in parts)])
    signs = np.frombuffer(b"0123456789abcdef", np.uint8)
    digits = signs[((own[:, None] >> np.arange(60, -1, -4, dtype=np.uint64)) & np.uint64(15)).astype(np.int64)]
    starts = np.arange(len(own), dtype=np.int64) * 16
    return texts(digits.ravel(), starts, starts + 16)


def _hashes(bytes_: Bytes, start: Places, end: Places) -> npt.NDArray[np.uint64]:
    counts = (end - start + 7) >> 3
    first = np.concatenate([[0], np.cumsum(counts)])
    step = np.arange(first[-1]) - np.repeat(first[:-1], counts)
    at = np.repeat(start, counts) + 8 * step
    word = _words(bytes_, at) & _MASKS[np.minimum(np.repeat(end, counts) - at, 8)]
    word = _stirred(word + (step.astype(np.uint64) + np.uint64(1)) * np.uint64(_FACTOR))
    return _stirred(_sums(word, first[:-1], first[1:]) + (end - start).astype(np.uint64))


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
    running = np.zeros(len(terms) + 1, terms.dtype)
    np.cumsum(terms, out=running[1:])
    return np.asarray(running[end] - running[start])


def _words(bytes_: Bytes, at: Places) -> npt.NDArray[np.uint64]:
    """The eight bytes at each place as a number, out of the two aligned words they lie in."""
    whole = bytes_[: len(bytes_) & ~7].view("<u8")
    place, shift = at >> 3, ((at & 7) << 3).astype(np.uint64)
    low, high = whole[place], whole[np.minimum(place + 1, len(whole) - 1)]
    return np.asarray((low >> shift) | ((high << np.uint64(1)) << (np.uint64(63) - shift)))


def _stirred(word: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """SplitMix64's finisher: a bijection in which every bit reaches every other."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(word ^ (word >> np.uint64(31)))
