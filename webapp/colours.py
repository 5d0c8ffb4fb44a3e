"""Line colours: legible text on whatever colour a feed gives, as a stylesheet of our own origin.

The strict content policy forbids ``style="..."``, so the colours of a page are asked for as one small
stylesheet whose address names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

DARK, LIGHT = "000000", "ffffff"
MOST_COLOURS = 60

_HEX = re.compile(r"[0-9a-fA-F]{6}")


def clean_colour(text: str | None) -> str | None:
    """Give six lower-case hexadecimal digits, or None for what is no colour."""
    text = (text or "").strip().removeprefix("#")
    return text.lower() if _HEX.fullmatch(text) else None


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours as WCAG 2 defines it, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_colour(background: str) -> str:
    """Give black or white, whichever reads better; the worst background still leaves 4.58:1, enough for large text."""
    return max((DARK, LIGHT), key=lambda colour: contrast(colour, background))


def join_colours(colours: Iterable[str | None]) -> str:
    """Give the name of the stylesheet for these colours; "" if there is none to draw."""
    return "-".join(sorted({colour for colour in colours if colour})[:MOST_COLOURS])


def stylesheet(name: str) -> str | None:
    """Write the stylesheet with that name; None if the name is not one of ours."""
    colours = [clean_colour(part) for part in name.split("-")]
    if len(colours) > MOST_COLOURS:
        return None
    rules = [f".line-{c}{{background:#{c};color:#{text_colour(c)}}}" for c in colours if c is not None]
    return "\n".join(rules) if len(rules) == len(colours) else None


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
