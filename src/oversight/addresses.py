"""Names from the firm's files as parts of an address, whatever signs they hold."""

from __future__ import annotations

from urllib.parse import quote, unquote


class Named:
    """A part of an address that is a name from a file: a slash in it is encoded twice, so that it divides nothing."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """The name: a web server has decoded the address once."""
        return unquote(value)

    def to_url(self, value: object) -> str:
        """The name as the address has it, before it is encoded once more."""
        return quote(str(value), safe="")
