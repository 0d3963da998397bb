"""Every table of requests: what is asked, gathered, produced and read."""

from __future__ import annotations

from oversight.requests.asked import Counsel, Extension, Reminder, Request
from oversight.requests.gathered import Document, Item, Paper, Placement
from oversight.requests.produced import Produced, Production
from oversight.requests.reading import Download, Room, Visit

__all__ = ("Counsel", "Document", "Download", "Extension", "Item", "Paper", "Placement", "Produced", "Production", "Reminder", "Request", "Room", "Visit")
