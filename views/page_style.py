"""The page's style: ``page.css``, and the theme's colours by names that it can use."""

from __future__ import annotations

from pathlib import Path

from caches import once
from views.theme import themes

_FILE = Path(__file__).parent / "page.css"
_COLOURS = ("page", "card", "line", "text", "muted", "accent")


@once
def page_style() -> str:
    """One style element; ``var(--ravine-card)`` is a card's colour in the appearance that is on show.

    >>> "--ravine-card:light-dark(" in page_style()
    True
    """
    light, dark = themes()["light"], themes()["dark"]
    colours = [f"--ravine-{name}:light-dark({getattr(light, name)},{getattr(dark, name)});" for name in _COLOURS]
    return f"<style>.stApp{{{''.join(colours)}}}\n{_FILE.read_text(encoding='utf-8')}</style>"
