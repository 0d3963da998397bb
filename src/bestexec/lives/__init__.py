"""One order's life: quotes, routes, fills, later midpoints, each with its source line."""

from bestexec.lives.arithmetic import Worked, worked
from bestexec.lives.index import Index, index_of
from bestexec.lives.judged import Judged, judge
from bestexec.lives.life import KINDS, Event, Life, Source, life_of, plain, spoken_order
from bestexec.lives.quoted import DayQuotes, Steps, quotes_of
from bestexec.lives.raw import RawLine, raw_lines

__all__ = [
    "KINDS", "DayQuotes", "Event", "Index", "Judged", "Life", "RawLine", "Source", "Steps", "Worked",
    "index_of", "judge", "life_of", "plain", "quotes_of", "raw_lines", "spoken_order", "worked",
]  # fmt: skip
