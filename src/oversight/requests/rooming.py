"""Every write of a reader's room: made by one, released by another, entered with address and passphrase, each download noted."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import QuerySet

from oversight import clock
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.policy.queries import desk_limits
from oversight.record import actions
from oversight.requests.lifecycle import KEEPERS, RELEASERS
from oversight.requests.models import Download, Produced, Production, Request, Room, Visit
from oversight.requests.rights import only
from oversight.roles import COMPLIANCE

READER = Actor("system:reader", frozenset({"system"}), "desk")
"""Stands in the record for whoever came in by the address of a room: the desk has no account of theirs."""
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
A_MINUTE = 3
"""Wrong passphrases in one minute; the next try waits."""
WRONG = "Address and passphrase do not go together."
SHUT = "No room is open at this address."


@dataclass(frozen=True)
class Link:
    """What the reader needs, told once: the desk keeps a hash of each."""

    room: Room
    secret: str
    passphrase: str


def make_room(by: Actor, request: Request, *, reader: str, last_on: date, production: Production | None = None) -> Link:
    """Make a room over one production, or all that is produced of the request; another person releases it. Raises Refusal for a day too far."""
    only(by, KEEPERS, "Making a reader's room")
    longest = desk_limits().longest_room_days
    if not clock.today() <= last_on <= clock.today() + timedelta(days=longest):
        raise Refusal(f"A room is open at most {longest} days: its last day lies between today and {clock.today() + timedelta(days=longest)}.")
    if not reader.strip():
        raise Refusal("Say for whom the room is.")
    if production and production.request_id != request.pk:
        raise Refusal("This production belongs to another request.")
    secret, passphrase = _made()
    row = Room(
        request=request, production=production, reader=reader.strip(), last_on=last_on, secret_sha256=hashed(secret),
        passphrase=make_password(plain(passphrase)), link_made_by=by.key, link_made_at=clock.now(),
        counted_from=clock.now(), made_by=by.key, made_at=clock.now(), state=Room.LIFECYCLE.start,
    )  # fmt: skip
    with actions.turn():
        actions.create(by, row, verb="make")
        tell(by, to_roles=RELEASERS, what=f"{row} waits for release by a second person", url=row.get_absolute_url(), severity="medium")
    return Link(row, secret, passphrase)


def relink(by: Actor, row: Room) -> Link:
    """Another address and passphrase for the same room: the ones before open nothing from now on, and who is in is out. Raises Refusal for an ended room."""
    only(by, KEEPERS, "Making a new link")
    secret, passphrase = _made()
    with actions.turn():
        now = Room.objects.select_related("request", "production").get(pk=row.pk)
        if now.state in Room.LIFECYCLE.ends or now.is_over:
            raise Refusal("This room has ended. Make another.")
        made = {"secret_sha256": hashed(secret), "passphrase": make_password(plain(passphrase))}
        actions.change(by, now, verb="link", link_made_by=by.key, link_made_at=clock.now(), counted_from=clock.now(), **made)
        if now.state == "locked":
            actions.move(by, now, "unlock", why="A new link was made.")
        tell(by, to_roles=RELEASERS, what=f"{now} has a new link; the one before opens nothing", url=now.get_absolute_url(), severity="info")
    return Link(now, secret, passphrase)


def unlock(by: Actor, row: Room, *, why: str = "") -> Room:
    """Open a locked room again: wrong passphrases are counted afresh."""
    with actions.turn():
        actions.move(by, row, "unlock", why=why)
        return actions.change(by, row, verb="count", counted_from=clock.now())


def found(secret: str) -> Room | None:
    """The room of that address, whatever its state."""
    return Room.objects.select_related("request", "production").filter(secret_sha256=hashed(secret)).first()


def enter(secret: str, passphrase: str, *, who: str, address: str = "") -> tuple[Visit, str]:
    """Come in: the visit, and the token that the browser keeps. Every try at an open room is noted; too many wrong ones lock it.

    Raises Refusal in the same words for no room, a shut one and one whose day is over; in others for a wrong passphrase or too many within a minute.
    """
    room, limits = found(secret), desk_limits()
    if room is None or not room.is_open_now:
        raise Refusal(SHUT, is_forbidden=True)
    if not who.strip():
        raise Refusal("Say who you are.")
    if _wrong(room).filter(at__gt=clock.now() - timedelta(minutes=1)).count() >= A_MINUTE:
        raise Refusal("Too many wrong passphrases within a minute. Wait a minute.")
    is_right = check_password(plain(passphrase), room.passphrase)
    token = secrets.token_urlsafe(32)
    with actions.turn():
        now = Room.objects.select_related("request", "production").get(pk=room.pk)
        if not now.is_open_now or now.secret_sha256 != room.secret_sha256:
            raise Refusal(SHUT, is_forbidden=True)
        visit = Visit(room=now, at=clock.now(), is_let_in=is_right, who=" ".join(who.split())[:120], address=address[:60])
        if is_right:
            visit.token_sha256, visit.until_at = hashed(token), clock.now() + timedelta(minutes=limits.room_minutes)
        actions.create(READER, visit, verb="enter" if is_right else "miss")
        if not is_right and _wrong(now).count() >= limits.room_attempts:
            _lock(now, limits.room_attempts)
    return visit, token if is_right else ""


def visit_of(room: Room, token: str) -> Visit | None:
    """The visit that the browser's token names: of this room as it is open now, since its present link was made, and not over."""
    if not token or not room.is_open_now:
        return None
    return room.visits.filter(token_sha256=hashed(token), is_let_in=True, at__gte=room.link_made_at, until_at__gt=clock.now()).first()


def leave(visit: Visit) -> None:
    """End a visit."""
    actions.change(READER, visit, verb="leave", until_at=clock.now())


def note(visit: Visit, production: Production, sha256: str, *, produced: Produced | None = None, part: str = "") -> Download:
    """Note that something was taken."""
    return actions.create(READER, Download(visit=visit, production=production, produced=produced, part=part, sha256=sha256, at=clock.now()), verb="take")


def expire() -> list[Room]:
    """End every room whose last day is over; compliance is told."""
    over = list(Room.objects.filter(state__in=("proposed", "open", "locked"), last_on__lt=clock.today()).select_related("request", "production"))
    for row in over:
        with actions.turn():
            actions.move(READER, row, "expire")
            tell(READER, to_roles=(COMPLIANCE,), what=f"{row} has expired", url=row.get_absolute_url(), severity="info")
    return over


def hashed(secret: str) -> str:
    """What is kept of an address or a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def plain(passphrase: str) -> str:
    """As it is compared: small letters and digits, however it was typed."""
    return re.sub(r"[\s\-]+", "", passphrase.lower())


def _made() -> tuple[str, str]:
    groups = ("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(5))
    return secrets.token_urlsafe(32), "-".join(groups)


def _wrong(room: Room) -> QuerySet[Visit]:
    """Wrong tries since the last right one, the last link and the last unlocking."""
    tries = room.visits.filter(at__gte=room.counted_from)
    last = tries.filter(is_let_in=True).order_by("-at").values_list("at", flat=True).first()
    return tries.filter(is_let_in=False, **({"at__gt": last} if last else {}))


def _lock(room: Room, attempts: int) -> None:
    actions.move(READER, room, "lock", why=f"{attempts} wrong passphrases.")
    tell(READER, to_roles=(COMPLIANCE,), what=f"{room} is locked after {attempts} wrong passphrases", url=room.get_absolute_url(), severity="high")
