// Without a connection: the last trips as they were computed, else a page that says so. Online, nothing is changed.
// VERSION and SHELL are written above by webapp/installed.py.
const SHELL_CACHE = `plainpied-shell-${VERSION}`;
const TRIPS = "plainpied-trips", GROUND = "plainpied-ground"; // filled by app.mjs

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL_CACHE).then((cache) => cache.addAll(SHELL)));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("plainpied-shell-") && name !== SHELL_CACHE;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))));
});

async function page(request) {
  try {
    return await fetch(request);
  } catch {
    const { pathname, search } = new URL(request.url);
    const kept = await (await caches.open(TRIPS)).match(pathname + search);
    if (!kept) return caches.match(`/${pathname.startsWith("/en/") ? "en" : "fr"}/about/offline`);
    const text = await kept.text(); // the notice with the age is in every answer, hidden
    return new Response(text.replace('id="copy" hidden', 'id="copy"'), { headers: kept.headers });
  }
}

// A map asks for parts of its ground: they are cut out of the kept file as a server would.
async function part(request) {
  const { pathname, search } = new URL(request.url);
  const kept = await (await caches.open(GROUND)).match(pathname + search);
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "") ?? [];
  if (!kept || first === undefined) return fetch(request);
  const whole = await kept.blob(), end = Math.min(last ? Number(last) + 1 : whole.size, whole.size);
  return new Response(whole.slice(Number(first), end), {
    status: 206,
    headers: {
      "Content-Type": "application/vnd.pmtiles", "Content-Length": String(end - Number(first)),
      "Content-Range": `bytes ${first}-${end - 1}/${whole.size}`,
    },
  });
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/ground/") && request.headers.has("range")) { event.respondWith(part(request)); return; }
  if (request.headers.has("range")) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (pathname.startsWith("/static/") || pathname.startsWith("/lines/")) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});
