"""The web application: create_app, pages, sentences."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from flask import Flask, g, url_for

from planner.language import CODES, get_language
from planner.network.tables import Network
from webapp import security
from webapp.api import add_api
from webapp.audit_pages import audit_pages
from webapp.developers import developers
from webapp.embedding import embedding
from webapp.information import information, read_statement
from webapp.installed import installed
from webapp.map_ground import movable
from webapp.pages import FOLDER_OF_TRANSLATIONS, pages, show_error
from webapp.reload import follow_builds
from webapp.settings import settings_of


def create_app(networks: Mapping[str, Network] | Sequence[Network]) -> Flask:
    """Make one server that carries all these networks, each under ``/{language}/{its name}/``.

    Raises
    ------
    SettingsError
        The settings of a network cannot be used.
    """
    carried = networks.values() if isinstance(networks, Mapping) else networks
    app = Flask(__name__)
    app.extensions["networks"] = {network.name: network for network in carried}
    for network in app.extensions["networks"].values():
        settings_of(network)  # a wrong file is told to who starts the server, not to a traveller
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        _translate, _translate_counted, newstyle=True
    )
    app.jinja_env.globals.update(
        addresses_of=lambda ground: {which: url_for("pages.ground", **parts) for which, parts in ground.items()},
        movable=movable(Path(str(app.static_folder))),
        audited=bool(read_statement()["audit"]),
        asset=_asset_finder(Path(str(app.static_folder))),
        languages=[get_language(code, FOLDER_OF_TRANSLATIONS) for code in CODES],
    )
    security.protect(app)
    app.register_blueprint(pages)
    app.register_blueprint(information)
    app.register_blueprint(developers)
    app.register_blueprint(embedding)
    app.register_blueprint(audit_pages)
    app.register_blueprint(installed)
    app.register_error_handler(Exception, show_error)
    add_api(app)
    follow_builds(app)
    return app


def _translate(message: str) -> str:
    """Look a message up in the language of this request; the template puts the values in."""
    return str(g.language.translations.gettext(message))


def _translate_counted(one: str, many: str, count: int) -> str:
    return str(g.language.translations.ngettext(one, many, count))


def _asset_finder(folder: Path) -> Callable[[str], str]:
    """Give each static file an address that changes with its content, so that it may be kept for a year."""
    hashes = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in folder.rglob("*")
        if path.is_file()
    }
    return lambda name: url_for("static", filename=name, v=hashes[name])
