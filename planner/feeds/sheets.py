"""Paper for the street and the depot: self-contained HTML, one page for a stop, one for the fleet, in two languages."""

from __future__ import annotations

from html import escape
from types import MappingProxyType

STOP_SHEETS = MappingProxyType({"fr": "fiches-arrets.html", "en": "stop-sheets.html"})
FLEET_SHEETS = MappingProxyType({"fr": "fiche-flotte.html", "en": "fleet-sheet.html"})
FLEET_ROWS = 8

# (line on the sheet, how, column of the table; several with spaces between them)
_STOP_LINES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "en": (
        (
            "Height of the edge, three times, where the ramp door stops (cm)",
            "Straight edge on the quay, tape down to the road or the rail. Write all three; enter the middle one.",
            "quay_height_m",
        ),
        ("Measured from", "☐ road   ☐ rail", "height_reference"),
        (
            "Free depth behind the edge (m)",
            "From the edge to the shelter, wall or post, at the ramp door.",
            "clear_depth_m",
        ),
        (
            "How the vehicle comes to the edge",
            "☐ straight   ☐ bulb   ☐ bay   ☐ bay with parked cars",
            "approach",
        ),
        (
            "Barrier on the way to the quay",
            "☐ none   ☐ step   ☐ too narrow   ☐ too steep. Say where.",
            "path_step_free",
        ),
        ("Can a ramp be put out here?", "☐ yes   ☐ no, because", "ramp_deployable"),
        (
            "Signs",
            "Height of the line numbers ____ cm, of the stop’s name ____ cm. Every line with its destination?"
            " ☐ yes   ☐ no. Contrast, if measured: ____ %",
            "line_number_height_m stop_name_height_m lines_displayed contrast",
        ),
        (
            "Ground, and what overhangs",
            "Narrowest lowered kerb ____ m. Widest slot ____ cm, 0 if none."
            " Lowest overhang with nothing below it ____ m.",
            "kerb_drop_width_m slot_width_m headroom_m",
        ),
        (
            "Drops beside the quay or its way",
            "The highest ____ m, 0 if none. A rail along each of more than 0.40 m? ☐ yes   ☐ no",
            "drop_m drop_guarded",
        ),
        (
            "Buttons and other controls",
            "Height of the one farthest from 1.10 m: ____ m   ☐ none at all",
            "control_height_m",
        ),
        ("Photograph", "Along the edge, with the tape in the picture. Number:", "photo_url"),
    ),
    "fr": (
        (
            "Hauteur du bord, trois fois, là où s’arrête la porte à rampe (cm)",
            "Règle posée sur le quai, mètre jusqu’à la chaussée ou au rail. Notez les trois ; saisissez la médiane.",
            "quay_height_m",
        ),
        ("Mesurée depuis", "☐ la chaussée   ☐ le rail", "height_reference"),
        (
            "Profondeur libre derrière le bord (m)",
            "Du bord jusqu’à l’abri, au mur ou au poteau, devant la porte à rampe.",
            "clear_depth_m",
        ),
        (
            "Comment le véhicule accoste",
            "☐ en ligne   ☐ en avancée   ☐ en encoche   ☐ encoche avec voitures garées",
            "approach",
        ),
        (
            "Obstacle sur le chemin du quai",
            "☐ aucun   ☐ marche   ☐ trop étroit   ☐ trop raide. Précisez où.",
            "path_step_free",
        ),
        ("Peut-on y déployer une rampe ?", "☐ oui   ☐ non, parce que", "ramp_deployable"),
        (
            "Inscriptions",
            "Hauteur des numéros de ligne ____ cm, du nom de l’arrêt ____ cm. Chaque ligne avec sa destination ?"
            " ☐ oui   ☐ non. Contraste, s’il est mesuré : ____ %",
            "line_number_height_m stop_name_height_m lines_displayed contrast",
        ),
        (
            "Sol et surplombs",
            "Bateau le plus étroit ____ m. Fente la plus large ____ cm, 0 si aucune."
            " Surplomb le plus bas, rien dessous ____ m.",
            "kerb_drop_width_m slot_width_m headroom_m",
        ),
        (
            "Ruptures de niveau au bord du quai ou du chemin",
            "La plus haute ____ m, 0 si aucune. Un garde-corps le long de chacune de plus de 0,40 m ? ☐ oui   ☐ non",
            "drop_m drop_guarded",
        ),
        (
            "Boutons et autres commandes",
            "Hauteur de la plus éloignée de 1,10 m : ____ m   ☐ aucune",
            "control_height_m",
        ),
        ("Photographie", "Le long du bord, mètre visible. Numéro :", "photo_url"),
    ),
}
_FLEET_COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("Vehicle type", "vehicle_type_id"),
        ("Door", "door_no"),
        ("Floor at rest (cm)", "floor_height_m"),
        ("Kneeled (cm), or none", "floor_height_kneeled_m"),
        ("Drivers kneel: always, on request, never", "kneel_policy"),
        ("Device: none, manual_ramp, powered_ramp, lift, portable", "device"),
        ("Ramp length outside (cm)", "ramp_length_m"),
        ("Ramp width (cm)", "ramp_width_m"),
        ("Ramp load (kg)", "ramp_load_kg"),
        ("Onto the road?", "deploys_to_road"),
        ("Door width (cm)", "clear_width_m"),
        ("Steps inside", "inside_steps"),
        ("Wheelchair spaces", "wheelchair_spaces"),
    ),
    "fr": (
        ("Type de véhicule", "vehicle_type_id"),
        ("Porte", "door_no"),
        ("Plancher au repos (cm)", "floor_height_m"),
        ("Agenouillé (cm), ou none", "floor_height_kneeled_m"),
        ("Agenouillement : always, on_request, never", "kneel_policy"),
        ("Équipement : none, manual_ramp, powered_ramp, lift, portable", "device"),
        ("Longueur de rampe dehors (cm)", "ramp_length_m"),
        ("Largeur de rampe (cm)", "ramp_width_m"),
        ("Charge de rampe (kg)", "ramp_load_kg"),
        ("Sur la chaussée ?", "deploys_to_road"),
        ("Largeur de porte (cm)", "clear_width_m"),
        ("Marches à l’intérieur", "inside_steps"),
        ("Places pour fauteuil", "wheelchair_spaces"),
    ),
}
_WORDS = {
    "en": {
        "stop": "Stop sheet",
        "fleet": "Fleet sheet",
        "who": "Surveyor",
        "when": "Date",
        "empty": "Leave empty what you did not measure: empty means unknown. The tables take metres: 18 cm is 0.18.",
        "door": "Measure the floor at the door sill, empty vehicle, tyres at their pressure, on level ground.",
    },
    "fr": {
        "stop": "Fiche d’arrêt",
        "fleet": "Fiche de flotte",
        "who": "Releveur",
        "when": "Date",
        "empty": "Laissez vide ce que vous n’avez pas mesuré : vide veut dire inconnu. Les tables sont en mètres : "
        "18 cm s’écrit 0,18.",
        "door": "Mesurez le plancher au seuil de la porte, véhicule vide, pneus à leur pression, sur sol plat.",
    },
}
_STYLE = """
body{font:12pt/1.3 sans-serif;color:#000;background:#fff;margin:0 auto;max-width:60rem;padding:1rem}
section{break-after:page;padding-bottom:1.5rem}section:last-child{break-after:auto}
h1{font-size:1.3rem;margin:.2rem 0}code{font-size:.85em}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #000;padding:.4rem;text-align:left;vertical-align:top}
td.room{width:38%;height:2.6rem}.how{font-size:.85em}
.fleet{table-layout:fixed}.fleet th{font-size:.62em;overflow-wrap:anywhere;padding:.25rem}.fleet td{height:2.2rem}
.lines{white-space:pre}
@page{margin:12mm}@media print{body{max-width:none;padding:0;font-size:10.5pt}}
"""


def stop_sheets(stops: list[tuple[str, str]], lang: str) -> str:
    """One page for each stop (id, name); a blank one where there are none."""
    words = _WORDS[lang]
    pages = "".join(_stop_page(stop_id, name, lang) for stop_id, name in stops or [("", "")])
    return _document(words["stop"], lang, pages)


def fleet_sheet(lang: str) -> str:
    """One page for all vehicle types and doors; the order of its columns is that of the tables."""
    words = _WORDS[lang]
    heads = "".join(f'<th scope="col">{_set(text)}<br>{_code(column)}</th>' for text, column in _FLEET_COLUMNS[lang])
    empty = "<tr>" + "<td></td>" * len(_FLEET_COLUMNS[lang]) + "</tr>"
    body = (
        f"<section><h1>{_set(words['fleet'])}</h1>{_signature(words)}"
        f"<p>{_set(words['door'])} {_set(words['empty'])}</p>"
        f'<table class="fleet"><thead><tr>{heads}</tr></thead><tbody>{empty * FLEET_ROWS}</tbody></table></section>'
    )
    return _document(words["fleet"], lang, body, landscape=True)


def _stop_page(stop_id: str, name: str, lang: str) -> str:
    words = _WORDS[lang]
    thrice = "____    ____    ____"
    rows = "".join(
        f'<tr><th scope="row">{_set(line)}<br>{" ".join(map(_code, column.split()))}</th>'
        f'<td class="how">{_set(how)}</td><td class="room lines">{thrice if number == 0 else ""}</td></tr>'
        for number, (line, how, column) in enumerate(_STOP_LINES[lang])
    )
    title = f"{escape(name)} <code>{escape(stop_id)}</code>"
    return (
        f"<section><p>{_set(words['stop'])}</p><h1>{title}</h1>{_signature(words)}"
        f"<table><tbody>{rows}</tbody></table><p>{_set(words['empty'])}</p></section>"
    )


def _set(text: str) -> str:
    """Our own text; French sets a thin space before some marks, and no line may break there."""
    for mark in ":;?":
        text = text.replace(f" {mark}", f"\u202f{mark}")
    return escape(text)


def _code(column: str) -> str:
    return f"<code>{escape(column).replace('_', '_<wbr>')}</code>"


def _signature(words: dict[str, str]) -> str:
    return f"<p>{_set(words['who'])} ____________________ {_set(words['when'])} ____ - __ - __</p>"


def _document(title: str, lang: str, body: str, *, landscape: bool = False) -> str:
    style = _STYLE + ("@page{size:landscape}" if landscape else "")
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>Plainpied: {escape(title)}</title>'
        f"<style>{style}</style></head>\n<body>{body}</body>\n</html>\n"
    )
