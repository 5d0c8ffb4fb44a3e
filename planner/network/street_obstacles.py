"""Kerbs, barriers and lifts: what lies on a node becomes links without length between the sides of that node."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from planner.feeds.osm_facts import Facts, Lift, StreetMap, Way, hull_of
from planner.network.street_draft import Draft

Arm = tuple[int, bool]
MOST_SIDES = 12  # of one node; a place with more is drawn as a star
UNKNOWN = (math.nan, math.nan)
NODE = 1  # links that were drawn between pavements belong to a node and have their kerbs


@dataclass(frozen=True, slots=True)
class _Landing:
    """Where one steps out of a lift; the key is shared by doors that lead to the same place."""

    node: int
    key: float | Arm | str
    level: float  # NaN: not said


def set_obstacles(draft: Draft, streets: StreetMap, node_of: Mapping[int, int], ways: Mapping[int, Way]) -> None:
    """Put kerbs and barriers on their nodes, and kerbs where a crossing has them and says nothing of them."""
    arms_of = draft.arms()
    told = {
        osm_id: _kerb_is_told(way, streets) for osm_id, way in ways.items() if way.facts.kind in ("crossing", "way")
    }
    for ref, facts in streets.obstacles.items():
        arms = arms_of.get(node_of.get(ref, -1), [])
        if facts.kind == "kerb":
            separate(draft, node_of.get(ref, -1), _kerb_sides(draft, arms), facts)
        else:
            separate(draft, node_of.get(ref, -1), _sides(draft, arms), facts)
    for ref, facts in streets.crossings.items():
        if ref not in streets.obstacles and ref in node_of:
            _set_crossing(draft, node_of[ref], arms_of.get(node_of[ref], []), facts, told)
    done = set(streets.obstacles) | set(streets.crossings)
    for ref, node in node_of.items():
        if ref not in done:
            _set_unsaid_kerbs(draft, ref, node, arms_of.get(node, []), told, ways)


def separate(draft: Draft, node: int, sides: list[list[Arm]], facts: Facts) -> None:
    """Give each side but the first a node of its own, and put the obstacle between every two."""
    if len(sides) < 2:
        return
    nodes = [node]
    for side in sides[1:]:
        nodes.append(draft.add_node(draft.node_point[node]))
        for arm in side:
            draft.move_end(arm, nodes[-1])
    fact = draft.add_facts(facts)
    for tail, head in _pairs(nodes):
        draft.add_link(tail, head, fact)


def set_lifts(draft: Draft, streets: StreetMap, node_of: Mapping[int, int]) -> None:
    """Put a lift between the ways that end at it, one landing for each level of each node."""
    arms_of = draft.arms()
    distinct = {id(lift): lift for lift in streets.lifts.values()}
    for lift in distinct.values():
        landings: list[_Landing] = []
        for ref in dict.fromkeys(lift.refs):
            arms = arms_of.get(node_of.get(ref, -1), [])
            landings += _landings(draft, node_of.get(ref, -1), arms)
        _ride(draft, lift, landings)


def _kerb_sides(draft: Draft, arms: list[Arm]) -> list[list[Arm]]:
    """The carriageway on one side and the pavement on the other, where the ways say which is which."""
    carriageway = [arm for arm in arms if draft.kind(arm[0]) in ("crossing", "road")]
    if carriageway and len(carriageway) < len(arms):
        return [[arm for arm in arms if arm not in carriageway], carriageway]
    return _sides(draft, arms)


def _sides(draft: Draft, arms: list[Arm]) -> list[list[Arm]]:
    """Each way on its own side, but a way that goes straight on past the end of another stays whole."""
    if len(arms) > 2:
        ways: dict[int, list[Arm]] = {}
        for arm in arms:
            ways.setdefault(draft.fact[arm[0]], []).append(arm)
        through = [pair for pair in ways.values() if len(pair) > 1]
        if len(through) == 1:
            return [through[0], *([arm] for arm in arms if arm not in through[0])]
    return [[arm] for arm in arms]


def _kerb_is_told(way: Way, streets: StreetMap) -> bool:
    """Whether the kerbs of a crossing are on the map: on its nodes or in its own tags."""
    for ref in way.refs:
        here = streets.obstacles.get(ref)
        if here is not None and here.kind == "kerb":
            return True
        node = streets.crossings.get(ref)
        if node is not None and (node.detail == "railway" or not math.isnan(node.kerb[0])):
            return way.facts.kind == "crossing"
    return False


def _set_crossing(draft: Draft, node: int, arms: list[Arm], facts: Facts, told: Mapping[int, bool]) -> None:
    """Kerbs between the carriageway and each footway that reaches it here."""
    if facts.detail == "railway" and math.isnan(facts.kerb[0]):
        return
    reached = []
    for arm in arms:
        own = draft.facts[draft.fact[arm[0]]]
        unsaid_at_its_ends = own.kind == "crossing" and math.isnan(facts.kerb[0])
        on_its_nodes = own.kind == "way" and told.get(own.osm_id, False)
        if (
            own.osm_type != NODE
            and own.kind in ("way", "crossing", "steps", "area")
            and not unsaid_at_its_ends
            and not on_its_nodes
        ):
            reached.append(arm)
    fact = draft.add_facts(facts) if reached else -1
    for arm in reached:
        side = draft.add_node(draft.node_point[node])
        draft.move_end(arm, side)
        draft.add_link(node, side, fact)


def _set_unsaid_kerbs(
    draft: Draft, ref: int, node: int, arms: list[Arm], told: Mapping[int, bool], ways: Mapping[int, Way]
) -> None:
    """Where a crossing meets the pavement, or a pavement the carriageway, there is a kerb, of unknown height."""
    facts = {arm: draft.facts[draft.fact[arm[0]]] for arm in arms}
    kinds = {own.kind for own in facts.values()}
    if "road" in kinds:
        pavements = [[arm] for arm, own in facts.items() if own.kind == "way" and own.detail == "sidewalk"]
        if pavements:
            fact = draft.add_facts(Facts("kerb", 1, ref))
            for (arm,) in pavements:
                side = draft.add_node(draft.node_point[node])
                draft.move_end(arm, side)
                draft.add_link(node, side, fact)
        return
    crossings = [
        arm
        for arm, own in facts.items()
        if own.kind == "crossing" and own.osm_type != NODE and not told.get(own.osm_id, True)
    ]
    if crossings and len(crossings) < len(arms):
        known = [ways[facts[arm].osm_id].kerb or UNKNOWN for arm in crossings if facts[arm].osm_id in ways]
        said = hull_of(known)
        separate(
            draft, node, [[arm for arm in arms if arm not in crossings], crossings], Facts("kerb", 1, ref, kerb=said)
        )


def _landings(draft: Draft, node: int, arms: list[Arm]) -> list[_Landing]:
    """One node for each level on which ways leave a lift here; a way that says no level has a landing of its own."""
    groups: dict[float | Arm | str, list[Arm]] = {}
    for arm in arms:
        own = draft.facts[draft.fact[arm[0]]]
        low, high = own.level
        area = f"area {draft.fact[arm[0]]}" if own.kind in ("area", "platform") else arm
        groups.setdefault(low if low == high else area, []).append(arm)
    found: list[_Landing] = []
    for number, (key, group) in enumerate(groups.items()):
        landing = node if number == 0 else draft.add_node(draft.node_point[node])
        for arm in group if number else ():
            draft.move_end(arm, landing)
        found.append(_Landing(landing, key, key if isinstance(key, float) else math.nan))
    return found


def _ride(draft: Draft, lift: Lift, landings: list[_Landing]) -> None:
    """A link between every two landings, but not between doors to the same level."""
    draft.cabins[lift.facts.equipment] = (lift.facts.name, *lift.cabin)
    unsaid = [level for level in lift.levels if level not in [landing.level for landing in landings]]
    if len(unsaid) == 1 == sum(math.isnan(landing.level) for landing in landings):
        landings = [replace(one, level=unsaid[0]) if math.isnan(one.level) else one for one in landings]
    whole = (
        (lift.levels[0], lift.levels[-1]) if len({one.key for one in landings}) == 2 == len(lift.levels) else UNKNOWN
    )
    for one, other in combinations(landings[: 2 * MOST_SIDES], 2):
        if one.key != other.key:
            low, high = sorted((one.level, other.level))
            level = whole if math.isnan(low + high) else (low, high)
            draft.add_link(one.node, other.node, draft.add_facts(replace(lift.facts, level=level)))


def _pairs(nodes: list[int]) -> Iterable[tuple[int, int]]:
    if len(nodes) > MOST_SIDES:
        return [(nodes[0], other) for other in nodes[1:]]
    return combinations(nodes, 2)
