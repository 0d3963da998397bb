"""Every write of policy: draft, propose, publish in one step, adopt what was there before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from bestexec import Problem, Workspace, open_workspace
from oversight import clock
from oversight.actor import Actor, automated
from oversight.lifecycle import Refusal
from oversight.lifecycle import refuse as refuse_move
from oversight.notices.actions import tell
from oversight.policy import folder, queries, reading
from oversight.policy.models import WAS_IN_FORCE, Extra, Version
from oversight.record import actions
from oversight.record.actions import Act
from oversight.roles import COMPLIANCE, SUPERVISOR, WORKING

NAME = re.compile(r"[a-z][a-z0-9_]{0,50}\.toml")


def draft(by: Actor, files: Mapping[str, str], summary: str) -> Version:
    """A draft with these files, on the base of the version in force; other files of that version are carried along.

    Raises Problem for a file that cannot be read as policy, and Refusal where nothing differs or the version's name is taken.
    """
    _may_draft(by)
    base = queries.in_force()
    if base is None:
        raise Refusal("No version is in force yet. Take over what lies in the workspace first: `manage.py adopt_policy`.")
    values = _read(None, base, files)
    row = Version(**values, base=base, summary=_said(summary), drafted_by=by.key, drafted_at=clock.now(), state=Version.LIFECYCLE.start)
    return _numbered(by, row, "draft")


def revise(by: Actor, version: Version, files: Mapping[str, str], summary: str) -> Version:
    """Other text in a draft of one's own. Raises as `draft` does."""
    _may_draft(by)
    if version.state != "draft":
        raise Refusal(f"Revise: the policy version is “{version.state_title}”; its text no longer changes. Start a draft from it.")
    if version.drafted_by != by.key:
        raise Refusal("Revise: this is somebody else's draft. Start one of your own from it.", is_forbidden=True)
    assert version.base is not None, "a draft has a base"
    values = {**_read(version, version.base, files), "summary": _said(summary)}
    with actions.turn():
        if not Version.objects.filter(pk=version.pk, state="draft").exists():
            raise Refusal("Somebody proposed or withdrew this draft meanwhile; its text no longer changes.")
        return actions.change(by, version, verb="revise", why="", **values)


def propose(by: Actor, version: Version, *, why: str = "") -> Version:
    """Ask for a second person's decision, and tell those who may decide."""
    with transaction.atomic():
        moved = actions.move(by, version, "propose", why=why)
        what = f"Policy {version} is proposed: a second person decides on it."
        tell(by, to_roles=(COMPLIANCE, SUPERVISOR), what=what, url=version.get_absolute_url())
    return moved


def publish(by: Actor, version: Version, *, why: str = "") -> Version:
    """Approve `version` and put its files into force in the workspace; the version before is superseded.

    First the record, then the folder: cut short between the two, the policy page says that they differ and `settle` finishes.
    """
    refuse_move(version.LIFECYCLE, version.LIFECYCLE.move("publish"), version, person=by.key, roles=by.roles, given={"why": why})
    _sound(version)
    with _writing() as workspace:
        with transaction.atomic():
            before = queries.in_force()
            if before:
                actions.move(automated("policy"), before, "supersede")
            actions.move(by, version, "publish", why=why)
        _write(workspace)
    return version


def adopt() -> Version:
    """Take what lies in the workspace's policy folder as the first version. Raises Problem for what cannot be read, Refusal where there is one already."""
    by = automated("adopt_policy")
    files = folder.held(settings.WORKSPACE)
    read = reading.checked(files)
    if Version.objects.exists():
        raise Refusal("The desk has its versions already; nothing was adopted.")
    words = "What lay in the workspace when the desk came. Nobody approved it here."
    row = Version(
        label=read.policy.version, effective_on=read.policy.effective_on, files=files, hash=read.hash, summary=words,
        drafted_by=by.key, drafted_at=clock.now(), approved_by=by.key, approved_at=clock.now(), state="published",
    )  # fmt: skip
    return _numbered(by, row, "adopt")


def publish_extras(by: Actor, extras: Mapping[str, str]) -> None:
    """Publish texts of other parts of the desk beside the limits, by file name; an empty text takes one away. Call it after your own transaction.

    Raises Refusal for a name that is not free, and where another process writes the workspace.
    """
    for name in extras:
        if not NAME.fullmatch(name) or name in reading.FILES:
            raise Refusal(f"{name} cannot be published beside the limits.")
    with _writing() as workspace:
        with transaction.atomic():
            held = {extra.name: extra for extra in Extra.objects.filter(name__in=extras)}
            stamp: dict[str, Any] = {"written_by": by.key, "written_at": clock.now()}
            for name, text in sorted(extras.items()):
                if name not in held and text:
                    actions.create(by, Extra(name=name, text=text, **stamp), verb="publish")
                elif name in held and held[name].text != text:
                    actions.change(by, held[name], verb="publish", text=text, **stamp)
        if queries.in_force():
            _write(workspace)


def settle(by: Actor) -> bool:
    """Finish a publication that was cut short, or undo what was changed by hand in the folder. Whether there was anything to do.

    Raises Refusal where no version is in force.
    """
    version = queries.in_force()
    if version is None:
        raise Refusal("No version is in force, so there is nothing to publish. Begin with `manage.py adopt_policy`.")
    with _writing() as workspace:
        differing = queries.drift()
        if not differing and folder.is_clean(workspace.root):
            return False
        _write(workspace)
        actions.append(by, Act("settle", version.subject, facts={"differed": {one.name: one.how for one in differing}}))
    return True


def _read(version: Version | None, base: Version, files: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a version with these files."""
    whole = reading.with_texts(base.files, files)
    read = reading.checked(whole)
    if whole == base.files:
        raise Refusal(f"Nothing differs from {base}, which is in force.")
    _label_is_free(read.policy.version, version)
    return {"label": read.policy.version, "effective_on": read.policy.effective_on, "files": whole, "hash": read.hash}


def _label_is_free(label: str, version: Version | None) -> None:
    taken = Version.objects.filter(label=label, state__in=("proposed", *WAS_IN_FORCE)).exclude(pk=version.pk if version else 0).first()
    if taken:
        raise Problem(
            f"`{label}` already names version no. {taken.number}", where=f"{reading.POLICY}, version", do=f'give it a name of its own, such as "{_next(label)}"'
        )
    if len(label) > 60:
        raise Problem("the version's name is too long", where=f"{reading.POLICY}, version", do="allowed: at most 60 letters")


def _next(label: str) -> str:
    number = re.search(r"\d+$", label)
    return f"{label[: number.start()]}{int(number[0]) + 1}" if number else f"{label}-2"


def _numbered(by: Actor, row: Version, verb: str) -> Version:
    with transaction.atomic():
        row.number = (Version.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        try:
            with transaction.atomic():
                return actions.create(by, row, verb=verb)
        except IntegrityError as error:
            raise Refusal("Somebody else drafted a version at the same moment. Try again.") from error


def _may_draft(by: Actor) -> None:
    if not by.roles & set(WORKING):
        raise Refusal("Drafting a policy version is for analysts, supervisors and compliance.", is_forbidden=True)


def _said(summary: str) -> str:
    if not summary.strip():
        raise Refusal("Say what changes, and why: a second person decides on it.")
    return summary.strip()


def _sound(version: Version) -> None:
    try:
        reading.checked(version.files)
        _label_is_free(version.label, version)
    except Problem as problem:
        raise Refusal(f"Nothing was published: {problem}.") from problem


@contextmanager
def _writing() -> Iterator[Workspace]:
    """The workspace, held for this writer; Refusal in words where that cannot be."""
    try:
        workspace = open_workspace(settings.WORKSPACE, create=False)
        held = workspace.writing()
        held.__enter__()
    except Problem as problem:
        raise Refusal(f"Nothing was changed: {problem}.") from problem
    try:
        yield workspace
    finally:
        held.__exit__(None, None, None)


def _write(workspace: Workspace) -> None:
    try:
        folder.write(workspace, queries.published())
    except OSError as error:
        raise Refusal(
            f"It is approved and recorded, but the workspace's folder could not be written ({error.strerror}). Run `manage.py publish_policy`."
        ) from error


MOVES: Mapping[tuple[str, str], Callable[..., Version]] = {(Version.RECORD, "propose"): propose, (Version.RECORD, "publish"): publish}
