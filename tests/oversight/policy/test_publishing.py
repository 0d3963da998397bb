"""One proposes, another approves, and the workspace's folder is replaced as a whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from bestexec import Problem, Workspace, load_policy
from oversight.actor import Actor, automated
from oversight.lifecycle import Refusal
from oversight.policy import actions, queries
from oversight.policy.models import Extra, Version
from oversight.record.actions import move
from oversight.record.models import Entry

Act = Callable[..., Actor]
Files = Callable[..., dict[str, str]]
Proposed = Callable[..., Version]


def test_what_lies_there_is_adopted_once_and_nobody_approved_it_here(adopted: Version) -> None:
    assert (adopted.number, adopted.label, adopted.state, adopted.is_adopted) == (1, "default-1", "published", True)
    assert sorted(adopted.files) == ["policy.toml"]
    assert queries.drift() == ()
    with pytest.raises(Refusal) as refusal:
        actions.adopt()
    assert refusal.value.words == "The desk has its versions already; nothing was adopted."
    entry = Entry.objects.get(subject_kind="policy_version")
    assert (entry.actor, entry.verb) == ("system:adopt_policy", "adopt")


def test_the_hash_is_the_one_that_a_run_carries(adopted: Version, workspace: Workspace) -> None:
    assert adopted.hash == load_policy(workspace.policy).hash


def test_a_second_person_publishes_and_the_version_before_is_superseded(adopted: Version, workspace: Workspace, actor: Act, proposed: Proposed) -> None:
    analyst, chief = actor("analyst"), actor("compliance")
    second = actions.publish(chief, proposed(analyst, adopted, max_hhi="0.35"))
    assert (second.state, second.approved_by) == ("published", chief.key)
    adopted.refresh_from_db()
    assert (adopted.state, adopted.superseded_by) == ("superseded", "system:policy")
    there = load_policy(workspace.policy)
    assert (there.version, there.limit("max_hhi"), there.hash) == ("default-2", Decimal("0.35"), second.hash)
    assert queries.in_force() == second
    assert queries.drift() == ()
    assert sorted(path.name for path in workspace.root.iterdir() if path.name.startswith("policy")) == ["policy"]
    verbs = list(Entry.objects.filter(subject_kind="policy_version").order_by("seq").values_list("verb", "subject_id"))
    assert verbs == [
        ("adopt", str(adopted.pk)),
        ("draft", str(second.pk)),
        ("propose", str(second.pk)),
        ("supersede", str(adopted.pk)),
        ("publish", str(second.pk)),
    ]


def test_nobody_approves_their_own_work(adopted: Version, workspace: Workspace, actor: Act, changed: Files) -> None:
    chief, supervisor = actor("compliance"), actor("supervisor")
    version = move(supervisor, actions.draft(chief, changed(adopted, "default-2"), "A new name."), "propose")
    for person, named in ((chief, "drafted by"), (supervisor, "proposed by")):
        with pytest.raises(Refusal) as refusal:
            actions.publish(person, version)
        assert refusal.value.words == f"Approve and publish: nobody approves their own work, and you are named as {named}."
    assert load_policy(workspace.policy).version == "default-1"


def test_an_analyst_approves_nothing(adopted: Version, actor: Act, proposed: Proposed, changed: Files) -> None:
    version = proposed(actor("analyst", name="one"), adopted)
    with pytest.raises(Refusal) as refusal:
        actions.publish(actor("analyst", name="two"), version)
    assert refusal.value.is_forbidden
    with pytest.raises(Refusal) as refusal:
        actions.draft(actor("auditor"), changed(adopted, "default-3"), "No.")
    assert refusal.value.is_forbidden


def test_a_version_drafted_on_what_is_no_longer_in_force_cannot_be_published(adopted: Version, workspace: Workspace, actor: Act, proposed: Proposed) -> None:
    analyst, chief = actor("analyst"), actor("compliance")
    one, other = proposed(analyst, adopted, "default-2", max_hhi="0.35"), proposed(analyst, adopted, "default-3", max_hhi="0.6")
    actions.publish(chief, one)
    with pytest.raises(Refusal) as refusal:
        actions.publish(chief, other)
    assert refusal.value.words == "Approve and publish: another version took force since it was drafted; reject it, and start a draft from this text."
    assert load_policy(workspace.policy).limit("max_hhi") == Decimal("0.35")
    assert Version.objects.get(state="published") == one


def test_what_cannot_be_read_is_not_saved(adopted: Version, actor: Act, changed: Files) -> None:
    analyst = actor("analyst")
    with pytest.raises(Problem) as problem:
        actions.draft(analyst, changed(adopted, "default-2", max_hhi="2"), "Looser.")
    assert str(problem.value) == "2 is not allowed · policy.toml, limits.max_hhi · allowed: a number from 0 to 1"
    with pytest.raises(Problem) as problem:
        actions.draft(analyst, {"policy.toml": "version = "}, "Broken.")
    assert problem.value.where == "policy.toml"
    with pytest.raises(Problem) as problem:
        actions.draft(analyst, changed(adopted, "default-1", max_hhi="0.35"), "The same name.")
    assert str(problem.value) == '`default-1` already names version no. 1 · policy.toml, version · give it a name of its own, such as "default-2"'
    with pytest.raises(Refusal) as refusal:
        actions.draft(analyst, dict(adopted.files), "Nothing.")
    assert refusal.value.words == "Nothing differs from default-1 (no. 1), which is in force."
    assert Version.objects.count() == 1


def test_only_the_drafter_writes_on_and_only_while_it_is_a_draft(adopted: Version, actor: Act, changed: Files) -> None:
    analyst, other = actor("analyst"), actor("supervisor")
    version = actions.draft(analyst, changed(adopted, "default-2", max_hhi="0.35"), "Tighter.")
    with pytest.raises(Refusal) as refusal:
        actions.revise(other, version, changed(adopted, "default-2", max_hhi="0.3"), "Tighter still.")
    assert refusal.value.is_forbidden
    actions.revise(analyst, version, changed(adopted, "default-2", max_hhi="0.3"), "Tighter still.")
    stale = Version.objects.get(pk=version.pk)
    move(analyst, version, "propose")
    with pytest.raises(Refusal):
        actions.revise(analyst, stale, changed(adopted, "default-2", max_hhi="0.9"), "After all.")
    assert "max_hhi = 0.3" in Version.objects.get(pk=version.pk).files["policy.toml"]


def test_while_another_writes_the_workspace_nothing_is_published(adopted: Version, workspace: Workspace, actor: Act, proposed: Proposed) -> None:
    version, chief = proposed(actor("analyst"), adopted, max_hhi="0.35"), actor("compliance")
    with workspace.writing(), pytest.raises(Refusal) as refusal:
        actions.publish(chief, version)
    assert refusal.value.words.startswith("Nothing was changed: another process is writing")
    assert Version.objects.get(pk=version.pk).state == "proposed"
    assert actions.publish(chief, version).state == "published"


def test_a_change_by_hand_is_seen_and_put_back(adopted: Version, workspace: Workspace) -> None:
    (workspace.policy / "policy.toml").write_text("version = 'mine'\n", encoding="utf-8")
    (workspace.policy / "notes.toml").write_text("a = 1\n", encoding="utf-8")
    assert [(one.name, one.how) for one in queries.drift()] == [("notes.toml", "not published"), ("policy.toml", "changed")]
    assert actions.settle(automated("publish_policy")) is True
    assert load_policy(workspace.policy).hash == adopted.hash
    assert actions.settle(automated("publish_policy")) is False
    body = json.loads(Entry.objects.get(verb="settle").body)
    assert body["facts"] == {"differed": {"notes.toml": "not published", "policy.toml": "changed"}}


def test_other_parts_of_the_desk_publish_beside_the_limits(adopted: Version, workspace: Workspace, actor: Act, proposed: Proposed) -> None:
    by = automated("suppressions")
    actions.publish_extras(by, {"suppressions.toml": "# none\n"})
    actions.publish_extras(by, {"suppressions.toml": "# none\n"})
    assert (workspace.policy / "suppressions.toml").read_text(encoding="utf-8") == "# none\n"
    assert queries.drift() == ()
    second = actions.publish(actor("compliance"), proposed(actor("analyst"), adopted, max_hhi="0.35"))
    assert sorted(path.name for path in workspace.policy.iterdir()) == ["policy.toml", "suppressions.toml"]
    assert sorted(second.files) == ["policy.toml"]
    actions.publish_extras(by, {"suppressions.toml": ""})
    assert sorted(path.name for path in workspace.policy.iterdir()) == ["policy.toml"]
    assert Extra.objects.get().text == ""
    assert Entry.objects.filter(subject_kind="policy_extra").count() == 2
    with pytest.raises(Refusal):
        actions.publish_extras(by, {"policy.toml": "version = 1\n"})
    with pytest.raises(Refusal):
        actions.publish_extras(by, {"../runs.toml": "a = 1\n"})


def test_who_asks_for_a_day_gets_what_was_in_force_at_its_end(adopted: Version, actor: Act, proposed: Proposed) -> None:
    assert queries.in_force(date(2026, 9, 30)) is None
    assert queries.in_force(date(2026, 10, 1)) == adopted
    second = actions.publish(actor("compliance"), proposed(actor("analyst"), adopted, max_hhi="0.35"))
    assert queries.in_force(date(2026, 10, 1)) == second
    assert queries.named("default-1") == adopted
    assert queries.named("default-9") is None
