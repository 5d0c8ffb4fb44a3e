// Puts a map that can be moved where a drawing stands, and lets a place be chosen on one. The only file that knows
// Leaflet. What it shows is in the page already; without it, or in forced colours, the drawing stays.
const WIDEST_PIN_PX = 30;
const STEP_PX = 120;
const { lang } = document.documentElement;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const status = document.getElementById("status");

// --- Getting the library, once, when the first map comes into sight --------------------------------------
let library = null;
const arrived = (element, address, parent = document.head) => new Promise((done, failed) => {
  element.addEventListener("load", done);
  element.addEventListener("error", failed);
  if (element.tagName === "LINK") element.rel = "stylesheet";
  element[element.tagName === "LINK" ? "href" : "src"] = address;
  parent.append(element);
});
function getLibrary({ style, leaflet, painter }) {
  library ??= Promise.all([
    arrived(document.createElement("link"), style),
    arrived(document.createElement("script"), leaflet).then(() => arrived(document.createElement("script"), painter)),
  ]);
  return library;
}

// --- What every map has ----------------------------------------------------------------------------------
function build(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function ground(addresses, colour) {
  const { PolygonSymbolizer, LineSymbolizer, LineLabelSymbolizer, leafletLayer } = window.protomapsL;
  const of = (...kinds) => (_, feature) => kinds.includes(feature.props.kind);
  const wide = (factor) => (zoom) => factor * Math.max(0.6, 2 ** ((zoom - 16) / 1.6));
  const area = (kind) => ({ filter: of(kind), symbolizer: new PolygonSymbolizer({ fill: colour(kind) }) });
  const line = (kind, width, more = {}) =>
    ({ filter: of(kind), symbolizer: new LineSymbolizer({ color: colour(kind), width, lineCap: "round", ...more }) });
  const rules = [
    area("green"), area("water"), line("river", wide(3)), area("building"), line("rail", wide(1.5)),
    line("path", wide(1.5)), line("street", wide(5)), line("major", wide(8)),
    line("steps", wide(5), { lineCap: "butt", dash: [2, 3] }),
  ];
  const sources = {}, paintRules = [];
  if (addresses.far) {
    sources.far = { url: addresses.far, maxDataZoom: 12 };
    paintRules.push(...rules.map((rule) => ({ ...rule, dataSource: "far", dataLayer: "ground", maxzoom: 13 })));
  }
  if (addresses.near) {
    sources.near = { url: addresses.near, maxDataZoom: 15 };
    paintRules.push(...rules.map((rule) => ({ ...rule, dataSource: "near", dataLayer: "ground", minzoom: 14 })));
  }
  const labelRules = addresses.near ? [{
    dataSource: "near", dataLayer: "ground", minzoom: 16, filter: of("major", "street"),
    symbolizer: new LineLabelSymbolizer({
      labelProps: ["name"], fill: colour("label"), stroke: colour("ground"), width: 3, fontSize: 13, fontWeight: 600,
    }),
  }] : [];
  return leafletLayer({ sources, paintRules, labelRules, backgroundColor: colour("ground"), attribution: "", lang });
}

function start(place, said, dragging) {
  const { L } = window, words = said.words;
  const look = getComputedStyle(place.parentElement);
  const colour = (kind) => look.getPropertyValue(`--map-${kind}`).trim();
  const holder = build("div", { class: "map-holder", role: "application", "aria-label": words.keys });
  const frame = build("div", { class: "map-live", role: "region", "aria-label": said.title }, holder);
  place.after(frame);
  const map = L.map(holder, {
    attributionControl: false, zoomControl: false, scrollWheelZoom: false, dragging, maxZoom: 19, minZoom: 9,
    fadeAnimation: !still, zoomAnimation: !still, inertia: !still, markerZoomAnimation: !still, zoomSnap: 0.5,
  });
  holder.addEventListener("focus", () => map.scrollWheelZoom.enable());
  holder.addEventListener("blur", () => map.scrollWheelZoom.disable());
  if (said.credit) {
    const link = build("a", { href: "https://www.openstreetmap.org/copyright" }, "© OpenStreetMap");
    L.control.attribution({ prefix: false }).addAttribution(link.outerHTML).addTo(map);
  }
  L.control.scale({ imperial: false }).addTo(map);
  if (said.ground.near || said.ground.far) ground(said.ground, colour).addTo(map);
  const tools = build("div", { class: "map-tools", role: "group", "aria-label": words.tools });
  const by = (x, y) => () => map.panBy([x * STEP_PX, y * STEP_PX], { animate: !still });
  for (const [sign, name, act] of [
    ["+", words.nearer, () => map.zoomIn()], ["−", words.farther, () => map.zoomOut()],
    ["←", words.west, by(-1, 0)], ["↑", words.north, by(0, -1)],
    ["↓", words.south, by(0, 1)], ["→", words.east, by(1, 0)],
  ]) {
    const button = build("button", { type: "button", class: "action", title: name },
      build("span", { "aria-hidden": "true" }, sign), build("span", { class: "unseen" }, name));
    button.addEventListener("click", act);
    tools.append(button);
  }
  frame.append(tools);
  return { map, frame, holder, colour };
}

// --- A drawing becomes a map -----------------------------------------------------------------------------
function decode(text) { // the inverse of webapp/api/geometry.py, six decimals
  const points = [];
  let at = 0, lat = 0, lon = 0;
  const next = () => {
    let value = 0, shift = 0, part;
    do { part = text.charCodeAt(at++) - 63; value |= (part & 0x1f) << shift; shift += 5; } while (part >= 0x20);
    return value & 1 ? ~(value >> 1) : value >> 1;
  };
  while (at < text.length) { lat += next(); lon += next(); points.push([lat / 1e6, lon / 1e6]); }
  return points;
}

function joined(labels) { // "2–4", "1, 5": as webapp/map_drawing.py writes them
  const runs = [];
  for (const label of labels) {
    const last = runs.at(-1);
    if (last && Number(label) === Number(last.at(-1)) + 1) last.push(label); else runs.push([label]);
  }
  return runs.map((run) => (run.length > 1 ? `${run[0]}–${run.at(-1)}` : run[0])).join(", ");
}

function pins(map, spots) { // those that would cover each other become one, anew for every zoom
  const { L } = window, layer = L.layerGroup().addTo(map);
  const place = () => {
    layer.clearLayers();
    const groups = [];
    for (const spot of spots) {
      const at = map.latLngToLayerPoint([spot.lat, spot.lon]);
      const near = groups.find((group) => group.at.distanceTo(at) < WIDEST_PIN_PX);
      if (near) near.members.push(spot); else groups.push({ at, members: [spot] });
    }
    for (const { members } of groups) {
      const middle = (axis) => members.reduce((sum, spot) => sum + spot[axis], 0) / members.length;
      const text = build("span", { "aria-hidden": "true" }, joined(members.map(({ label }) => label)));
      const icon = L.divIcon({ className: "map-mark", html: text, iconSize: null });
      L.marker([middle("lat"), middle("lon")], { icon, interactive: false, keyboard: false }).addTo(layer);
    }
  };
  map.on("zoomend", place);
  place();
}

const LOOKS = { ride: {}, walk: { dashArray: "0 11" }, direct: { dashArray: "0 16", weight: 5 } };
async function replace(figure) {
  const said = JSON.parse(figure.dataset.map), drawing = figure.querySelector(".map-drawing");
  // without a connection a map has no streets, unless its ground was kept (app.mjs); the drawing has
  if (!navigator.onLine && !(said.ground.near && await globalThis.caches?.match(said.ground.near))) return;
  try { await getLibrary(said); } catch { return; } // the drawing stays
  const { L } = window;
  const skip = build("a", { class: "skip map-skip", href: `#${said.id}-end` }, said.words.skip);
  drawing.before(skip);
  const { map, colour } = start(drawing, said, matchMedia("(pointer: fine)").matches);
  drawing.setAttribute("hidden", "");
  const lines = said.lines.map(({ kind, encoded }) => [decode(encoded), kind]);
  const all = L.latLngBounds([...said.spots.map(({ lat, lon }) => [lat, lon]), ...lines.flatMap(([points]) => points)]);
  map.fitBounds(all, { padding: [32, 32], maxZoom: 17, animate: false });
  for (const [points] of lines)
    L.polyline(points, { interactive: false, color: colour("case"), weight: 12 }).addTo(map);
  for (const [points, kind] of lines)
    L.polyline(points, { interactive: false, color: colour("route"), weight: 7, ...LOOKS[kind] }).addTo(map);
  for (const [lon, lat] of said.between)
    L.circleMarker([lat, lon], { interactive: false, radius: 4, weight: 3, fillOpacity: 1, color: colour("route"),
      fillColor: colour("case") }).addTo(map);
  pins(map, said.spots);
}

// --- A place is chosen: the one below the cross ------------------------------------------------------------
async function choose(details) {
  const said = JSON.parse(details.dataset.map), words = said.words;
  try { await getLibrary(said); } catch { details.hidden = true; return; }
  const { L } = window, hint = details.querySelector(".hint"), near = details.querySelector(".map-near");
  const { map, frame, colour } = start(hint, said, true);
  frame.classList.add("map-choosing");
  const [south, west, north, east] = said.box;
  map.fitBounds([[south, west], [north, east]], { animate: false });
  const stops = await fetch(said.stops).then((answer) => (answer.ok ? answer.json() : []), () => []);
  const canvas = L.canvas();
  for (const [lat, lon] of stops)
    L.circleMarker([lat, lon], { renderer: canvas, interactive: false, radius: 3, weight: 1, fillOpacity: 1,
      color: colour("case"), fillColor: colour("route") }).addTo(map);
  map.on("click", ({ latlng }) => map.panTo(latlng, { animate: !still }));
  const tell = () => {
    const here = map.getCenter();
    const [, name] = stops.reduce((best, [lat, lon, stop]) => {
      const away = here.distanceTo([lat, lon]);
      return away < best[0] ? [away, stop] : best;
    }, [Infinity, ""]);
    near.textContent = name ? words.near.replace("#", name) : "";
    return near.textContent;
  };
  map.on("moveend", () => { status.textContent = tell(); });
  tell();
  for (const button of details.querySelectorAll("button[data-field]")) {
    button.addEventListener("click", () => {
      const { lat, lng } = map.getCenter();
      const field = details.closest("form").querySelector(`input[type=text][name=${button.dataset.field}]`);
      if (!field) return; // a list of places stands there
      field.value = `${lat.toFixed(5)},${lng.toFixed(5)}`;
      status.textContent = words.written;
    });
  }
}

if (!matchMedia("(forced-colors: active)").matches) {
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries)
      if (isIntersecting) { seen.unobserve(target); replace(target); }
  }, { rootMargin: "200px" });
  for (const figure of document.querySelectorAll("figure.map[data-map]")) seen.observe(figure);
  for (const details of document.querySelectorAll("details.choose")) {
    details.hidden = false;
    details.addEventListener("toggle", () => { if (details.open) choose(details); }, { once: true });
  }
}
