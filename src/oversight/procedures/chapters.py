"""The chapters of the written supervisory procedures, in the order in which they are printed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Chapter:
    """One chapter. `about` says in a sentence what stands in it."""

    key: str
    title: str
    about: str


CHAPTERS = (
    Chapter("responsibility", "Responsibility", "Who answers for best execution, and to whom."),
    Chapter("diligence", "Due diligence", "How a router vendor is chosen, relied on, and looked at again."),
    Chapter("change", "Change control", "How the router's configuration and the firm's limits change."),
    Chapter("monitoring", "Monitoring", "What is looked at every day, by whom, and by when it is answered."),
    Chapter("review", "Regular and rigorous review", "What is compared every quarter, and order by order."),
    Chapter("committee", "Committee duties", "Who decides, on which papers, and how it is minuted."),
    Chapter("underperformance", "Underperformance and conflicts", "What happens when the router falls short, or when payment meets routing."),
    Chapter("outages", "Outages and exit", "What happens when the router stops, and how it is left."),
    Chapter("records", "Data and records", "What the figures rest on, and how proof is kept."),
    Chapter("disclosure", "Disclosure", "What customers, regulators and the public are told of routing."),
    Chapter("controls", "Testing of controls", "How these procedures are tested and certified."),
)
BY_KEY = {chapter.key: chapter for chapter in CHAPTERS}
PLACE = {chapter.key: place for place, chapter in enumerate(CHAPTERS)}
CHOICES = [(chapter.key, chapter.title) for chapter in CHAPTERS]
