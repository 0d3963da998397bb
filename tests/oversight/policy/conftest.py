"""A workspace with the shipped policy, adopted by the desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from bestexec import Workspace, open_workspace
from oversight.actor import Actor
from oversight.policy import actions
from oversight.policy.models import Version
from oversight.record.actions import move


@pytest.fixture
def workspace(tmp_path: Path, settings: Settings) -> Workspace:
    """A fresh workspace, which the desk is set to."""
    settings.WORKSPACE = tmp_path / "workspace"
    return open_workspace(settings.WORKSPACE)


@pytest.fixture
def adopted(db: None, workspace: Workspace) -> Version:
    """The shipped policy as the desk's first version."""
    return actions.adopt()


@pytest.fixture
def changed() -> Callable[..., dict[str, str]]:
    """The files of a version under another name, with some limits set: `changed(adopted, "default-2", max_hhi="0.35")`."""

    def change(version: Version, label: str, **limits: str) -> dict[str, str]:
        text = version.files["policy.toml"].replace(f'version = "{version.label}"', f'version = "{label}"')
        text = text.replace('approved_by = "nobody yet: shipped default"', 'approved_by = "compliance"')
        for name, value in limits.items():
            before = next(line for line in text.splitlines() if line.startswith(f"{name} ="))
            text = text.replace(before, f"{name} = {value}")
        return {"policy.toml": text}

    return change


@pytest.fixture
def proposed(changed: Callable[..., dict[str, str]]) -> Callable[..., Version]:
    """A version drafted and proposed: `proposed(by, adopted, "default-2", max_hhi="0.35")`."""

    def propose(by: Actor, version: Version, label: str = "default-2", **limits: str) -> Version:
        return move(by, actions.draft(by, changed(version, label, **limits), "Tighter."), "propose")

    return propose
