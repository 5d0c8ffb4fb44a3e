"""Whatever is sent, the answer is an answer or a refusal, never a fault of ours; and it is what the contract says."""

import copy
import json
from collections import Counter
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.api.asked import parameters
from webapp.api.endpoints import ENDPOINTS, Endpoint

HOSTILE = st.one_of(
    st.sampled_from(
        [
            "", " ", "0", "-1", "NaN", "inf", "-inf", "1e999", "9" * 60, "1e-400", "0x10", "²", "null", "true", "[]",
            "91,181", "NaN,NaN", "1e308,1e308", "-90,-180", "47,-20", "0,0,0,0", "180,90,-180,-90", "a,b,c", ",", ",,,",
            "' OR 1=1 --", '"; DROP TABLE place; --', "<script>alert(1)</script>", "../../etc/passwd", "/", "a//b",
            "${jndi:ldap://x}", "{{7*7}}", "\ud800", "\u202e", "\U0001f68f" * 40, "NEAR/2", '"*"', "f:E1-N", "\x00",
            "Colline-Plate", "2026-11-24T09:00", "2026-02-30", "0001-01-01", "9999-12-31T23:59:59-23:59", "24:00",
            "2026-11-24T09:00:00+99:99", "exclude", "manual-wheelchair", "geojson", "50", "1200",
        ]
    ),
    st.text(max_size=30),
    st.floats(allow_nan=False).map(str),
    st.integers().map(str),
)  # fmt: skip
USUAL = {"from": "f:E1-N", "to": "f:E3-N", "place": "f:E1", "stop": "f:E1-N", "route": "f:T1", "at": "2026-11-24T09:00",
         "origins": "f:E1", "destinations": "f:E8"}  # fmt: skip


@st.composite
def asked(draw: st.DrawFn) -> tuple[Endpoint, str, list[tuple[str, str]], bytes | None]:
    """One address with one to four hostile parameters, and the usual ones beside them, or a hostile body."""
    endpoint = draw(st.sampled_from(ENDPOINTS))
    names = [*parameters(endpoint.question), "limits", "unheard"]
    id_ = draw(st.one_of(st.just("f:E1-N"), st.just("f:T1"), HOSTILE.filter(bool)))
    hostile = draw(st.lists(st.tuples(st.sampled_from(names), HOSTILE), max_size=4))
    usual = [(name, text) for name, text in USUAL.items() if name in names and name not in dict(hostile)]
    if "GET" in endpoint.methods and draw(st.integers(0, 3)):
        return endpoint, id_, hostile + usual, None
    value = st.recursive(
        st.one_of(HOSTILE, st.none(), st.booleans(), st.integers(), st.floats()),
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(names) | HOSTILE, inner)),
        max_leaves=8,
    )
    body = draw(st.one_of(st.binary(max_size=30), st.dictionaries(st.sampled_from(names), value, max_size=4)))
    return endpoint, id_, [], body if isinstance(body, bytes) else json.dumps(dict(usual) | body).encode()


@pytest.mark.parametrize("cases", [2_000, pytest.param(50_000, marks=pytest.mark.proof)])
def test_hostile_questions_are_answered_or_refused(client: FlaskClient, cases: int) -> None:
    answers = Counter[str]()

    @settings(max_examples=cases, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(asked())
    def ask(question: tuple[Endpoint, str, list[tuple[str, str]], bytes | None]) -> None:
        endpoint, id_, told, body = question
        quoted = "".join(f"%{byte:02x}" for byte in id_.encode("utf-8", "surrogatepass"))
        path = f"/api/v1/fictiville/{endpoint.path.replace('<path:id_>', quoted)}"
        if body is not None:
            response = client.post(path, data=body)
        else:
            query = "&".join(
                "=".join("".join(f"%{byte:02x}" for byte in part.encode("utf-8", "surrogatepass")) for part in pair)
                for pair in told
            )
            response = client.get(path, query_string=query)
        assert 200 <= response.status_code < 300 or 400 <= response.status_code < 500, (path, told, body)
        if response.status_code >= 400:
            assert response.get_json(force=True)["cure"]
        answers[f"{response.status_code // 100}xx"] += 1

    ask()
    assert sum(answers.values()) >= cases
    print(f"{sum(answers.values())} questions: {dict(sorted(answers.items()))}")


@pytest.mark.parametrize(
    "raw", ["q=%ff%fe", "q=%c3%28", "%ff=1", "q=%ed%a0%80", "=", "&&&", "q", "q=a&q=b", "q=%", "near=%2D%2D"]
)
def test_broken_addresses_are_answered_or_refused(client: FlaskClient, raw: str) -> None:
    for door in ("stops", "places", "routes", "plan"):
        assert client.get(f"/api/v1/fictiville/{door}?{raw}").status_code in (200, 400, 422)


def narrowed(document: dict[str, Any]) -> dict[str, Any]:
    """The contract with the network that is carried, and ids of which some exist."""
    told = copy.deepcopy(document)
    for item in told["paths"].values():
        for operation in item.values():
            for parameter in operation["parameters"]:
                if parameter["in"] == "path":
                    ids = ["f:E1-N", "f:E1", "f:T1", "f:T1-0-weekday-090000", "nothing"]
                    parameter["schema"] = {"enum": ["fictiville"] if parameter["name"] == "network" else ids}
    return told


def test_schemathesis_finds_no_answer_that_the_contract_does_not_say(client: FlaskClient) -> None:
    """Over every operation; 1,000 cases in all."""
    schemathesis = pytest.importorskip("schemathesis", reason="of the development packages; see setup.cfg")
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    document = client.get("/api/v1/openapi.json").get_json()
    schema = schemathesis.openapi.from_dict(narrowed(document))
    schema.app = client.application
    operations = [found.ok() for found in schema.get_all_operations()]
    asked_for = 0
    each = -(-1_250 // len(operations))  # addresses without parameters have few cases
    wanted = [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    ]
    for operation in operations:

        @settings(max_examples=each, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            nonlocal asked_for
            asked_for += 1
            case.call_and_validate(checks=wanted, headers={"Accept-Encoding": "identity"})  # it unpacks nothing

        ask()
    assert asked_for >= 1_000
