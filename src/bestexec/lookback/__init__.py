"""A look-back: one check asked again over a period, every order it concerns, and what each lost against a stated counterfactual."""

from __future__ import annotations

from bestexec.lookback.accounts import UNKNOWN_ACCOUNT, accounts_of
from bestexec.lookback.asking import LookedBack, look_back
from bestexec.lookback.counterfactuals import COMPARISONS, COUNTERFACTUALS, Comparison, Counterfactual, Stated
from bestexec.lookback.dollars import NETTINGS, ROUNDINGS, Choice, Harmed, by_customer, harm_of, in_words
from bestexec.lookback.population import NO_ORDERS, POPULATIONS
from bestexec.lookback.question import LEAST, NARROWER, NARROWINGS, LimitUsed, Question
from bestexec.lookback.standing import raw_standing
from bestexec.lookback.unseen import Unseen

__all__ = [
    "COMPARISONS", "COUNTERFACTUALS", "LEAST", "NARROWER", "NARROWINGS", "NETTINGS", "NO_ORDERS", "POPULATIONS", "ROUNDINGS", "UNKNOWN_ACCOUNT",
    "Choice", "Comparison", "Counterfactual", "Harmed", "LimitUsed", "LookedBack", "Question", "Stated", "Unseen",
    "accounts_of", "by_customer", "harm_of", "in_words", "look_back", "raw_standing",
]  # fmt: skip
