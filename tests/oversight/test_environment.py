"""A database's address becomes Django's settings."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from oversight.environment import database


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "password", "name", "options"),
    [
        ("postgresql://desk:p%40ss@db.firm.example:5433/desk", "db.firm.example", "5433", "desk", "p@ss", "desk", {}),
        ("postgres://desk@db.firm.example/desk?sslmode=verify-full", "db.firm.example", "", "desk", "", "desk", {"sslmode": "verify-full"}),
        ("postgresql://tests@/desk?host=%2Frun%2Fpostgresql", "/run/postgresql", "", "tests", "", "desk", {}),
        ("postgresql://tests@%2Frun%2Fpostgresql/desk", "/run/postgresql", "", "tests", "", "desk", {}),
    ],
)
def test_a_postgresql_is_named_by_host_or_socket(url: str, host: str, port: str, user: str, password: str, name: str, options: dict[str, str]) -> None:
    made = database(url)
    assert made["ENGINE"] == "django.db.backends.postgresql"
    assert (made["HOST"], made["PORT"], made["USER"], made["PASSWORD"], made["NAME"], made["OPTIONS"]) == (host, port, user, password, name, options)


@pytest.mark.parametrize(("url", "name"), [("sqlite:////srv/a%20desk.sqlite3", "/srv/a desk.sqlite3"), ("sqlite://", ":memory:")])
def test_a_sqlite_is_named_by_its_file(url: str, name: str) -> None:
    assert database(url)["NAME"] == name


def test_another_database_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="allowed: sqlite:///PATH, postgresql://"):
        database("mysql://desk@db/desk")
