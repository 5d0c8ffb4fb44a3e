"""Words that people type become places."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import World, poster

from planner.errors import AmbiguousPlaceError, QueryError
from planner.model import Place
from planner.network.annotate import build_network
from planner.network.tables import Network, Strings
from planner.place_search import fold
from planner.places import find_place, row_of_id, rows_of_name


def named(*stops: tuple[str, float, float], parents: dict[str, str] | None = None) -> Network:
    """Served stops of these names (in metres east and north); ids are s0, s1... in this order."""
    ids = [f"s{i}" for i in range(len(stops))]
    line = "   ".join(ids)
    times = " ".join(f"8:{i:02}" for i in range(len(stops)))
    at = {id_: (float(x), float(y)) for id_, (_, x, y) in zip(ids, stops, strict=True)}
    at |= dict.fromkeys((parents or {}).values(), (10.0, 0.0))
    network = poster(f"{line}\nA {times}", at=at, parents=parents or {}).network()
    names = [*(name for name, _, _ in stops), *network.stops.name[len(stops) :]]
    return replace(network, stops=replace(network.stops, name=Strings.of(names)))


def find(network: Network, text: str) -> Place:
    return find_place(network, text, "FROM")


def refusal(network: Network, text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        find(network, text)
    assert caught.value.field == "FROM"
    return caught.value


def offered(network: Network, text: str) -> list[str]:
    error = refusal(network, text)
    assert isinstance(error, AmbiguousPlaceError), str(error)
    return [stop_id for stop_id, _ in error.candidates]


TOWN = named(("Market", 0, 0), ("Dock", 5000, 0))


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("49.89,2.30", 49.89, 2.30),
        (" 49.89 , 2.30 ", 49.89, 2.30),
        ("-30.03,-51.2", -30.03, -51.2),
        ("-90,180", -90, 180),
        ("0,0", 0, 0),
        ("1e1,2", 10, 2),
    ],
)
def test_two_numbers_are_latitude_and_longitude(text: str, lat: float, lon: float) -> None:
    place = find(TOWN, text)
    assert (place.lat, place.lon, place.stop_id) == (lat, lon, None)


@pytest.mark.parametrize(
    "text", ["90.1,0", "-91,0", "0,180.1", "0,-181", "nan,nan", "nan,2", "2,nan", "inf,0", "0,-inf"]
)
def test_numbers_that_are_no_position_are_refused_with_the_way_to_write_one(text: str) -> None:
    assert "is no position: write latitude,longitude in degrees" in str(refusal(TOWN, text))


@pytest.mark.parametrize("text", ["", "   ", "\t\n"])
def test_nothing_is_refused(text: str) -> None:
    assert "say where" in str(refusal(TOWN, text))


def test_public_and_unique_bare_ids_are_stops() -> None:
    for text in ("w:s1", "s1", "  s1 "):
        assert find(TOWN, text) == Place("Dock", 0.0, pytest.approx(5000 / 111_195), "w:s1", None)


def test_a_bare_id_of_two_feeds_is_no_id() -> None:
    feed = World(runs=[], at={"s0": (0, 0)}).feed()
    other = World(runs=[], at={"s0": (0, 0)}).feed()
    other = replace(other, name="v", stops=other.stops.assign(id=["v:s0"]))
    both = build_network([feed, other], "both", "Both")
    assert row_of_id(both.stops.id, "s0") is None
    assert row_of_id(both.stops.id, "v:s0") == 1
    assert row_of_id(both.stops.id, "w:s0") == 0


def test_an_id_may_hold_a_colon_and_only_the_first_parts_the_feed() -> None:
    network = replace(TOWN, stops=replace(TOWN.stops, id=Strings.of(["w:FR:80:s0", "w:s1"])))
    assert find(network, "FR:80:s0").stop_id == "w:FR:80:s0"
    assert row_of_id(network.stops.id, "80:s0") is None


def test_a_name_that_is_an_id_is_the_id() -> None:
    network = named(("s1", 0, 0), ("Dock", 5000, 0))
    assert find(network, "s1").name == "Dock"


@pytest.mark.parametrize(
    "text",
    ["Hôtel-de-Ville", "hotel de ville", "HÔTEL DE VILLE", "Hotel, de  Ville!", "hôtel de ville"],
)
def test_accents_case_and_punctuation_do_not_matter(text: str) -> None:
    network = named(("Hôtel-de-Ville", 0, 0), ("Gare", 5000, 0))
    assert find(network, text).stop_id == "w:s0"


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Straße", "strasse"), ("Œuvre", "œuvre"), ("Żółć", "zołc"), ("St. Jean/Lac", "st jean lac"), ("№ 5", "no 5")],
)
def test_folding_keeps_letters_and_numbers_alone(text: str, plain: str) -> None:
    assert fold(text) == plain


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=200))
def test_no_text_ever_crashes(text: str) -> None:
    with suppress(QueryError):
        assert -90 <= find(TOWN, text).lat <= 90


def test_the_pair_of_quays_of_one_name_is_one_place_and_no_quay_is_preferred() -> None:
    network = named(("Market", 0, 0), ("Market", 30, 0), ("Dock", 5000, 0))
    assert find(network, "market").stop_id is None
    assert rows_of_name(network, "MARKET") == [0, 1]


def test_a_station_stands_for_its_quays() -> None:
    network = named(("Market", 0, 0), ("Market", 30, 0), ("Dock", 5000, 0), parents={"s0": "st", "s1": "st"})
    network = replace(network, stops=replace(network.stops, name=Strings.of(["Market", "Market", "Dock", "Market"])))
    assert find(network, "Market").stop_id == "w:st"


def test_one_name_at_two_places_lists_both_with_their_positions() -> None:
    network = named(("Church", 0, 0), ("Church", 100, 0), ("Church", 9000, 0), ("Dock", 20000, 0))
    error = refusal(network, "church")
    assert isinstance(error, AmbiguousPlaceError)
    assert "several places are called “church”; which one?" in str(error)
    assert [stop_id for stop_id, _ in error.candidates] in (["w:s0", "w:s2"], ["w:s1", "w:s2"])
    assert error.candidates[1][1] == f"Church (0.0000, {9000 / 111_195:.4f})"
    for stop_id, _ in error.candidates:
        assert find(network, stop_id).stop_id == stop_id, "what is offered can be asked for"


def test_quays_in_a_row_are_one_place_however_the_feed_orders_them() -> None:
    stops = [("Long", 0, 0), ("Long", 700, 0), ("Long", 350, 0), ("Dock", 9000, 0)]
    assert rows_of_name(named(*stops), "long") == [0, 1, 2]
    assert find(named(*stops), "long").name == "Long"
    assert find(named(stops[0], stops[2], stops[1], stops[3]), "long").name == "Long"


def test_near_misses_are_offered_best_first_and_never_taken() -> None:
    network = named(("Hospital Nord", 0, 0), ("Market", 5000, 0), ("Dock", 10000, 0))
    assert offered(network, "Hopital Nord") == ["w:s0"]
    assert "no stop is called exactly “Markt”" in str(refusal(network, "Markt"))
    assert offered(network, "Markt")[0] == "w:s1"


def test_part_of_one_name_is_that_place_and_part_of_several_is_a_question() -> None:
    network = named(("Gare Routière", 0, 0), ("Beffroi", 5000, 0), ("Parc Nord", 9000, 0), ("Parc Sud", 20000, 0))
    assert find(network, "routiere").stop_id == "w:s0"
    assert set(offered(network, "parc")) == {"w:s2", "w:s3"}


def test_at_most_eight_are_offered() -> None:
    network = named(*((f"School {letter}", 5000.0 * i, 0) for i, letter in enumerate("ABCDEFGHIJKL")))
    assert len(offered(network, "School")) == 8


def test_an_unknown_name_is_said_to_be_unknown() -> None:
    error = refusal(TOWN, "Xyzzyx")
    assert str(error) == "no stop is called “Xyzzyx”"
    assert not isinstance(error, AmbiguousPlaceError)


def test_a_name_of_punctuation_alone_is_unknown_and_no_place() -> None:
    assert "no stop is called “?!”" in str(refusal(TOWN, "?!"))


def test_a_stop_that_nothing_serves_is_found_by_id_and_not_by_name() -> None:
    network = poster(
        """
              A     B
        1     8:00  8:10
        """,
        at={"A": (0, 0), "B": (5000, 0), "Depot": (9000, 0)},
    ).network()
    assert find(network, "w:Depot").stop_id == "w:Depot"
    assert "no stop is called “Depo”" in str(refusal(network, "Depo"))


def test_a_stop_without_a_position_says_so() -> None:
    network = named(("Market", 0, 0), ("Dock", float("nan"), float("nan")))
    assert "Dock (w:s1) has no position in the feed" in str(refusal(network, "w:s1"))


def test_the_platform_is_told() -> None:
    network = replace(TOWN, stops=replace(TOWN.stops, platform_code=Strings.of(["A", ""])))
    assert find(network, "s0").platform_code == "A"
    assert find(network, "s1").platform_code is None
