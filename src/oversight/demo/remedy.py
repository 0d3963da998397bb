"""The stage `remediation`: the review is signed, the case is under heightened monitoring, customers are paid, a regulator's request is answered."""

from __future__ import annotations

from collections.abc import Callable

from oversight.arrivals import rounds
from oversight.demo import meeting
from oversight.demo.meeting import at
from oversight.demo.people import People
from oversight.demo.quarter_end import cases, differences, disclosures, harm, plans, requests, retention, reviews, rooms

Say = Callable[[str], None]


def play(say: Say) -> People:
    """Play 27 October to 20 November 2026."""
    people = meeting.play(say)
    vendors = meeting.registered()
    say("the meeting ends, its minutes are signed; notice to the vendor, joint investigation, corrective plan, heightened monitoring")
    reviews.finish_meeting(people, vendors)
    differences.after_meeting(people, vendors)
    cases.after_meeting(people, vendors)
    rooms.after_meeting(people, vendors)
    cases.after_room(people, vendors)
    plans.after_meeting(people, vendors)
    cases.after_plan(people, vendors)
    say("what customers lost is worked out and paid; a regulator's request is answered")
    harm.after_meeting(people, vendors)
    requests.after_meeting(people, vendors)
    disclosures.after_meeting(people)
    say("the letter puts the days it asks about on hold; quote books of earlier days are proposed for disposal")
    retention.after_meeting(people, vendors)
    with at(11, 20, 6, 30):
        list(rounds.walk())
    return people
