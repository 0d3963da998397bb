"""The practice market: a made-up firm's quarter, with honest and crooked routers and planted faults whose truth is known."""

from bestexec.practice.make import make_quarter, make_samples
from bestexec.practice.truth import Fault, Truth

__all__ = ["Fault", "Truth", "make_quarter", "make_samples"]
