// Without a connection: the last trips as they were computed, else a page that says so. Online, nothing is changed.
// VERSION and SHELL are written above by webapp/installed.py.
const SHELL_CACHE = `plainpied-shell-${VERSION}`;
const TRIPS = "plainpied-trips"; // filled by app.mjs

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

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || request.headers.has("range")) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (pathname.startsWith("/static/") || pathname.startsWith("/lines/")) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});
