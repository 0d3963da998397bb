"""What surrounds every page."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client


def test_someone_who_has_not_signed_in_is_sent_to_the_sign_in_page(client: Client, db: None) -> None:
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/account/login/?next=/")


def test_an_analyst_sees_the_places_of_an_analyst(browser: Callable[..., Client]) -> None:
    page = browser("analyst").get("/")
    assert page.status_code == 200
    assert "Exceptions" in page.content.decode()
