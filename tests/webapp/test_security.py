"""Headers on every answer, hostile questions, and what is never logged."""

import gzip
import logging
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import webapp

PATHS = ["/", "/fr/", "/en/town/", "/en/town/trip", "/en/nowhere/", "/nothing", "/lines/0b5cad.css", "/lines/x.css"]
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self';"
    " font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' OR 1=1; DROP TABLE stops --",
    "{{ 7 * 7 }}{% raw %}",
    "%(profile)s %s %%",
    "nan,nan",
    "inf,-inf",
    "1e999,1e999",
    "\x00\x01\x1b[31m",
    "../../etc/passwd",
    "a" * 3000,
    "🦽" * 500,
    "\u202eright to left",
    "ُ" * 150,
]


@pytest.mark.parametrize("path", [*PATHS, "/static/css/page.css", "/static/missing.css"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    assert headers["Content-Security-Policy"] == CSP
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=(self)" in headers["Permissions-Policy"]
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["from", "to", "when", "profile", "unknown", "lang", "name", "_external", "_anchor"])
def test_a_hostile_field_is_refused_or_shown_as_text(client: FlaskClient, field: str, text: str) -> None:
    question = {"from": "Market", "to": "Hospital", "when": "2026-05-12T08:00"} | {field: text}
    response = client.get("/fr/town/trip", query_string=question)
    html = response.get_data(as_text=True)
    assert response.status_code in {200, 400, 422}
    assert response.status_code != 200 or field not in {"from", "to", "when", "profile", "unknown"}
    ours = html.count('<script type="module" src="/static/')
    assert html.count("<script") == ours <= 2, "ours alone: that of every page, and that of a movable map"
    assert "<img" not in html
    assert "49{%" not in html
    assert "http" not in html


@pytest.mark.parametrize(
    "path",
    [
        "/%ff%fe/",
        "/fr/%00/",
        "/fr/town/trip?from=%ff%fe&to=%c3%28&when=%80",
        "/fr/town/trip?&&&=&=a&from",
        "/fr/town/trip?" + "from=a&" * 400,
        "/fr/town/trip?from[]=a&from=b",
        "/fr/" + "a/" * 200,
        "/fr/" + quote("<b>x</b>") + "/",
        "/lines/" + "0b5cad-" * 500 + "0b5cad.css",
        "/static/../pages.py",
        "/static/%2e%2e/pages.py",
        "//example.org/fr/",
    ],
)
def test_a_hostile_address_never_breaks_the_server(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert 200 <= response.status_code < 500
    assert b"<b>x" not in response.data
    assert "example.org" not in (response.location or "")


def test_characters_that_cannot_be_read_are_named_as_such(client: FlaskClient) -> None:
    html = client.get("/en/town/trip?from=%ef%bf%bd&to=Mark%00et").get_data(as_text=True)
    assert html.count("This text contains characters that cannot be read.") == 4, "beside two fields and in the summary"


def test_a_field_and_a_whole_question_have_a_longest_length(client: FlaskClient) -> None:
    field = client.get("/en/town/trip", query_string={"from": "a" * 201, "to": "Hospital"})
    whole = client.get("/en/town/trip?from=" + "a" * 4100)
    assert (field.status_code, whole.status_code) == (422, 400)
    assert "200 characters are enough" in field.get_data(as_text=True)
    assert "This question is too long" in whole.get_data(as_text=True)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.dictionaries(st.sampled_from(["from", "to", "when", "profile", "unknown"]), st.text(max_size=80)))
def test_any_question_gets_an_answer_or_a_refusal(client: FlaskClient, question: dict[str, str]) -> None:
    data = {key: value.encode("utf-8", "surrogatepass") for key, value in question.items()}
    assert client.get("/en/town/trip", query_string=data).status_code in {200, 400, 422}


def test_a_page_is_asked_for_again_and_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/en/town/")
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get("/en/town/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/fr/town/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_static_files_are_kept_as_long_as_their_address_names_their_content(client: FlaskClient) -> None:
    html = client.get("/en/").get_data(as_text=True)
    address = html.split('<link rel="stylesheet" href="')[1].split('"')[0]
    assert "?v=" in address
    assert client.get(address, buffered=True).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(address.split("?")[0], buffered=True).headers["Cache-Control"] == "max-age=3600"


def test_no_stylesheet_asks_anybody_else() -> None:
    folder = Path(webapp.__file__).parent / "static"
    for path in (folder / "vendor").glob("*.css"):
        assert not re.search(r"url\([\"']?(?:\w+:|//)|@import", path.read_text("utf-8")), path.name
    for path in (folder / "css").rglob("*.css"):
        text = path.read_text("utf-8")
        assert "url(" not in text, path.name
        assert "@import" not in text, path.name
        assert "http" not in text, path.name


def test_the_sizes_stay_small(client: FlaskClient) -> None:
    styles = b"".join(path.read_bytes() for path in (Path(webapp.__file__).parent / "static" / "css").glob("*.css"))
    assert len(gzip.compress(styles)) <= 10_000
    trip = client.get("/en/town/trip?from=Market&to=Hospital&when=2026-05-12T08:00")
    assert trip.status_code == 200
    assert len(gzip.compress(trip.data)) <= 60_000


def test_no_log_line_keeps_a_question(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("werkzeug").info('%s - "%s" %s', "127.0.0.1", "GET /fr/town/trip?from=Home HTTP/1.1", 200)
        logging.getLogger("werkzeug").info("127.0.0.1 GET /fr/town/trip?from=Home HTTP/1.1")
    assert len(caplog.records) == 2
    assert "Home" not in caplog.text
    assert "GET /fr/town/trip HTTP/1.1" in caplog.text
