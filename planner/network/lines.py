"""Routes as lines on the ground, through gtfs_kit: their shapes, or straight lines between stops without any."""

from __future__ import annotations

import geopandas
import numpy as np
import pandas as pd

from planner.network.modes import mode_of
from planner.network.tables import Network


def route_lines(network: Network) -> geopandas.GeoDataFrame:
    """Give each route that runs one (multi) line: route_id, route_name, mode, geometry in WGS 84."""
    import gtfs_kit  # noqa: PLC0415 - it brings a map library and its templates, which only an export may cost

    trips, sequences = network.trips, network.sequences
    # one trip for each shape and route, or for each stop sequence where there is no shape, draws the whole route
    key = pd.DataFrame({"route": trips.route, "shape": trips.shape, "sequence": trips.sequence})
    key.loc[key["shape"] >= 0, "sequence"] = -1
    rows = key.drop_duplicates().index.to_numpy()
    shape_ids = [
        f"shape {trips.shape[row]}" if trips.shape[row] >= 0 else f"stops {trips.sequence[row]}" for row in rows
    ]
    points = []
    for shape_id, row in dict(zip(shape_ids, rows, strict=True)).items():
        if trips.shape[row] >= 0:
            at = slice(*network.shapes.offset[int(trips.shape[row]) : int(trips.shape[row]) + 2].tolist())
            lon, lat = network.shapes.lon[at], network.shapes.lat[at]
        else:
            sequence = int(trips.sequence[row])
            stops = sequences.stop[slice(*sequences.stop_offset[sequence : sequence + 2].tolist())]
            lon, lat = network.stops.lon[stops], network.stops.lat[stops]
        points.append(
            pd.DataFrame(
                {
                    "shape_id": shape_id,
                    "shape_pt_lat": lat,
                    "shape_pt_lon": lon,
                    "shape_pt_sequence": np.arange(len(lon)),
                }
            )
        )
    routes = network.routes
    feed = gtfs_kit.Feed(
        dist_units="m",
        routes=pd.DataFrame({"route_id": list(routes.id), "route_type": routes.type}),
        trips=pd.DataFrame(
            {
                "route_id": [routes.id[int(trips.route[row])] for row in rows],
                "service_id": "any",
                "trip_id": [str(row) for row in rows],
                "shape_id": shape_ids,
            }
        ),
        shapes=pd.concat(points, ignore_index=True),
    )
    lines = feed.get_routes(as_gdf=True)
    row_of = routes.id.row_of
    names = [routes.short_name[row_of[id_]] or routes.long_name[row_of[id_]] for id_ in lines["route_id"]]
    modes = [mode_of(int(kind)) for kind in lines["route_type"]]
    return geopandas.GeoDataFrame(
        {"route_id": lines["route_id"], "route_name": names, "mode": modes}, geometry=lines.geometry, crs=lines.crs
    )
