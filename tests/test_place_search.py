"""An index of places forgives accents, typing errors and word order, and takes rows of any kind."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.place_search import Found, PlaceIndex, PlaceRow

NAMES = (
    ("station", "Gare du Nord"),
    ("stop", "Gare Routière"),
    ("stop", "Hôtel-de-Ville"),
    ("stop", "Place de l'Église"),
    ("street", "Rue de l'Église"),
    ("landmark", "Hôpital Saint-Éloi"),
    ("address", "12 rue de la République"),
    ("address", "120 rue de la République"),
    ("stop", "Les Œillets"),
    ("stop", "A4"),
)
INDEX = PlaceIndex(PlaceRow(kind, name, "", 2.0, 49.0, name) for kind, name in NAMES)


def names(text: str, limit: int = 5) -> list[str]:
    return [found.place.name for found in INDEX.search(text, limit)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("hotel de ville", "Hôtel-de-Ville"),
        ("ville hotel", "Hôtel-de-Ville"),
        ("nord gare", "Gare du Nord"),
        ("gare nrod", "Gare du Nord"),
        ("garre du nord", "Gare du Nord"),
        ("hopital st eloi", "Hôpital Saint-Éloi"),
        ("Hopitla eloi", "Hôpital Saint-Éloi"),
        ("rue eglise", "Rue de l'Église"),
        ("place eglize", "Place de l'Église"),
        ("12 republique", "12 rue de la République"),
        ("routi", "Gare Routière"),
        ("a4", "A4"),
        ("h", "Hôtel-de-Ville"),
    ],
)
def test_a_text_finds_its_place_first(text: str, first: str) -> None:
    assert names(text)[:1] == [first]


@pytest.mark.parametrize("text", ["", " ", "-", "?!", "zzzzzz", "xqj", "q"])
def test_what_resembles_nothing_finds_nothing(text: str) -> None:
    assert names(text) == []


def test_the_context_finds_a_place_too_but_after_the_names() -> None:
    index = PlaceIndex(
        [PlaceRow("stop", "Mairie", "Montières", 0, 0, "a"), PlaceRow("stop", "Montières", "", 0, 0, "b")]
    )
    assert [one.place.id for one in index.search("montieres", 5)] == ["b", "a"]
    assert index.search("mairie montieres", 1)[0].place.id == "a"


def test_the_very_name_is_a_hundred_and_comes_first_among_its_longer_sisters() -> None:
    index = PlaceIndex(PlaceRow("stop", name, "", 0, 0, name) for name in ("Gare du Nord", "Gare", "Gares", "Gare Sud"))
    found = index.search("gare", 5)
    assert found[0] == Found(index.rows[1], 100.0)
    assert {one.place.name for one in found} == {"Gare du Nord", "Gare", "Gares", "Gare Sud"}


def test_no_more_are_given_than_asked_for() -> None:
    assert len(names("gare", 1)) == 1
    assert names("gare", 0) == []


def test_threads_share_one_index() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: names("gare nord", 1), range(100)))
    assert found == [["Gare du Nord"]] * 100


@given(st.text(max_size=60))
def test_any_text_gets_an_ordered_answer(text: str) -> None:
    scores = [found.score for found in INDEX.search(text, 8)]
    assert scores == sorted(scores, reverse=True)
    assert all(75 <= score <= 100 for score in scores)


@given(st.sampled_from([name for _, name in NAMES]), st.randoms(use_true_random=False))
def test_any_order_of_the_words_of_a_name_finds_it(name: str, random: object) -> None:
    words = name.split()
    random.shuffle(words)  # type: ignore[attr-defined]
    assert names(" ".join(words).upper())[0] == name


def test_places_around_a_position_come_nearest_first_and_none_from_beyond() -> None:
    at = (("Far", 0.002), ("Near", 0.001), ("Beyond", 0.01))
    index = PlaceIndex(PlaceRow("stop", name, "", lon, 47.0, name) for name, lon in at)
    found = index.around(0.0, 47.0, 400.0, 5)
    assert [row.name for row, _ in found] == ["Near", "Far"]
    assert found[0][1] == pytest.approx(76.0, abs=1.0)
    assert PlaceIndex([]).around(0.0, 47.0, 400.0, 5) == []
