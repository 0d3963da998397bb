"""Order → route → fill, with the quote as of each instant beside it."""
