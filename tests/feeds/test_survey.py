"""The survey folder of a city."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.errors import Fault, FeedError
from planner.facts import Evidence, Method, Subject
from planner.feeds.delimited import MAX_BYTES
from planner.feeds.evidence import SurveyReading
from planner.feeds.survey import read_survey
from planner.model import Assignment, Outcome


def write(folder: Path, file: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / file
    path.write_bytes(text.encode(encoding))
    return path


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(FeedError) as caught:
        read_survey(folder)
    return [str(fault) for fault in caught.value.faults]


def said(reading: SurveyReading, subject_id: str) -> dict[str, object]:
    return {row.attribute: row.value for row in reading.evidence if row.subject_id == subject_id}


def test_a_measured_cell_carries_source_date_method_tolerance_and_place(tmp_path: Path) -> None:
    write(tmp_path, "quays.csv", "stop_id,quay_height_m,measured_on,source_id\nA,0.18,2026-05-12,city\n")
    write(tmp_path, "sources.csv", "source_id,name,licence\ncity,Ville,ODbL\n")
    reading = read_survey(tmp_path)
    assert reading.evidence == [
        Evidence(
            Subject.QUAY,
            "A",
            "height_mm",
            180.0,
            "city",
            Method.SURVEY,
            10,
            date(2026, 5, 12),
            "quays.csv, line 2",
        )
    ]
    assert [(source.name, source.licence) for source in reading.sources] == [("Ville", "ODbL")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
def test_every_encoding_separator_and_decimal_mark_gives_the_same(tmp_path: Path, encoding: str) -> None:
    write(tmp_path, "quays.csv", "stop_id;quay_height_m;owner\nA;0,185;Métropole\n", encoding)
    semicolons = read_survey(tmp_path)
    write(tmp_path, "quays.csv", 'stop_id,quay_height_m,owner\nA,"0,185",Métropole\n', encoding)
    quoted = read_survey(tmp_path)
    write(tmp_path, "quays.csv", "stop_id,quay_height_m,owner\r\nA,0.185,Métropole\r\n", encoding)
    points = read_survey(tmp_path)
    assert semicolons.evidence == quoted.evidence == points.evidence
    assert said(points, "A") == {"height_mm": 185.0, "owner": "Métropole"}


def test_an_empty_cell_says_nothing_and_zero_says_zero(tmp_path: Path) -> None:
    write(tmp_path, "quays.csv", "stop_id,quay_height_m,gap_m,ramp_deployable\nA,,,\nB,0,0,no\n")
    reading = read_survey(tmp_path)
    assert said(reading, "A") == {}
    assert said(reading, "B") == {"height_mm": 0.0, "gap_mm": 0.0, "ramp_deployable": False}


@pytest.mark.parametrize("word", ["NC", "unknown", "sans objet", "?"])
def test_empty_is_the_only_unknown(tmp_path: Path, word: str) -> None:
    write(tmp_path, "quays.csv", f"stop_id,quay_height_m\nA,{word}\n")
    assert len(faults_of(tmp_path)) == 1


def test_tolerance_and_method_columns_belong_to_their_value(tmp_path: Path) -> None:
    write(
        tmp_path,
        "quays.csv",
        "stop_id,quay_height_m,quay_height_m_tol,quay_height_method,gap_m,gap_m_method,gap_tol,length_m\n"
        "A,0.18,0.005,laser,0.06,declared,,12\n",
    )
    by_name = {row.attribute: row for row in read_survey(tmp_path).evidence}
    assert (by_name["height_mm"].method, by_name["height_mm"].tolerance) == (Method.LASER, 5)
    assert (by_name["gap_mm"].method, by_name["gap_mm"].tolerance) == (Method.DECLARED, 40)
    assert by_name["length_mm"].method is Method.SURVEY


def test_an_invented_row_is_invented_in_every_cell(tmp_path: Path) -> None:
    write(tmp_path, "quays.csv", "stop_id,quay_height_m,declared_access,approach,method\nA,0.18,yes,bay,invented\n")
    assert {row.method for row in read_survey(tmp_path).evidence} == {Method.INVENTED}


def test_a_declaration_stays_declared_in_a_measured_row(tmp_path: Path) -> None:
    write(tmp_path, "quays.csv", "stop_id,quay_height_m,declared_access,method\nA,0.18,yes,laser\n")
    methods = {row.attribute: row.method for row in read_survey(tmp_path).evidence}
    assert methods == {"height_mm": Method.LASER, "declared_access": Method.DECLARED}


def test_doors_belong_to_their_type_and_number(tmp_path: Path) -> None:
    write(tmp_path, "vehicle_types.csv", "vehicle_type_id,name,mode,kneel_policy\nbus12,Bus,bus,on_request\n")
    write(
        tmp_path,
        "doors.csv",
        "vehicle_type_id,door_no,floor_height_m,floor_height_kneeled_m,door_use,device,ramp_length_m,ramp_load_kg\n"
        "bus12,1,0.32,none,board,none,,\nbus12,2,0.32,0.25,both,manual_ramp,1.0,300\n",
    )
    reading = read_survey(tmp_path)
    assert said(reading, "bus12#1") == {"floor_mm": 320.0, "floor_kneeled_mm": "none", "use": "board", "device": "none"}
    assert said(reading, "bus12#2")["floor_kneeled_mm"] == 250.0
    assert said(reading, "bus12#2")["ramp_load_kg"] == 300.0
    assert said(reading, "bus12")["kneel_policy"] == "on_request"


def test_impossible_values_are_findings_and_the_rest_of_the_row_stays(tmp_path: Path) -> None:
    write(tmp_path, "quays.csv", "stop_id,quay_height_m,gap_m\nA,17,0.05\nB,17 m,\n")
    write(tmp_path, "doors.csv", "vehicle_type_id,door_no,ramp_length_m\nbus,1,40 m\n")
    reading = read_survey(tmp_path)
    assert said(reading, "A") == {"gap_mm": 50.0}
    assert [(finding.code, finding.subject_id) for finding in reading.findings] == [
        ("AMBIGUOUS_UNIT", "A"),
        ("IMPOSSIBLE_VALUE", "B"),
        ("IMPOSSIBLE_VALUE", "bus#1"),
    ]
    assert reading.findings[0].where == "quays.csv, line 2"


def test_what_an_auditor_writes_of_signs_and_ground_is_read_with_its_tolerance(tmp_path: Path) -> None:
    write(
        tmp_path,
        "quays.csv",
        "stop_id,line_number_height_m,line_number_height_tol,stop_name_height_m,lines_displayed,contrast,contrast_tol,"
        "kerb_drop_width_m,slot_width_m,headroom_m,drop_m,drop_guarded,control_height_m\n"
        "A,0.12,0.001,8 cm,yes,70 %,0.02,1.25,0,unlimited,0.5,no,none\n"
        "B,,,,,,,,,,,,1.05\n",
    )
    reading = read_survey(tmp_path)
    assert said(reading, "A") == {
        "line_number_height_mm": 120.0,
        "stop_name_height_mm": 80.0,
        "lines_displayed": True,
        "contrast": 0.7,
        "kerb_drop_width_mm": 1250.0,
        "slot_width_mm": 0.0,
        "headroom_mm": float("inf"),
        "drop_mm": 500.0,
        "drop_guarded": False,
        "control_height_mm": "none",
    }
    assert said(reading, "B") == {"control_height_mm": 1050.0}
    assert not reading.findings
    tolerances = {row.attribute: row.tolerance for row in reading.evidence if row.subject_id == "A"}
    assert (tolerances["line_number_height_mm"], tolerances["contrast"]) == (pytest.approx(1), 0.02)
    assert (tolerances["stop_name_height_mm"], tolerances["slot_width_mm"]) == (5, 2)


def test_signs_and_ground_out_of_the_possible_are_findings_and_words_faults(tmp_path: Path) -> None:
    columns = "line_number_height_m,contrast,slot_width_m,headroom_m,drop_m,control_height_m"
    write(tmp_path, "quays.csv", f"stop_id,{columns}\nA,12,70,-1 m,99999 km,500,99999\n")
    (fault,) = faults_of(tmp_path)
    assert "headroom_m" in fault
    assert '"km"' in fault
    write(tmp_path, "quays.csv", f"stop_id,{columns}\nA,12,70,-1 m,99999 m,500,99999\n")
    reading = read_survey(tmp_path)
    assert said(reading, "A") == {}
    assert [finding.text.partition(":")[0] for finding in reading.findings] == columns.split(",")
    for cell in ("none", "unlimited"):
        write(tmp_path, "quays.csv", f"stop_id,drop_m\nA,{cell}\n")
        assert len(faults_of(tmp_path)) == 1


def test_all_faults_of_all_tables_are_told_at_once_with_line_and_cure(tmp_path: Path) -> None:
    write(
        tmp_path,
        "quays.csv",
        "stop_id,quay_heigth_m,gap_m,approach,ramp_deployable\n"
        "A,0.18,wide,bay,yes\nA,,0.05,bey,\n,,0.05,,\nC,,,,perhaps\n",
    )
    write(tmp_path, "doors.csv", "vehicle_type_id,floor_height_m\nbus,0.32\n")
    text = "\n".join(faults_of(tmp_path))
    assert "quays.csv, line 1, quay_heigth_m" in text
    assert "did you mean quay_height_m?" in text
    assert 'quays.csv, line 2, gap_m: "wide" is not a length' in text
    assert "quays.csv, line 3, stop_id: A is already in line 2" in text
    assert "quays.csv, line 4, stop_id: is empty" in text
    assert 'quays.csv, line 5, ramp_deployable: "perhaps"' in text
    assert "doors.csv, line 1, door_no: this column is missing" in text


def test_an_unknown_word_is_answered_with_the_near_one(tmp_path: Path) -> None:
    write(tmp_path, "quays.csv", "stop_id,approach\nA,strait\n")
    assert "did you mean straight?" in faults_of(tmp_path)[0]


def test_a_fault_after_a_quoted_newline_names_the_line_of_an_editor(tmp_path: Path) -> None:
    write(tmp_path, "quays.csv", 'stop_id,declared_text,gap_m\nA,"two\nlines",\nB,,far\n')
    assert faults_of(tmp_path)[0].startswith("quays.csv, line 4, gap_m")


def test_an_unquoted_decimal_comma_in_a_comma_table_is_told(tmp_path: Path) -> None:
    write(tmp_path, "quays.csv", "stop_id,quay_height_m\nA,0,18\n")
    assert "has 3 cells under 2 columns" in faults_of(tmp_path)[0]


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest(tmp_path: Path) -> None:
    write(tmp_path, "quays.csv", 'stop_id,owner,gap_m\nA,"Rue X,\nB,,0.05\n')
    assert "is not a readable table" in faults_of(tmp_path)[0]


def test_tables_given_one_by_one_replace_those_of_the_folder(tmp_path: Path) -> None:
    write(tmp_path, "quays.csv", "stop_id,quay_height_m\nA,0.18\n")
    other = write(tmp_path, "other.txt", "stop_id,quay_height_m\nB,0.12\n")
    assert [row.subject_id for row in read_survey(tmp_path, quays=other).evidence] == ["B"]
    assert [row.subject_id for row in read_survey(quays=other).evidence] == ["B"]


def test_assignments_overrides_and_equipment_are_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        "vehicle_assignments.csv",
        "scope,scope_id,vehicle_type_id,weight,valid_from,valid_to\n"
        "agency,,bus12,,,\nroute_direction,R1#0,bus12,0.5,2026-01-01,2026-12-31\nroute,R2,,,,\n",
    )
    write(
        tmp_path,
        "boarding_overrides.csv",
        "stop_id,route_id,direction_id,permission,outcome,gap_m\nA,R1,0,no,,\nB,,,,RAMP,0.1\n",
    )
    write(tmp_path, "equipment.csv", "equipment_id,kind,location,cabin_width_m\nL1,lift,P7,1.1\n")
    write(tmp_path, "equipment_status.csv", "equipment_id,status,from,until\nL1,out_of_service,2026-05-12T08:00,\n")
    reading = read_survey(tmp_path)
    assert reading.assignments == [
        Assignment("agency", None, "bus12", where="vehicle_assignments.csv, line 2"),
        Assignment(
            "route_direction",
            "R1#0",
            "bus12",
            0.5,
            date(2026, 1, 1),
            date(2026, 12, 31),
            where="vehicle_assignments.csv, line 3",
        ),
    ]
    assert [(row.stop_id, row.permission, row.outcome, row.gap_mm) for row in reading.overrides] == [
        ("A", "no", None, None),
        ("B", None, Outcome.RAMP, 100.0),
    ]
    assert reading.equipment[0].kind == "lift"
    assert said(reading, "L1")["cabin_width_mm"] == 1100.0
    assert (reading.equipment_status[0].valid_from, reading.equipment_status[0].valid_until) == (
        "2026-05-12T08:00",
        None,
    )


def test_a_misspelt_vehicle_type_is_a_fault_where_the_types_are_known(tmp_path: Path) -> None:
    write(tmp_path, "vehicle_types.csv", "vehicle_type_id,mode\nbus12,bus\n")
    write(tmp_path, "doors.csv", "vehicle_type_id,door_no,floor_height_m\nbus21,1,0.32\n")
    assert "did you mean bus12?" in faults_of(tmp_path)[0]


def test_a_photo_must_be_on_the_web(tmp_path: Path) -> None:
    write(tmp_path, "quays.csv", "stop_id,photo_url\nA,javascript:alert(1)\n")
    assert "not a web address" in faults_of(tmp_path)[0]


def test_a_tolerance_must_be_a_sensible_length(tmp_path: Path) -> None:
    write(tmp_path, "quays.csv", "stop_id,quay_height_m,quay_height_m_tol\nA,0.18,10\nB,0.18,-0.01\n")
    assert len(faults_of(tmp_path)) == 2


def test_folders_and_files_that_are_no_survey_are_refused_with_a_sentence(tmp_path: Path) -> None:
    assert "holds no table of a survey" in faults_of(tmp_path)[0]
    with pytest.raises(FeedError, match="is not a folder"):
        read_survey(tmp_path / "nowhere")
    write(tmp_path, "quay.csv", "stop_id\nA\n")
    assert "did you mean quays.csv?" in faults_of(tmp_path)[0]


def test_binary_huge_and_endless_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "quays.csv"
    path.write_bytes(b"PK\x03\x04\x00\x00stop_id")
    assert "is not a text file" in faults_of(tmp_path)[0]
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert "at most" in faults_of(tmp_path)[0]
    write(tmp_path, "quays.csv", 'stop_id,owner\nA,"' + "x" * 200_000 + '"\n')
    assert faults_of(tmp_path)
    write(tmp_path, "quays.csv", "stop_id,gap_m\n" + "".join(f"S{i},wide\n" for i in range(3000)))
    assert len(faults_of(tmp_path)) == 500, "a wrong file is not told cell by cell for ever"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.text(st.characters(codec="utf-8"), max_size=200))
def test_no_file_whatever_crashes_the_reader(tmp_path: Path, body: str) -> None:
    write(tmp_path, "quays.csv", "stop_id,quay_height_m,slope\n" + body)
    faults: tuple[Fault, ...] | None = None
    try:
        read_survey(tmp_path)
    except FeedError as error:
        faults = error.faults
    assert faults is None or faults
