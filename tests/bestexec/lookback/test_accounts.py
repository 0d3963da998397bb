"""Whose orders they were is read from the import that made them, and held against what was sealed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.bestexec.checks.given import DAY

from bestexec.lookback import Question, Stated, Unseen, accounts_of, harm_of, look_back
from bestexec.lookback.accounts import DISAGREES, GONE, NOT_FED, TWO
from bestexec.lookback.unseen import ACCOUNT
from bestexec.runs import Run
from bestexec.workspace import Workspace, open_workspace

from .firm import fed, outside, sealed


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path)


def told(run: Run, workspace: Workspace) -> tuple[list[tuple[str, str | None, str | None]], tuple[Unseen, ...]]:
    orders = harm_of(look_back([(run, [DAY])], Question("EXE-101", DAY, DAY)), Stated("quote_at_t0"), "per_order").orders
    known, gaps = accounts_of(orders, [run], workspace)
    return known.select("order_id", "account_key", "why_unknown").rows(), gaps


def test_the_account_is_that_of_the_row_that_made_the_order(workspace: Workspace) -> None:
    run = sealed(workspace.root, [outside("O1"), outside("O2")])
    fed(workspace, {"O1": "k1", "O2": "k2"})
    assert told(run, workspace) == ([("O1", "k1", None), ("O2", "k2", None)], ())


def test_an_order_of_which_no_feed_names_the_account_is_counted(workspace: Workspace) -> None:
    run = sealed(workspace.root, [outside("O1"), outside("O2")])
    fed(workspace, {"O1": "k1", "O2": None})
    assert told(run, workspace) == ([("O1", "k1", None), ("O2", None, NOT_FED)], (Unseen(ACCOUNT, NOT_FED, (DAY,), 1, 2),))


def test_an_import_that_is_gone_leaves_the_customer_unknown(workspace: Workspace) -> None:
    run = sealed(workspace.root, [outside("O1")])
    assert told(run, workspace) == ([("O1", None, GONE)], (Unseen(ACCOUNT, GONE, (DAY,), 1, 1),))


def test_a_row_that_is_not_the_sealed_one_is_not_believed(workspace: Workspace) -> None:
    run = sealed(workspace.root, [outside("O1")])
    fed(workspace, {"O1": "k1"}, qty="101")
    assert told(run, workspace) == ([("O1", None, DISAGREES)], (Unseen(ACCOUNT, DISAGREES, (DAY,), 1, 1),))


@pytest.mark.parametrize(("second", "expected"), [("k9", ("k9", None)), (None, (None, NOT_FED))])
def test_another_feed_of_the_same_order_may_name_it(second: str | None, expected: tuple[str | None, str | None], workspace: Workspace) -> None:
    run = _of_two(workspace, None, second)
    assert told(run, workspace)[0] == [("O1", *expected)]


def test_two_feeds_that_name_two_accounts_settle_nothing(workspace: Workspace) -> None:
    run = _of_two(workspace, None, "k9", "k8")
    assert told(run, workspace)[0] == [("O1", None, TWO)]
    assert told(_of_two(workspace, "k1", "k9"), workspace)[0] == [("O1", "k1", None)], "the row that made the order says it"


def _of_two(workspace: Workspace, own: str | None, *others: str | None) -> Run:
    run = sealed(workspace.root, [outside("O1")])
    fed(workspace, {"O1": own})
    inputs = dict(run.manifest["inputs"])
    for place, other in enumerate(others):
        fed(workspace, {"O1": other}, import_id=f"{place}" * 64)
        inputs[f"{place}" * 64] = inputs["a" * 64]
    return Run(run.folder, {**run.manifest, "inputs": inputs})


def test_nothing_to_look_up_is_nothing(workspace: Workspace) -> None:
    run = sealed(workspace.root, [outside("O1", px="10.02")])
    assert told(run, workspace) == ([], ())
