"""XML of strangers, streamed: no entities, no document types, no network, bounded depth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from planner.errors import Fault, FeedError

PROLOG_BYTES = 1 << 20  # a document type comes before the first element
_MARKS = tuple(
    mark.encode(encoding) for mark in ("<!DOCTYPE", "<!ENTITY") for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)


def stream_xml(path: Path) -> Iterator[tuple[str, etree._Element]]:
    """Start and end events of every element; comments and instructions are left out.

    Raises
    ------
    FeedError
        The file cannot be read, is not well formed, or declares a document type or an entity.
    """
    try:
        if _declares(path):
            raise _refused(path)
        with path.open("rb") as file:
            events = etree.iterparse(
                file,
                events=("start", "end"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            )
            for number, (event, element) in enumerate(events):
                if number == 0 and element.getroottree().docinfo.internalDTD is not None:
                    raise _refused(path)
                yield event, element
    except OSError as error:
        raise FeedError(path.name, [Fault(path.name, f"cannot be read: {error.strerror or error}")]) from error
    except etree.XMLSyntaxError as error:
        fault = Fault(path.name, f"is not well-formed XML: {error.msg}", "export it again", row=error.lineno)
        raise FeedError(path.name, [fault]) from error


def forget(element: etree._Element) -> None:
    """Free an element that is done with, and what came before it in its parent."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _declares(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(PROLOG_BYTES)
    return any(mark in head for mark in _MARKS)


def _refused(path: Path) -> FeedError:
    problem = "declares a document type or entities, which a timetable or map never needs"
    return FeedError(path.name, [Fault(path.name, problem, "remove the <!DOCTYPE ...> part; it is not read as it is")])
