"""The forms in which files write times, dates and numbers, and how each becomes the blotter's own form.

A text that is not of its form stays as it is, so that the reader of the column rejects it with its own words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

_TIME = r"(?P<H>[0-9]{1,2}):(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2})(?:[.,:](?P<f>[0-9]{1,9}))?)?(?: ?(?P<p>[AaPp])\.?[Mm]\.?)?(?: ?(?P<z>Z|[+-][0-9]{2}:?[0-9]{2}))?"
_PACKED = r"(?P<H>[0-9]{2}):?(?P<M>[0-9]{2}):?(?P<S>[0-9]{2})(?:\.?(?P<f>[0-9]{1,9}))?(?P<z>Z|[+-][0-9]{2}:?[0-9]{2})?"
_MDY = r"(?P<m>[0-9]{1,2})[/.-](?P<d>[0-9]{1,2})[/.-](?P<y>[0-9]{4})"
_DMY = r"(?P<d>[0-9]{1,2})[/.-](?P<m>[0-9]{1,2})[/.-](?P<y>[0-9]{4})"
_NAMED = r"(?P<d>[0-9]{1,2})[- ]?(?P<b>[A-Za-z]{3})[- ,]{0,2}(?P<y>[0-9]{4})"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Form:
    """One way of writing: its name in a mapping, what it is in words, and its pattern with groups y m b d H M S f p z, or s and f of an epoch."""

    key: str
    words: str
    pattern: str
    utc: bool = False
    digits: int = 0
    """Of an epoch: decimals of a second that its whole number holds."""

    @property
    def whole(self) -> str:
        return f"^{self.pattern}$"


INSTANT_FORMS = (
    Form("iso", "2026-01-05 09:30:00.123", rf"(?P<y>[0-9]{{4}})-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})[T ]{_TIME}"),
    Form("m/d/y", "1/5/2026 9:30:00.123 AM, month first", rf"{_MDY}[T ,]{{1,2}}{_TIME}"),
    Form("d/m/y", "5/1/2026 9:30:00.123, day first", rf"{_DMY}[T ,]{{1,2}}{_TIME}"),
    Form("fix", "20260105-14:30:00.123, always UTC", r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})-" + _TIME, utc=True),
    Form("ymd", "20260105 093000.123 or 20260105T09:30:00", rf"(?P<y>[0-9]{{4}})(?P<m>[0-9]{{2}})(?P<d>[0-9]{{2}})[T ]?{_PACKED}"),
    Form("d-mon-y", "05-Jan-2026 09:30:00.123", rf"{_NAMED}[T ,]{{1,2}}{_TIME}"),
    Form("epoch ns", "1767623400123456789", r"(?P<s>[0-9]{18,19})", digits=9),
    Form("epoch us", "1767623400123456", r"(?P<s>[0-9]{15,16})", digits=6),
    Form("epoch ms", "1767623400123", r"(?P<s>[0-9]{12,13})", digits=3),
    Form("epoch s", "1767623400.123", r"(?P<s>[0-9]{9,10})(?:\.(?P<f>[0-9]{1,9}))?"),
)
DAY_FORMS = (
    Form("iso", "2026-01-05", r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"),
    Form("ymd", "20260105", r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
    Form("m/d/y", "1/5/2026, month first", _MDY),
    Form("d/m/y", "5/1/2026, day first", _DMY),
    Form("d-mon-y", "05-Jan-2026", _NAMED),
)
NUMBER_FORMS = (
    Form("plain", "1234.5", r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)"),
    Form("money", "$1,234.50 or (12.5)", r"\(?[+-]?[$ ]{0,2}[0-9]{1,3}(?:,?[0-9]{3})*(?:\.[0-9]*)?\)?"),
)
INSTANTS, DAYS, NUMBERS = ({form.key: form for form in forms} for forms in (INSTANT_FORMS, DAY_FORMS, NUMBER_FORMS))


def matching(values: pl.Series, forms: Sequence[Form], least: float = 0.98) -> tuple[Form, ...]:
    """The forms that at least a share `least` of the non-empty `values` are of and whose months and days exist; () when there are no values."""
    filled = values.drop_nulls().str.strip_chars()
    filled = filled.filter(filled != "")
    if filled.is_empty():
        return ()
    frame = filled.alias("text").to_frame()
    return tuple(form for form in forms if frame.select(_legal(form).mean()).item() >= least)


def as_instant(text: pl.Expr, form: Form) -> pl.Expr:
    """ISO 8601 (or epoch nanoseconds) for the blotter's reader; what is not of the form stays as it is."""
    groups = text.str.extract_groups(form.whole).struct
    if "(?P<s>" in form.pattern:
        fraction = groups["f"].fill_null("").str.pad_end(9, "0") if "(?P<f>" in form.pattern else pl.lit("0" * (9 - form.digits))
        made = groups["s"] + fraction
    else:
        hour = groups["H"].cast(pl.Int64)
        if "(?P<p>" in form.pattern:
            afternoon = groups["p"].str.to_lowercase()
            hour = pl.when(afternoon == "p").then(hour % 12 + 12).when(afternoon == "a").then(hour % 12).otherwise(hour)
        fraction = pl.when(groups["f"].is_not_null()).then(pl.lit(".") + groups["f"]).otherwise(pl.lit(""))
        clock = [_two(hour.cast(pl.String)), pl.lit(":"), groups["M"], pl.lit(":"), groups["S"].fill_null("00"), fraction]
        offset = pl.lit("Z") if form.utc else groups["z"].fill_null("")
        made = pl.concat_str([_date(groups, form), pl.lit("T"), *clock, offset])
    return pl.when(text.str.contains(form.whole)).then(made).otherwise(text)


def as_day(text: pl.Expr, form: Form) -> pl.Expr:
    """yyyy-mm-dd; what is not of the form stays as it is."""
    return pl.when(text.str.contains(form.whole)).then(_date(text.str.extract_groups(form.whole).struct, form)).otherwise(text)


def as_number(text: pl.Expr, form: Form) -> pl.Expr:
    """A plain decimal: without currency sign and separators, a minus for parentheses."""
    if form.key == "plain":
        return text
    bare = text.str.replace_all(r"[$, ()]", "")
    return pl.when(text.str.contains(form.whole)).then(pl.when(text.str.contains(r"^\(.*\)$")).then(pl.lit("-") + bare).otherwise(bare)).otherwise(text)


def _date(groups: pl.expr.struct.ExprStructNameSpace, form: Form) -> pl.Expr:
    if "(?P<b>" in form.pattern:
        numbers = [f"{place:02d}" for place in range(1, 13)]
        month = groups["b"].str.to_lowercase().replace_strict(list(_MONTHS), numbers, default="00", return_dtype=pl.String)
    else:
        month = _two(groups["m"])
    return pl.concat_str([groups["y"], pl.lit("-"), month, pl.lit("-"), _two(groups["d"])])


def _two(digits: pl.Expr) -> pl.Expr:
    return digits.str.pad_start(2, "0")


def _legal(form: Form) -> pl.Expr:
    """Whether a text is of the form, and its month and day, where it has them, exist."""
    text = pl.col("text")
    fits = text.str.contains(form.whole)
    groups = text.str.extract_groups(form.whole).struct
    if "(?P<d>" in form.pattern:
        fits &= groups["d"].cast(pl.Int64).is_between(1, 31)
    if "(?P<m>" in form.pattern:
        fits &= groups["m"].cast(pl.Int64).is_between(1, 12)
    return fits.fill_null(value=False)
