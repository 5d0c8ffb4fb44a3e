"""Single points of failure by dominators are those that plain removal finds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.audit.failures import Edge, find_cuts, islands, remove_each

NODES = st.integers(0, 7)
EDGES = st.lists(st.builds(Edge, NODES, NODES, st.integers(0, 9)), max_size=24)
ALONE = EDGES.map(lambda edges: [Edge(edge.tail, edge.head, n) for n, edge in enumerate(edges)])


@settings(max_examples=300, deadline=None)
@given(st.one_of(EDGES, ALONE), st.sets(NODES, max_size=3), st.sets(NODES, max_size=6))
def test_dominators_find_what_plain_removal_finds(edges: list[Edge], entrances: set[int], quays: set[int]) -> None:
    assert find_cuts(edges, entrances, quays) == remove_each(edges, entrances, quays)


def both_ways(a: str, b: str, element: str) -> list[Edge]:
    return [Edge(a, b, element), Edge(b, a, element)]


def test_one_lift_cuts_off_the_quay_behind_it_and_a_second_one_beside_it_saves_it() -> None:
    edges = [*both_ways("street", "hall", "door"), *both_ways("hall", "quay", "lift")]
    alone = find_cuts(edges, ["street"], ["quay"])
    assert alone.way_in == alone.way_out == {"door": {"quay"}, "lift": {"quay"}}
    saved = find_cuts([*edges, *both_ways("hall", "quay", "other lift")], ["street"], ["quay"])
    assert saved.way_in == saved.way_out == {"door": {"quay"}}


def test_a_way_that_leads_only_down_is_no_way_out() -> None:
    edges = [Edge("street", "quay", "slide"), *both_ways("street", "other", "ramp"), Edge("lost", "street", "exit")]
    found = islands(edges, ["street"], ["quay", "other", "lost", "nowhere"])
    assert found == {"BOTH": {"other"}, "NO_WAY_OUT": {"quay"}, "NO_WAY_IN": {"lost"}, "NEITHER": {"nowhere"}}
    cuts = find_cuts(edges, ["street"], ["quay", "other"])
    assert cuts.way_in["slide"] == {"quay"}
    assert "slide" not in cuts.way_out
