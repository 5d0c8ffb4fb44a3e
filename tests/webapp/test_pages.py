"""Every page, in both languages, with its errors, its choices and its honest words."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import parse_qs

import pytest
from flask.testing import FlaskClient

from planner.errors import QueryError
from planner.facts import Certainty
from planner.model import Itinerary, Reason, Unknown, Verdict, Way

TRIP = "/{lang}/town/trip?from=Market&to=Hospital&when=2026-05-12T08:00&profile=manual-wheelchair&unknown=allow"
PAGES = {
    "home": ("/{lang}/", 200),
    "plan": ("/{lang}/town/", 200),
    "plan without timetable": ("/{lang}/other/", 200),
    "trip": (TRIP, 200),
    "trip on foot": (TRIP.replace("manual-wheelchair", "on-foot"), 200),
    "empty": ("/{lang}/town/trip", 422),
    "every field wrong": ("/{lang}/town/trip?from=Nowhere&to=Gare&when=soon&profile=bird&unknown=perhaps", 422),
    "missing": ("/{lang}/nowhere/", 404),
    "too long": ("/{lang}/town/trip?from=" + "a" * 5000, 400),
}
BOTH = pytest.mark.parametrize("lang", ["fr", "en"])
EVERY = pytest.mark.parametrize("page", PAGES)

# Claims that no page makes; "not a guarantee" is the opposite of one.
CLAIMS = re.compile(r"\b(sûre?s?|sure|garantie?s?|guaranteed|vérifiée?s?|verified)\b", re.IGNORECASE)
DENIALS = ("pas une garantie",)


class Page(HTMLParser):
    """What a test asks of a page: its elements, its ids, its visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.ids = [attrs["id"] for _, attrs in self.elements if "id" in attrs]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data.replace("\N{NO-BREAK SPACE}", " ")

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attrs
            for name, attrs in self.elements
            if name == tag
            and all(attrs.get(key.rstrip("_").replace("_", "-")) == value for key, value in wanted.items())
        ]

    def field(self, name: str) -> dict[str, str | None]:
        return next(attrs for tag, attrs in self.elements if attrs.get("name") == name and tag == "input")


def get(client: FlaskClient, page: str, lang: str) -> Page:
    address, status = PAGES[page]
    response = client.get(address.format(lang=lang))
    assert response.status_code == status
    return Page(response.get_data(as_text=True))


# --- Every page ---------------------------------------------------------------------------------------


@BOTH
@EVERY
def test_a_page_has_language_title_heading_and_landmarks(client: FlaskClient, page: str, lang: str) -> None:
    found = get(client, page, lang)
    assert found.all("html") == [{"lang": lang}]
    titles = [one for one in found.all("title") if "id" not in one]  # those with an id name a map
    assert len(found.all("h1")) == len(found.all("main")) == len(titles) == 1
    assert found.all("header", class_="top")
    assert found.all("footer")
    assert found.all("a", class_="skip", href="#content"), "the first link leads to the content"
    assert found.all("main", id="content")


@BOTH
@EVERY
def test_headings_do_not_skip_a_level(client: FlaskClient, page: str, lang: str) -> None:
    levels = [int(tag[1]) for tag, _ in get(client, page, lang).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels


@BOTH
@EVERY
def test_ids_are_unique_and_references_resolve(client: FlaskClient, page: str, lang: str) -> None:
    found = get(client, page, lang)
    assert len(found.ids) == len(set(found.ids))
    for _, attrs in found.elements:
        for name in ("for", "aria-describedby", "aria-labelledby"):
            assert set((attrs.get(name) or "").split()) <= set(found.ids), attrs
        if (attrs.get("href") or "").startswith("#"):
            assert str(attrs["href"])[1:] in found.ids


@BOTH
@EVERY
def test_a_page_needs_no_script_no_inline_style_and_nobody_else(client: FlaskClient, page: str, lang: str) -> None:
    html = client.get(PAGES[page][0].format(lang=lang)).get_data(as_text=True)
    found = Page(html)
    assert not re.search(r"https?:|//[a-z]", html)
    scripts = [str(script["src"]).split("?")[0] for script in found.all("script")]
    assert scripts[0] == "/static/app.mjs", "files of ours, which add to a page that is whole without them"
    assert set(scripts[1:]) <= {"/static/map.mjs"}
    assert found.all("style") == []
    assert all("style" not in attrs for _, attrs in found.elements)
    assert not any(name.startswith("on") for _, attrs in found.elements for name in attrs)


@BOTH
@EVERY
def test_no_page_claims_more_than_it_knows(client: FlaskClient, page: str, lang: str) -> None:
    text = get(client, page, lang).text
    for denial in DENIALS:
        text = text.replace(denial, "")
    assert CLAIMS.findall(text) == []


@EVERY
def test_a_french_page_has_french_spaces_and_no_english_left(client: FlaskClient, page: str) -> None:
    text = get(client, page, "fr").text
    assert not re.search(r"\w [;:!?»]", text)
    assert not re.search(r"\b(the|you|with|trip|stop|quay|where)\b", re.sub("Everything here is invented.", "", text))


@BOTH
@EVERY
def test_the_other_language_is_one_link_away_with_the_same_question(client: FlaskClient, page: str, lang: str) -> None:
    other = {"fr": "en", "en": "fr"}[lang]
    (link,) = get(client, page, lang).all("a", hreflang=other)
    assert link["lang"] == other
    address, status = PAGES[page]
    if page in {"missing", "too long"}:
        address, status = "/{lang}/", 200  # what failed is not offered again
    assert client.get(str(link["href"])).status_code == status
    path, _, question = str(link["href"]).partition("?")
    assert path == address.format(lang=other).partition("?")[0]
    assert parse_qs(question) == parse_qs(address.partition("?")[2])


# --- Languages and networks ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "home"),
    [("fr-FR,fr;q=0.9", "/fr/"), ("en-GB", "/en/"), ("de,en;q=0.5", "/en/"), ("ja", "/fr/"), ("", "/fr/")],
)
def test_the_root_leads_to_a_language_the_visitor_reads(client: FlaskClient, accepted: str, home: str) -> None:
    response = client.get("/", headers={"Accept-Language": accepted})
    assert (response.status_code, response.location) == (302, home)
    assert "Accept-Language" in response.headers["Vary"]


def test_the_home_page_lists_every_network_with_its_coverage(client: FlaskClient) -> None:
    page = get(client, "home", "en")
    assert page.all("a", href="/en/town/")
    assert page.all("a", href="/en/other/")
    assert page.text.count("0 of 741 quays measured") == 2
    assert page.text.count("Everything here is invented.") == 1, "only the town that is invented"


def test_the_plan_page_says_what_is_known_and_what_that_means(client: FlaskClient) -> None:
    text = get(client, "plan", "fr").text
    assert "Quais mesurés\u202f: 0 sur 741" in text
    assert "Aucun quai n’a été mesuré ici." in text
    for count in ("12", "726", "913", "1\u202f461"):
        assert count in text
    assert "Everything here is invented." in text
    assert "Everything here is invented." not in get(client, "plan without timetable", "fr").text


def test_the_form_offers_every_profile_in_plain_words(client: FlaskClient) -> None:
    page = get(client, "plan", "en")
    values = [attrs["value"] for attrs in page.all("input", type="radio", name="profile")]
    assert values[0] == "manual-wheelchair"
    assert "on-foot" in values
    assert len(values) == 9
    assert not any(str(value) in page.text for value in values), "an id is no name"
    assert page.text.count("with help.") == 1, "only one profile travels with somebody, and has steeper ramps for it"
    assert [attrs["value"] for attrs in page.all("input", name="profile") if "checked" in attrs] == [
        "manual-wheelchair"
    ]


def test_a_new_form_asks_for_now_in_the_time_of_the_network(client: FlaskClient) -> None:
    assert get(client, "plan", "en").field("when")["value"] == "2026-05-12T08:00"


# --- Answers ------------------------------------------------------------------------------------------


def test_the_planner_is_asked_what_the_form_says(client: FlaskClient, asked: list) -> None:
    client.get(TRIP.format(lang="en").replace("allow", "exclude"))
    ((network, query),) = asked
    assert network.name == "town"
    assert (query.origin.stop_id, query.destination.stop_id) == ("town:market", "town:hospital")
    assert query.at.isoformat() == "2026-05-12T08:00:00+02:00"
    assert query.profile.id == "manual-wheelchair"
    assert query.unknown is Unknown.EXCLUDE


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr", ("Sans obstacle", "Avec aide", "Limite", "Inconnu", "Obstacle")),
        ("en", ("Step-free", "With help", "Borderline", "Unknown", "Barrier")),
    ],
)
def test_every_state_is_a_word_with_its_own_class(client: FlaskClient, lang: str, words: tuple[str, ...]) -> None:
    html = client.get(TRIP.format(lang=lang)).get_data(as_text=True)
    for kind, word in zip(("yes", "help", "limit", "unknown", "barrier"), words, strict=True):
        assert re.search(
            rf'class="state state-{kind}"><svg[^>]*aria-hidden="true".*?<span>{word}</span>', html, re.DOTALL
        )


def test_an_itinerary_says_times_lines_quays_and_what_is_known(client: FlaskClient) -> None:
    page = get(client, "trip", "en")
    for sentence in (
        "Leave at 08:00, arrive at 08:16",
        "Leave at 23:55, arrive at 00:06 the next day",
        "Get on at Market, quay A.",
        "Get off at Hospital.",
        "towards Hospital",
        "Stay on board: 3 stops, 11\u202fmin.",
        "Roll about 210\u202fm to Market, quay A: 4\u202fmin.",
        "The operator declares this stop and this vehicle usable with a wheelchair.",
        "The operator declares that wheelchairs cannot use this stop.",
        "What is recorded of quay and vehicle is not enough to tell.",
        "Weakest point: nobody can tell whether you can get on at Dock <b>&.",
        "2 of 5 points are not known: getting on at Dock <b>& and getting off at Hospital.",
        "1 of 5 points is borderline: getting off at Dock <b>&.",
        "It depends on which vehicle comes: see below.",
        "It comes about every 10\u202fmin, without fixed times.",
        "Time estimated between known stops: be there a few minutes early.",
        "Only if this vehicle comes: Low floor 12 m.",
        "An indication, not a guarantee",
    ):
        assert sentence in page.text
    assert "2026-05-12T08:05:00+02:00" in [attrs["datetime"] for attrs in page.all("time")]
    assert "4 trips: Market to Hospital" in page.text, "the title says what was found"


def test_a_way_that_nobody_has_checked_is_a_state_of_its_own(client: FlaskClient, asked: list) -> None:
    trip = asked.itineraries[0]
    way = Way(Verdict.UNKNOWN, Certainty.UNKNOWN, 1, ("surface", "kerbs", "slope", "width"), straight_line=True)
    asked.itineraries = (replace(trip, legs=(replace(trip.legs[0], way=way), trip.legs[1]), verdict=Verdict.UNKNOWN),)
    page = get(client, "trip", "en")
    assert "1 of 3 points is not known: the way to Market." in page.text
    assert "Nobody has checked this way: 210\u202fm, straight line × 1.3;" in page.text
    assert "its surface, kerbs, slope and width are not known." in page.text
    assert len([1 for _, attrs in page.elements if attrs.get("class") == "state state-unknown"]) == 2
    french = get(client, "trip", "fr").text
    assert "1 point sur 3 n’est pas connu\u202f: le chemin jusqu’à Market." in french
    assert "Personne n’a contrôlé ce chemin\u202f: 210\u202fm, ligne droite × 1,3\u202f;" in french


def test_an_arrival_is_never_shown_too_early(client: FlaskClient, asked: list) -> None:
    leg = asked.itineraries[0].legs[0]
    leg = replace(leg, departure=leg.departure.replace(second=40), arrival=leg.arrival.replace(second=10))
    asked.itineraries = (Itinerary("walk", (leg,), 0, 0, Verdict.YES, Certainty.INFERRED),)
    page = get(client, "trip", "en")
    assert "Leave at 08:00, arrive at 08:05" in page.text
    assert page.all("time", datetime="2026-05-12T08:05:00+02:00"), "you are there"
    assert "5\u202fmin" in page.text


def test_a_trip_on_the_street_alone_is_judged_too(client: FlaskClient, asked: list) -> None:
    leg = asked.itineraries[0].legs[0]
    asked.itineraries = (Itinerary("walk", (leg,), 0, 0, Verdict.YES, Certainty.INFERRED),)
    page = get(client, "trip", "en")
    assert "Nobody has checked the way itself; it is short, 210\u202fm in all." in page.text
    assert "change" not in page.text.replace("Change the question", "")
    assert "You are at Market, quay A." in page.text


@pytest.mark.parametrize(("lang", "day"), [("fr", "Mardi 12 mai 2026"), ("en", "Tuesday 12 May 2026")])
def test_an_itinerary_of_another_day_says_which(client: FlaskClient, lang: str, day: str) -> None:
    page = get(client, "trip", lang)
    assert page.all("p", class_="day") == [], "all leave on the day that was asked for"
    address = PAGES["trip"][0].format(lang=lang).replace("05-12T08:00", "05-11T23:00")
    other = Page(client.get(address).get_data(as_text=True))
    assert len(other.all("p", class_="day")) == 4
    assert day in other.text


def test_without_limits_nothing_is_judged(client: FlaskClient, asked: list) -> None:
    trip = asked.itineraries[0]
    free = replace(trip.legs[1].boarding, certainty=Certainty.NOT_NEEDED)
    way = replace(trip.legs[0].way, certainty=Certainty.NOT_NEEDED, unknown=())
    legs = (replace(trip.legs[0], way=way), replace(trip.legs[1], boarding=free, alighting=free))
    asked.itineraries = (replace(trip, legs=legs, certainty=Certainty.NOT_NEEDED),)
    page = get(client, "trip on foot", "en")
    assert not [attrs for tag, attrs in page.elements if (attrs.get("class") or "").startswith("state")]
    assert "Walk about" in page.text
    assert "About 210\u202fm, straight line × 1.3." in page.text
    assert "doubt" not in page.text


def test_itineraries_without_a_doubt_come_first_under_their_own_heading(client: FlaskClient) -> None:
    text = get(client, "trip", "en").text
    known, doubt = text.index("Every boarding known"), text.index("With a doubt")
    assert known < text.index("Leave at 08:00") < doubt < text.index("Leave at 08:10")
    assert known < text.index("Leave at 23:55") < doubt, "however late it is"


def test_five_itineraries_are_shown_at_most_those_without_a_doubt_before_the_others(
    client: FlaskClient, asked: list
) -> None:
    asked.itineraries = tuple(replace(one, id=f"{one.id}{turn}") for turn in range(3) for one in asked.itineraries)
    asked.itineraries = tuple(sorted(asked.itineraries, key=lambda one: one.doubts > 0))
    page = get(client, "trip", "en")
    assert len(page.all("li", class_="card itinerary")) == 5
    assert "5 trips: Market to Hospital" in page.text
    assert page.text.index("Every boarding known") < page.text.index("Leave at 08:00")


def test_the_last_departure_of_the_day_is_said_before_all_else_about_a_ride(client: FlaskClient, asked: list) -> None:
    trip = asked.itineraries[0]
    asked.itineraries = (replace(trip, legs=(trip.legs[0], replace(trip.legs[1], last_of_day=True))),)
    html = client.get(TRIP.format(lang="en")).get_data(as_text=True)
    told = html.index("This is the last departure of the day that you can take from here.")
    assert html.rindex('<p class="notice last">', 0, told) < told < html.index("Get on at Market")


def test_a_boarding_can_be_told_to_the_network_in_a_text_of_ones_own(client: FlaskClient) -> None:
    html = client.get(TRIP.format(lang="en")).get_data(as_text=True)
    assert html.count('<details class="report">') == 5, "one for each ride"
    for words in (
        "I got on.",
        "I was left at the kerb: the ramp did not work.",
        "I was left at the kerb: I was refused.",
        "I was left at the kerb: the space was taken.",
        "I was left at the kerb: the quay did not allow it.",
        "Something else happened:",
    ):
        assert html.count(f"<option>{words}</option>") == 5
    assert "Line C3 at Market, quay A, Tuesday 12\u00a0May 2026, 08:05." in html
    assert "<form" not in html.split('<details class="report">')[1].split("</details>")[0], "nothing is sent"


def test_the_pages_can_be_installed(client: FlaskClient) -> None:
    (link,) = get(client, "home", "fr").all("link", rel="manifest")
    said = client.get(str(link["href"])).get_json()
    assert (said["lang"], said["start_url"], said["display"]) == ("fr", "/fr/", "minimal-ui")
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
    for icon in said["icons"]:
        assert client.get(icon["src"], buffered=True).mimetype == "image/png"
    worker = client.get("/sw.js")
    assert worker.mimetype == "text/javascript"
    for address in re.search(r"SHELL = (\[.*?\]);", worker.get_data(as_text=True))[1].strip("[]").split(", "):
        assert client.get(address.strip('"'), buffered=True).status_code == 200


def test_a_state_is_said_once(client: FlaskClient, asked: list) -> None:
    asked.itineraries = asked.itineraries[2:3]
    page = get(client, "trip", "en")
    sentence = "The operator declares that wheelchairs cannot use this stop."
    assert sentence in page.text
    assert f"Barrier. {sentence}" not in page.text, "the badge has said it"


def test_the_places_that_nobody_has_checked_are_a_choice_of_three(client: FlaskClient, asked: list) -> None:
    page = get(client, "plan", "en")
    choices = page.all("input", type="radio", name="unknown")
    assert [attrs["value"] for attrs in choices] == ["exclude", "penalise", "allow"]
    assert [attrs["value"] for attrs in choices if "checked" in attrs] == ["penalise"]
    for choice in Unknown:
        client.get(TRIP.format(lang="en").replace("allow", choice.value))
    client.get(TRIP.format(lang="en").replace("&unknown=allow", ""))
    assert [query.unknown for _, query in asked] == [*Unknown, Unknown.PENALISE]


def test_what_was_left_out_is_one_link_away(client: FlaskClient, asked: list) -> None:
    asked.only_if = lambda query: query.unknown is not Unknown.EXCLUDE
    asked.why_not = Reason("ONLY_WITH_UNKNOWN")
    page = Page(client.get(TRIP.format(lang="en").replace("allow", "exclude")).get_data(as_text=True))
    (link,) = [str(attrs["href"]) for attrs in page.all("a", class_="action") if "penalise" in str(attrs["href"])]
    assert client.get(link).status_code == 200
    assert asked[-1][1].unknown is Unknown.PENALISE


def test_a_browser_may_offer_the_names_of_stops(client: FlaskClient) -> None:
    page = get(client, "plan", "en")
    assert [attrs["value"] for attrs in page.all("option")] == ["Dock <b>&", "Market"]
    assert page.field("from")["list"] == page.field("to")["list"] == "stops"
    assert "stops" in page.ids


def test_a_line_is_text_on_its_own_colour(client: FlaskClient) -> None:
    html = client.get(TRIP.format(lang="en")).get_data(as_text=True)
    assert '<span class="line line-0b5cad">C3</span>' in html
    assert 'href="/lines/0b5cad.css"' in html
    rules = client.get("/lines/0b5cad.css")
    assert rules.mimetype == "text/css"
    assert rules.get_data(as_text=True) == ".line-0b5cad{background:#0b5cad;color:#ffffff}"


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (None, "No trip was found."),
        (Reason("NO_TRIPS"), "no timetable, only stops"),
        (
            Reason("OUTSIDE_SERVICE", {"first": "2026-01-01", "last": "2026-12-31"}),
            "The timetable runs from Thursday 1 January 2026 to Thursday 31 December 2026.",
        ),
        (Reason("NO_STOP_NEAR_ORIGIN", {"metres": 500}), "There is no stop within 500\u202fm of where you start."),
        (
            Reason("NO_STOP_NEAR_DESTINATION", {"metres": 500}),
            "There is no stop within 500\u202fm of where you want to go.",
        ),
        (Reason("ONLY_WITH_UNKNOWN"), "Every trip uses something that nobody has checked."),
        (Reason("BOARDING_IMPOSSIBLE"), "getting on or off is impossible for your way of travelling"),
        (Reason("NO_CONNECTION", {"day": "2026-05-12"}), "No line leads there from this hour on, on Tuesday"),
        (Reason("A_CODE_OF_TOMORROW"), "No trip was found."),
    ],
)
def test_no_itinerary_is_said_with_its_reason(client: FlaskClient, asked: list, reason: Reason, sentence: str) -> None:
    asked.itineraries, asked.why_not = (), reason
    page = get(client, "trip", "en")
    assert sentence in page.text
    assert "No trip found: Market to Hospital" in page.text
    assert "not a guarantee" not in page.text


def test_the_way_back_and_other_hours_are_links(client: FlaskClient, asked: list) -> None:
    page = get(client, "trip", "en")
    links = [str(attrs["href"]) for attrs in page.all("a", class_="action") if "download" not in attrs][-3:]
    for link in links:
        assert client.get(link).status_code == 200
    hours = [query.at.hour for _, query in asked[1:]]
    assert hours == [7, 9, 8]
    assert asked[-1][1].origin.name == "Hospital"


# --- Refusals -----------------------------------------------------------------------------------------


def test_every_error_is_a_sentence_beside_its_field_and_in_the_summary(client: FlaskClient) -> None:
    page = get(client, "every field wrong", "en")
    for field in ("from", "to", "when", "profile", "unknown"):
        assert f"error-{field}" in page.ids
        assert page.all("a", href=f"#field-{field}")
    for field in ("from", "when"):
        assert page.field(field)["aria-invalid"] == "true"
        assert f"error-{field}" in str(page.field(field)["aria-describedby"])
    assert "5 answers need your attention" in page.text
    order = [attrs["href"] for attrs in page.all("a") if str(attrs["href"]).startswith("#field-")]
    assert order == [f"#field-{field}" for field in ("from", "to", "when", "profile", "unknown")]
    assert page.text.count("No place called “Nowhere” was found on this network.") == 2
    assert page.text.index("To correct:") < page.text.index("Plan a trip:"), "the title says so first"


def test_what_was_written_is_kept(client: FlaskClient) -> None:
    page = get(client, "every field wrong", "en")
    assert page.field("from")["value"] == "Nowhere"
    assert page.field("when")["value"] == "soon"
    assert page.field("when")["type"] == "text", "a date field would hide what is no date"
    kept = Page(
        client.get("/en/town/trip?from=Market&to=&profile=pram&unknown=exclude&when=2026-06-01T09:30").get_data(True)
    )
    assert kept.field("from")["value"] == "Market"
    assert "aria-invalid" not in kept.field("from")
    assert kept.field("when")["value"] == "2026-06-01T09:30"
    assert kept.field("when")["type"] == "datetime-local"
    assert {attrs["value"] for attrs in kept.all("input", type="radio") if "checked" in attrs} == {
        "leave",
        "pram",
        "exclude",
    }


def test_an_ambiguous_name_gives_a_list_to_choose_from(client: FlaskClient, asked: list) -> None:
    address = "/en/town/trip?from=Gare&to=Hospital&when=2026-05-12T08:00"
    response = client.get(address)
    page = Page(response.get_data(as_text=True))
    assert response.status_code == 422
    choices = page.all("input", type="radio", name="from")
    assert [attrs["value"] for attrs in choices] == ["Market [town:market]", "Dock <b>& [town:dock]"]
    assert "Lines C3, C10." in page.text, "the lines that call there, in their order"
    assert "No line calls here." in page.text
    assert not page.all("input", type="text", name="from"), "one answer to one question"
    (another,) = page.all("a", class_="action")
    written = Page(client.get(str(another["href"])).get_data(as_text=True))
    assert (written.field("from")["value"], written.field("to")["value"]) == ("", "Hospital")
    assert written.field("when")["value"] == "2026-05-12T08:00"
    assert client.get(address.replace("Gare", "Market [town:market]")).status_code == 200
    assert asked[0][1].origin.name == "Market"


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("2026-13-01T08:00", "Write the day and the time like this: 2026-05-12T08:00."),
        ("2026-05-12", "Write the day and the time like this"),
        ("2026-05-12T08:00Z", "Write the day and the time like this"),
        ("NaN", "Write the day and the time like this"),
        ("2019-05-12T08:00", "The timetable runs from 1 January 2026 to 31 December 2026."),
        ("0001-01-01T00:00", "The timetable runs from"),
        ("9999-12-31T23:59", "The timetable runs from"),
        ("2026-03-29T02:30", "the clocks are put forward"),
    ],
)
def test_an_impossible_time_is_explained(client: FlaskClient, when: str, sentence: str) -> None:
    response = client.get("/en/town/trip", query_string={"from": "Market", "to": "Hospital", "when": when})
    assert response.status_code == 422
    assert sentence in Page(response.get_data(as_text=True)).text


@pytest.mark.parametrize("when", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_without_a_timetable_a_time_is_still_one_of_the_calendar(client: FlaskClient, when: str) -> None:
    response = client.get("/en/other/trip", query_string={"from": "Market", "to": "Hospital", "when": when})
    assert response.status_code == 422
    assert "No timetable reaches this year." in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("91,0", "« 91,0 » n’est pas une position."),
        ("town:dock", "Les horaires ne disent pas où est cet arrêt."),
        ("Nulle part", "Aucun lieu appelé « Nulle part » n’a été trouvé"),
        ("Nulle part [x]", "Aucun lieu appelé « Nulle part [x] » n’a été trouvé"),
    ],
)
def test_why_a_text_is_no_place_is_said_in_french(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, text: str, sentence: str
) -> None:
    def refuse(_network: object, _text: str, field: str) -> None:
        raise QueryError("an English sentence", field)

    monkeypatch.setattr("webapp.question.find_place", refuse)
    page = Page(client.get("/fr/town/trip", query_string={"from": text, "to": "Hospital"}).get_data(as_text=True))
    assert sentence in page.text.replace("\u202f", " ")
    assert "an English sentence" not in page.text


@BOTH
@pytest.mark.parametrize(("field", "shown"), [("at", 'id="error-when"'), ("profile", 'id="error-profile"'), ("x", "")])
def test_what_the_planner_refuses_is_said_in_the_language_of_the_page(
    client: FlaskClient, asked: list, lang: str, field: str, shown: str
) -> None:
    asked.error = QueryError("the planner says so", field)
    response = client.get(TRIP.format(lang=lang))
    html = response.get_data(as_text=True)
    assert response.status_code == 422
    assert shown in html
    assert "the planner says so" not in html
    sentence = {"fr": "Cette réponse est inutilisable.", "en": "The planner cannot use this."}[lang]
    assert html.count(sentence) == (2 if shown else 1), "in the summary, and beside its field"


def test_start_and_end_in_one_place_is_a_sentence_in_the_language_of_the_page(client: FlaskClient, asked: list) -> None:
    asked.error = QueryError("origin and destination are the same place", "to")
    assert "C’est déjà votre point de départ." in client.get(TRIP.format(lang="fr")).get_data(as_text=True)


@BOTH
def test_our_own_faults_are_a_sentence_without_a_trace(
    client: FlaskClient, asked: list, lang: str, caplog: pytest.LogCaptureFixture
) -> None:
    asked.error = RuntimeError("secret detail")
    response = client.get(TRIP.format(lang=lang))
    page = Page(response.get_data(as_text=True))
    assert response.status_code == 500
    assert page.all("html") == [{"lang": lang}]
    assert "secret detail" not in page.text
    assert "Traceback" not in page.text
    assert "secret detail" in caplog.text, "but it is logged"
    assert "Market" not in caplog.text, "and nobody's trip is"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_sent(client: FlaskClient, method: str) -> None:
    response = getattr(client, method)("/en/town/trip")
    assert response.status_code == 405
    assert "This page only answers questions" in response.get_data(as_text=True)
