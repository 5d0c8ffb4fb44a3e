"""NeTEx: the unknown default, the reference of heights, and hostile XML."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.errors import FeedError
from planner.facts import Method, Subject
from planner.feeds.evidence import Reading
from planner.feeds.netex import read_netex

NS = 'xmlns="http://www.netex.org.uk/netex"'


def read(tmp_path: Path, body: str, prolog: str = "") -> Reading:
    path = tmp_path / "f.xml"
    path.write_text(
        f'<?xml version="1.0"?>{prolog}<PublicationDelivery {NS}><PublicationTimestamp>2026-05-12T01:00:00'
        f"</PublicationTimestamp><dataObjects>{body}</dataObjects></PublicationDelivery>",
        encoding="utf-8",
    )
    return read_netex(path)


def place(quay: str, mode: str = "<TransportMode>bus</TransportMode>", own: str = "") -> str:
    return f'<StopPlace id="SP1">{own}{mode}<quays><Quay id="Q1">{quay}</Quay></quays></StopPlace>'


def limits(inner: str) -> str:
    return f"<AccessibilityAssessment><limitations>{inner}</limitations></AccessibilityAssessment>"


def values(reading: Reading, subject_id: str = "Q1") -> dict[str, object]:
    return {row.attribute: row.value for row in reading.evidence if row.subject_id == subject_id}


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "<AccessibilityLimitation/>",
        "<AccessibilityLimitation><WheelchairAccess/></AccessibilityLimitation>",
        "<AccessibilityLimitation><WheelchairAccess> </WheelchairAccess></AccessibilityLimitation>",
        "<AccessibilityLimitation><WheelchairAccess>unknown</WheelchairAccess></AccessibilityLimitation>",
        "<AccessibilityLimitation><StepFreeAccess/></AccessibilityLimitation>",
    ],
)
def test_an_absent_or_empty_wheelchair_access_is_unknown_although_the_schema_says_false(
    tmp_path: Path, inner: str
) -> None:
    reading = read(tmp_path, place(limits(inner)))
    assert values(reading) == {}
    assert reading.findings == []


@pytest.mark.parametrize(("status", "word"), [("true", "yes"), ("false", "no"), ("partial", "partial")])
def test_a_stated_wheelchair_access_is_declared(tmp_path: Path, status: str, word: str) -> None:
    inner = f"<AccessibilityLimitation><WheelchairAccess>{status}</WheelchairAccess></AccessibilityLimitation>"
    reading = read(tmp_path, place(limits(inner)))
    assert values(reading) == {"declared_access": word}
    assert reading.evidence[0].method is Method.DECLARED
    assert reading.sources[0].date == "2026-05-12"


def test_contradicting_limitations_are_a_finding(tmp_path: Path) -> None:
    inner = "".join(
        f"<AccessibilityLimitation><WheelchairAccess>{word}</WheelchairAccess></AccessibilityLimitation>"
        for word in ("true", "false")
    )
    reading = read(tmp_path, place(limits(inner)))
    assert values(reading) == {}
    assert [finding.code for finding in reading.findings] == ["CONFLICT"]


def test_the_assessment_of_a_stop_place_is_its_own_and_not_that_of_its_quays(tmp_path: Path) -> None:
    inner = "<AccessibilityLimitation><WheelchairAccess>true</WheelchairAccess></AccessibilityLimitation>"
    reading = read(tmp_path, place("", own=limits(inner)))
    assert values(reading, "SP1") == {"declared_access": "yes"}
    assert values(reading) == {}


@pytest.mark.parametrize(
    ("mode", "reference"), [("bus", "road"), ("trolleyBus", "road"), ("rail", "rail"), ("metro", "rail")]
)
def test_a_platform_height_is_used_where_its_reference_is_known(tmp_path: Path, mode: str, reference: str) -> None:
    quay = "<PlatformHeight>0.21</PlatformHeight>"
    reading = read(tmp_path, place(quay, f"<TransportMode>{mode}</TransportMode>"))
    assert values(reading) == {"height_mm": 210.0, "height_reference": reference}


@pytest.mark.parametrize("mode", ["", "<TransportMode>tram</TransportMode>", "<TransportMode>unknown</TransportMode>"])
def test_a_platform_height_without_a_reference_is_a_finding(tmp_path: Path, mode: str) -> None:
    reading = read(tmp_path, place("<PlatformHeight>0.21</PlatformHeight>", mode))
    assert values(reading) == {}
    assert [(finding.code, finding.subject_id) for finding in reading.findings] == [("UNKNOWN_REFERENCE", "Q1")]


def test_heights_of_boarding_positions_count_only_if_they_agree(tmp_path: Path) -> None:
    def positions(*heights: str) -> str:
        inner = "".join(f"<BoardingPosition><PlatformHeight>{h}</PlatformHeight></BoardingPosition>" for h in heights)
        return place(f"<boardingPositions>{inner}</boardingPositions>")

    assert values(read(tmp_path, positions("0.18", "0.18")))["height_mm"] == 180.0
    differing = read(tmp_path, positions("0.18", "0.12"))
    assert values(differing) == {}
    assert [finding.code for finding in differing.findings] == ["CONFLICT"]


def test_boarding_height_gap_and_device_length_are_never_floor_gap_or_ramp(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        '<VehicleType id="V1"><Name>Bus</Name><TransportMode>bus</TransportMode><BoardingHeight>0.3</BoardingHeight>'
        "<GapToPlatform>0.05</GapToPlatform><equipmentProfiles><AccessVehicleEquipment id='A1'><Ramp>true</Ramp>"
        "<BearingCapacity>300</BearingCapacity><EquipmentLength>1</EquipmentLength><WidthOfAccessArea>0.9"
        "</WidthOfAccessArea></AccessVehicleEquipment></equipmentProfiles></VehicleType>",
    )
    assert values(reading, "V1") == {"name": "Bus", "mode": "bus"}
    assert values(reading, "V1#1") == {"clear_width_mm": 900.0, "ramp_load_kg": 300.0}
    assert sorted(finding.text.split()[0] for finding in reading.findings) == [
        "BoardingHeight",
        "EquipmentLength",
        "GapToPlatform",
    ]


def test_wheelchair_places_of_several_classes_are_not_added_up(tmp_path: Path) -> None:
    def capacity(*numbers: int) -> str:
        inner = "".join(
            f"<PassengerCapacity><WheelchairPlaceCapacity>{n}</WheelchairPlaceCapacity></PassengerCapacity>"
            for n in numbers
        )
        return f'<VehicleType id="V1"><capacities>{inner}</capacities></VehicleType>'

    assert values(read(tmp_path, capacity(2)), "V1") == {"wheelchair_spaces": 2}
    several = read(tmp_path, capacity(2, 10))
    assert values(several, "V1") == {}
    assert several.findings[0].code == "CONFLICT"


def test_billion_laughs_and_every_document_type_are_refused(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    with pytest.raises(FeedError, match="document type or entities"):
        read(tmp_path, place("<Name>&c;</Name>"), laughs)
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    external = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    with pytest.raises(FeedError, match="document type or entities"):
        read(tmp_path, place("<Name>&x;</Name>"), external)
    with pytest.raises(FeedError, match="document type or entities"):
        read(tmp_path, "", "<!-- " + "x" * 100 + ' --><!DOCTYPE d SYSTEM "http://example.org/d.dtd">')
    hidden = "<!-- " + "x" * (1 << 21) + ' --><!DOCTYPE d [<!ENTITY a "b">]>'
    with pytest.raises(FeedError, match="document type or entities"):
        read(tmp_path, "", hidden)


def test_a_bomb_in_an_attribute_of_the_root_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xml"
    entities = '<!ENTITY e0 "' + "ha" * 50 + '">'
    entities += "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE d [{entities}]><d a="&e9;"/>')
    with pytest.raises(FeedError, match="document type or entities"):
        read_netex(path)


def test_broken_and_absent_files_are_told_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.xml"
    path.write_text("<PublicationDelivery>\n<Quay></PublicationDelivery>")
    with pytest.raises(FeedError, match=r"broken\.xml, line 2: is not well-formed XML"):
        read_netex(path)
    with pytest.raises(FeedError, match="cannot be read"):
        read_netex(tmp_path / "absent.xml")
    path.write_text("<a>" * 5000)
    with pytest.raises(FeedError):
        read_netex(path)


def test_another_document_is_said_to_be_no_netex(tmp_path: Path) -> None:
    path = tmp_path / "page.xml"
    path.write_text("<html><body/></html>")
    reading = read_netex(path)
    assert [finding.code for finding in reading.findings] == ["UNKNOWN_DOCUMENT"]


def test_the_eiffel_tower_states_eight_quays(testdata: Callable[[str], Path]) -> None:
    reading = read_netex(testdata("netex/nigiri_tour_eiffel.xml"))
    told = Counter(row.value for row in reading.evidence if row.attribute == "declared_access")
    assert told == {"yes": 6, "no": 2}
    assert reading.report["Quay"] == 8


def test_darmstadt_states_nothing_and_so_nothing_is_known(testdata: Callable[[str], Path]) -> None:
    reading = read_netex(testdata("netex/nigiri_darmstadt_hbf.xml"))
    assert reading.evidence == []
    assert reading.report["Quay"] == 28


def test_chur_has_lifts_and_forty_metre_ramps_in_its_station(testdata: Callable[[str], Path]) -> None:
    reading = read_netex(testdata("netex/Chur_Equipment_Pathlink_V1.0.xml"))
    assert Counter(row.value for row in reading.evidence if row.attribute == "kind") == {
        "lift": 10,
        "escalator": 10,
        "ramp": 7,
    }
    lift = values(reading, "ch:1:LiftEquipment:8509000-119")
    assert (lift["cabin_length_mm"], lift["cabin_width_mm"], lift["max_load_kg"]) == (1000.0, 1800.0, 800.0)
    assert values(reading, "ch:1:RampEquipment:8509000-106")["length_mm"] == 40000.0
    assert not [row for row in reading.evidence if row.subject is Subject.DOOR]


def test_the_vehicles_of_chur_and_of_the_model_give_only_what_is_certain(testdata: Callable[[str], Path]) -> None:
    chur = read_netex(testdata("netex/EPIAP_Accessibility_Chur_V08_vehicletypes.xml"))
    assert values(chur, "ch:1:VehicleType:C1:") == {"name": "CitaroK Churbus", "length_mm": 11000.0}
    assert [finding.code for finding in chur.findings] == ["UNKNOWN_REFERENCE"]
    model = read_netex(testdata("netex/submodel-VehicleType.xml"))
    assert model.evidence == []
    assert [finding.code for finding in model.findings] == ["MISSING_ID"]


def test_oslo_states_its_stop_places(testdata: Callable[[str], Path]) -> None:
    reading = read_netex(testdata("netex/OsloS_station_example.xml"))
    assert Counter((row.attribute, row.value) for row in reading.evidence) == {
        ("declared_access", "yes"): 4,
        ("path_step_free", True): 4,
    }
