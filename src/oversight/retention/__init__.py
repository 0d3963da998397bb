"""How long each class of record is kept: the schedule, legal holds, disposal by two people, and backups proved by a restore."""
