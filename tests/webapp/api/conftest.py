"""The invented town with its streets, and a client that asks it."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from planner.build import FactInputs, Input, Labels, build
from planner.network.store import open_network
from planner.network.tables import Network
from scripts import embedded_gtfs
from webapp import create_app

TABLES = Path(embedded_gtfs.__file__).parent.parent / "data" / "fictiville"


@pytest.fixture(scope="session")
def fictiville_feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    feed = tmp_path_factory.mktemp("api_feed") / "feed.zip"
    assert embedded_gtfs.main([str(TABLES), str(feed)]) == 0
    return feed


@pytest.fixture(scope="session")
def fictiville(fictiville_feed: Path, tmp_path_factory: pytest.TempPathFactory) -> Network:
    folder = tmp_path_factory.mktemp("api") / "fictiville"
    facts = FactInputs(survey=TABLES / "survey", osm=(TABLES / "streets.osm",))
    build(folder, [Input("f", fictiville_feed)], facts, Labels("Fictiville", notice="Invented."))
    return open_network(folder)


@pytest.fixture(scope="session")
def client(fictiville: Network) -> FlaskClient:
    return create_app([fictiville]).test_client()
