"""A publication killed at any step leaves the limits before or the limits after, and the next command finishes it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.databases import Migrated

KILLED_AT_EACH_STEP = '''
import json, os, signal, sys
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from bestexec import Problem, load_policy, open_workspace
from oversight.actor import Actor, automated
from oversight.policy import actions, queries
from oversight.policy.models import Version
from oversight.record.actions import move
from oversight.record.models import Entry
STEPS = ("os.rename", "os.mkdir", "os.rmdir", "os.remove", "shutil.rmtree", "open")
analyst, chief = Actor("a-1", frozenset({"analyst"})), Actor("a-2", frozenset({"compliance"}))
root = str(settings.WORKSPACE)


def files(version, number):
    text = version.files["policy.toml"].replace(f'version = "{version.label}"', f'version = "v-{number}"').replace("nobody yet: shipped default", "compliance")
    return {"policy.toml": text, "desk.toml": f"# {number}\\n" + SHIPPED}


def kill_at(step):
    """Kill this process when it touches the policy folders for the `step`th time."""
    seen = 0

    def count(event, given):
        nonlocal seen
        if event in STEPS and given and str(given[0]).startswith(root + "/policy"):
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def publish(version, step):
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        kill_at(step)
        actions.publish(chief, version)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def seen():
    """What a reader finds: the version and desk.toml's first line, or that there is no policy."""
    try:
        name = load_policy(settings.WORKSPACE / "policy").version
    except Problem as problem:
        return problem.what
    first = (settings.WORKSPACE / "policy" / "desk.toml")
    return [name, first.read_text().splitlines()[0] if first.exists() else ""]


open_workspace(settings.WORKSPACE)
SHIPPED = (queries.limits.SHIPPED).read_text()
before = actions.adopt()
told = []
for step in range(1, 100):
    drafted = actions.draft(analyst, files(before, step), "Another number.")
    move(analyst, drafted, "propose")
    status = publish(Version.objects.get(pk=drafted.pk), step)
    drafted = Version.objects.get(pk=drafted.pk)
    found, limits = seen(), queries.desk_limits().sample_per_day
    told.append({"status": status, "state": drafted.state, "before": before.label, "after": drafted.label, "found": found, "sample": limits})
    if drafted.state == "proposed":
        actions.publish(chief, drafted)
    else:
        actions.settle(automated("publish_policy"))
    told[-1]["then"] = seen()
    told[-1]["drift"] = len(queries.drift())
    told[-1]["left"] = sorted(path.name for path in settings.WORKSPACE.iterdir() if path.name.startswith("policy"))
    told[-1]["entries"] = Entry.objects.filter(subject_kind="policy_version", subject_id=str(drafted.pk), verb="publish").count()
    told[-1]["in_force"] = Version.objects.filter(state="published").count()
    before = queries.in_force()
    if status == 0:
        break
print(json.dumps(told))
'''


@pytest.mark.check
def test_killed_at_any_step_nothing_is_torn_and_nothing_is_there_twice(tmp_path: Path, migrated: Migrated) -> None:
    shutil.copy(migrated.file, tmp_path / "desk.sqlite3")
    settings = {
        **os.environ, "OVERSIGHT_SECRET_KEY": "x", "OVERSIGHT_HOME": str(tmp_path), "BESTEXEC_WORKSPACE": str(tmp_path / "workspace"),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'desk.sqlite3'}", "DJANGO_SETTINGS_MODULE": "oversight.settings",
    }  # fmt: skip
    answer = subprocess.run([sys.executable, "-c", KILLED_AT_EACH_STEP], env=settings, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout)
    assert len(told) > 8
    assert [one["status"] for one in told] == [9] * (len(told) - 1) + [0]
    for step, one in enumerate(told, start=1):
        held = ["default-1", ""] if one["before"] == "default-1" else [one["before"], f"# {step - 1}"]
        proposed = [one["after"], f"# {step}"]
        assert one["found"] in (held, proposed, "the policy is missing"), one
        assert one["state"] == "published" or one["found"] == held, one
        assert one["sample"] == 10
        assert one["then"] == proposed, one
        assert (one["drift"], one["left"], one["entries"], one["in_force"]) == (0, ["policy"], 1, 1), one
    assert {"the policy is missing"} <= {one["found"] for one in told if isinstance(one["found"], str)}
