"""The fictional town on the pages: every verdict has its sentence, and "invented" goes wherever its facts go."""

import re
from dataclasses import replace
from datetime import datetime
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from webapp_site import addresses

from planner.access.profiles import PRESETS
from planner.build import FactInputs, Input, Labels, build
from planner.facts import Subject
from planner.language import get_language
from planner.network.store import open_network
from scripts import embedded_gtfs
from webapp import create_app
from webapp.present_stop import present_stop

TABLES = Path(embedded_gtfs.__file__).parent.parent / "data" / "fictiville"
QUESTIONS = {
    "known": {"from": "Colline-Plate", "to": "Hôpital du Bon-Pied"},
    "doubtful": {"from": "Porte du Vent-Debout", "to": "Fontaine-Sèche"},
    "left out": {"from": "Avenue des Camions-Garés", "to": "Faubourg de l'Envers", "unknown": "exclude"},
    "on foot": {"from": "Colline-Plate", "to": "Hôpital du Bon-Pied", "profile": "on-foot"},
    "wrong": {"from": "", "to": "Nulle part"},
}
WORD = {"fr": "inventé", "en": "invented"}
BANNER = {"fr": "Tout ici est inventé", "en": "Everything here is invented"}
BOTH = pytest.mark.parametrize("lang", ["fr", "en"])


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("fictiville")
    assert embedded_gtfs.main([str(TABLES), str(folder / "feed.zip")]) == 0
    facts = FactInputs(survey=TABLES / "survey")
    build(folder / "fictiville", [Input("f", folder / "feed.zip")], facts, Labels("Fictiville", notice="A notice."))
    build(folder / "silent", [Input("f", folder / "feed.zip")], None, Labels("Silent"))
    return create_app([open_network(folder / "fictiville"), open_network(folder / "silent")]).test_client()


def page(client: FlaskClient, lang: str, name: str, network: str = "fictiville") -> str:
    address = f"/{lang}/{network}/"
    question = None
    if name != "plan":
        address, question = f"{address}trip", QUESTIONS[name] | {"when": "2026-11-24T09:00"}
    response = client.get(address, query_string=question)
    assert response.status_code == (422 if name == "wrong" else 200)
    text = unescape(response.get_data(as_text=True)).replace("\N{NO-BREAK SPACE}", " ")
    return text.replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_the_board_of_a_stop_says_more_than_the_page_about_it(client: FlaskClient) -> None:
    asked = "?when=2026-11-24T09:00&profile=powered-wheelchair"
    about = client.get(f"/en/fictiville/stop/F1-E{asked}").get_data(as_text=True)
    link = re.search(r'href="(/en/fictiville/board/[^"]*)"', about)
    assert link
    assert "profile=powered-wheelchair" in link[1], "for the same traveller"
    board = client.get(unescape(link[1])).get_data(as_text=True)
    times = re.findall(r'<time datetime="([^"]+)"', board)
    assert len(times) > len(re.findall(r"<time datetime", about)) > 5
    assert times == sorted(times)
    assert times[0] >= "2026-11-24T09:00"
    assert "state-" in board, "each with what is known of getting on"
    assert "Powered wheelchair" in board
    assert client.get(f"/fr/fictiville/board/nowhere{asked}").status_code == 404


@BOTH
def test_every_link_of_every_page_leads_to_a_page(fictiville: Flask, lang: str) -> None:
    client = fictiville.test_client()
    seen: dict[str, int] = {}
    for name, address in addresses(lang).items():
        html = client.get(address).get_data(as_text=True)
        for link in {unescape(link) for link in re.findall(r'(?:href|src|action)="(/[^"]*)"', html)}:
            if link not in seen:
                with client.get(link) as answer:
                    seen[link] = answer.status_code
            wanted = {200}
            if re.search(r"/trip(\?|$)", link):
                wanted = {200, 422}  # a form, or the way back of a question that is refused too
            assert seen[link] in wanted, f"{link} on the page {name}"
    assert len(seen) > 60


@BOTH
def test_sentences_are_short(fictiville: Flask, lang: str) -> None:
    """A name counts as one word, whatever the town has called its streets and vehicles."""
    network, client = fictiville.extensions["networks"]["fictiville"], fictiville.test_client()
    names = {network.stops.name[row] for row in range(len(network.stops.name))}
    names |= {one.name for one in network.knowledge.vehicle_types.values()}
    longest_first = sorted(names, key=len, reverse=True)
    told = 0
    for name in ("measured", "borderline", "refused", "left out", "late", "stop"):
        html = unescape(client.get(addresses(lang)[name]).get_data(as_text=True))
        for text in re.findall(r'<(?:p class="(?:why|advice|note)"|li)>(.*?)</(?:p|li)>', html, re.DOTALL):
            said = re.sub(r"<[^>]+>", "", text)
            for place in longest_first:
                said = said.replace(place, "X")
            for sentence in re.split(r"(?<=[.!?])\s+", re.sub("[\u202f\u00a0]", "", said)):
                told += 1
                assert len(sentence.split()) <= 20, sentence
    assert told > 200


# --- Invented -----------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("name", ["plan", *QUESTIONS])
def test_every_page_of_the_invented_town_says_so_in_its_title_and_at_its_top(
    client: FlaskClient, lang: str, name: str
) -> None:
    html = page(client, lang, name)
    assert WORD[lang] in html.split("<title>")[1].split("</title>")[0]
    top = html.split("<main")[1].split("<h1>")[0]
    assert BANNER[lang] in top
    assert "A notice." in top


@BOTH
@pytest.mark.parametrize("name", ["known", "doubtful", "on foot"])
def test_every_itinerary_of_the_invented_town_says_so_without_being_opened(
    client: FlaskClient, lang: str, name: str
) -> None:
    cards = page(client, lang, name).split('<li class="card itinerary">')[1:]
    assert cards
    for card in cards:
        assert WORD[lang] in card.split("<details")[0]


@BOTH
@pytest.mark.parametrize("name", ["known", "doubtful"])
def test_every_boarding_with_invented_facts_says_so(client: FlaskClient, lang: str, name: str) -> None:
    ends = page(client, lang, name).split('<div class="end">')[1:]
    told = [end.split("</div>")[0] for end in ends]
    assert len(told) >= 4
    for end in told:
        assert {"fr": "Données inventées", "en": "Invented data"}[lang] in end, end
        assert 'class="source"' in end


def test_the_print_keeps_the_banner() -> None:
    styles = (Path(__file__).parents[2] / "webapp" / "static" / "css" / "print.css").read_text("utf-8")
    hidden = re.findall(r"([^{}]*)\{ display: none; \}", styles)
    assert hidden
    assert not any(name in rule for rule in hidden for name in (".notice", ".invented", ".certainty", ".why"))


@BOTH
def test_the_home_page_tells_the_invented_town_from_the_others(client: FlaskClient, lang: str) -> None:
    cards = client.get(f"/{lang}/").get_data(as_text=True).split('<li class="card">')[1:]
    assert [BANNER[lang] in card for card in cards] == [True, False]
    assert [WORD[lang] in card.replace("inventée", "inventé") for card in cards] == [True, False]


@BOTH
@pytest.mark.parametrize("name", ["plan", *QUESTIONS])
def test_the_same_town_without_its_survey_invents_nothing(client: FlaskClient, lang: str, name: str) -> None:
    html = page(client, lang, name, "silent")
    footer = html.index("<footer")
    assert "invent" not in html[:footer]
    assert "state-yes" not in html, "and knows nothing"


# --- Sentences ----------------------------------------------------------------------------------------


def test_a_known_trip_tells_numbers_limits_advice_and_source(client: FlaskClient) -> None:
    text = page(client, "fr", "known")
    assert "Chaque montée est connue" in text
    assert "Quai 29,5 cm, plancher 30 cm : 5 mm à franchir." in text
    assert "Demandez la rampe à la deuxième porte." in text
    assert "Votre limite : 10 %." in text
    assert "Source : Fictiville" in text
    assert text.index("Chaque montée est connue") < text.index("Avec un doute")


def test_the_coverage_counts_heights_as_invented_and_vehicles_as_described(client: FlaskClient) -> None:
    text = page(client, "en", "plan")
    assert "73 of 80 quays with an invented height" in text
    assert "8 types of vehicle are described, with their doors." in text
    assert "No vehicle is described" in page(client, "en", "plan", "silent")


def test_a_trip_that_depends_on_the_vehicle_names_it(client: FlaskClient) -> None:
    question = {"from": "Avenue des Camions-Garés", "to": "Faubourg de l'Envers", "when": "2026-11-24T09:00"}
    text = client.get("/en/fictiville/trip", query_string=question).get_data(as_text=True)
    assert "It depends on which vehicle comes: see below." in text
    assert "Only if this vehicle comes: Bus qui s&#39;agenouille" in text, "its name, not its id"
    assert "bus-kneeling" not in text


def test_a_line_without_fixed_times_says_so(client: FlaskClient) -> None:
    question = {"from": "F1-E", "to": "G1-E", "when": "2026-11-24T09:03"}
    text = client.get("/en/fictiville/trip", query_string=question).get_data(as_text=True)
    assert "It comes about every 10\N{NARROW NO-BREAK SPACE}min, without fixed times." in text


@BOTH
def test_a_stop_says_each_fact_with_its_source_and_what_is_not_known(client: FlaskClient, lang: str) -> None:
    def stop(network: str) -> str:
        response = client.get(f"/{lang}/{network}/stop/F1-E?when=2026-11-24T09:00")
        assert response.status_code == 200
        return unescape(response.get_data(as_text=True))

    known, silent = stop("fictiville"), stop("silent")
    assert known.count(WORD[lang]) > 6
    assert "12\N{NO-BREAK SPACE}mai 2026" in known or "12\N{NO-BREAK SPACE}May 2026" in known
    assert silent.count({"fr": "Pas connu", "en": "Not known"}[lang]) == 6
    assert "state-unknown" in silent
    assert re.search(r'<time datetime="2026-11-24T09:01:\d\d\+01:00">09:01</time>', known)


@pytest.mark.parametrize(
    ("stop_id", "service", "stops"),
    [
        ("C5-W", "Taxi à la demande, inventé lui aussi / a taxi on request, invented too", ()),
        ("D5-W", "Not known", ("E5-W", "B5-W")),
        ("K1-E", "None", ()),
    ],
)
def test_a_stop_that_cannot_be_made_accessible_says_what_there_is_in_its_place(
    client: FlaskClient, stop_id: str, service: str, stops: tuple[str, ...]
) -> None:
    asked = "when=2026-11-24T09:00&profile=powered-wheelchair"
    html = unescape(client.get(f"/en/fictiville/stop/{stop_id}?{asked}").get_data(as_text=True))
    card = html.split('aria-labelledby="in-place-title"')[1].split("</section>")[0]
    told = card.replace("\N{NO-BREAK SPACE}", " ")
    assert "<strong>This stop cannot be made accessible (12 May 2026)</strong>" in told
    assert told.count("invented, 12 May 2026. Source: ") == 2, "of the decision and of what there is"
    assert re.search(rf"<dt>Service that replaces it</dt><dd><strong>{re.escape(service)}</strong>", told)
    links = re.findall(r'href="/en/fictiville/stop/f:([^?]+)\?([^"]*)">([^<]+)</a>', card)
    assert tuple(one for one, _, _ in links) == stops
    assert all("profile=powered-wheelchair" in kept for _, kept, _ in links), "for the same traveller"
    assert all(client.get(f"/en/fictiville/stop/{one}").status_code == 200 for one, _, _ in links)


@pytest.mark.parametrize(("decided", "told"), [(True, True), (False, False), (None, False)])
def test_of_a_replacement_that_nobody_recorded_it_is_said_that_it_is_not_known(
    fictiville: Flask, decided: bool | None, told: bool
) -> None:
    network = fictiville.extensions["networks"]["fictiville"]
    at = (Subject.QUAY, "f:K1-E")
    facts = {name: one for name, one in network.knowledge.facts[at].items() if name != "substitution"}
    decision = facts.pop("technically_impossible")
    if decided is not None:
        facts["technically_impossible"] = replace(decision, value=decided)
    knowledge = replace(network.knowledge)
    vars(knowledge)["facts"] = network.knowledge.facts | {at: facts}
    view = present_stop(
        replace(network, knowledge=knowledge),
        network.stops.id.row_of["f:K1-E"],
        datetime(2026, 11, 24, 9, tzinfo=ZoneInfo(network.timezone)),
        PRESETS["manual-wheelchair"],
        get_language("en"),
    )
    assert (view.in_place is not None) == told
    if view.in_place is not None:
        assert [(one.value, one.source) for one in view.in_place.facts[1:]] == [("Not known", "")]
        assert view.in_place.stops == ()


def test_a_stop_that_is_none_has_no_page(client: FlaskClient) -> None:
    assert client.get("/fr/fictiville/stop/nowhere").status_code == 404
    assert client.get("/fr/fictiville/stop/F1-E?profile=bird").status_code == 404


def test_places_are_offered_with_typing_errors_and_taken_as_offered(client: FlaskClient) -> None:
    (offered,) = client.get("/en/fictiville/places?q=marhce nuag").get_json()
    assert offered == {"value": "Marché aux Nuages", "name": "Marché aux Nuages, all quays", "lines": "Line 1."}
    assert client.get("/en/fictiville/places?q=").get_json() == []
    assert "max-age" in client.get("/en/fictiville/places?q=x").headers["Cache-Control"]


@BOTH
@pytest.mark.parametrize("name", ["help", "accessibility", "legal"])
def test_the_pages_about_the_pages_are_there(client: FlaskClient, lang: str, name: str) -> None:
    html = client.get(f"/{lang}/about/{name}").get_data(as_text=True)
    assert html.count("<h1>") == 1
    assert f"/{'en' if lang == 'fr' else 'fr'}/about/{name}" in html


def test_without_an_audit_the_statement_says_not_compliant(client: FlaskClient) -> None:
    assert "Non conforme" in client.get("/fr/about/accessibility").get_data(as_text=True)
