// What a page gains with a script: places offered while typing, where I am, recent trips. All else works without.
const KEPT = "plainpied.recent";
const TRIPS = "plainpied-trips", GROUND = "plainpied-ground"; // to read without a connection
const MOST_KEPT = 10;
const WAIT_MS = 150;

const status = document.getElementById("status");
const say = (text) => { status.textContent = text; };

// --- Places offered while typing: the combobox of the ARIA practices, with a list of its own ------------
function offerPlaces(form, input) {
  const list = document.createElement("ul");
  list.id = `${input.id}-list`;
  list.className = "offered";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  list.hidden = true;
  input.after(list);
  input.removeAttribute("list"); // the browser's own list would cover ours
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) input.setAttribute(name, value);

  let active = -1, asked = null, timer = 0;
  const options = () => [...list.children];
  const close = () => {
    clearTimeout(timer);
    asked?.abort();
    active = -1;
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const pick = (option) => { input.value = option.dataset.value; close(); input.focus(); };
  const move = (to) => {
    const all = options();
    active = (to + all.length) % all.length;
    all.forEach((option, row) => option.setAttribute("aria-selected", String(row === active)));
    input.setAttribute("aria-activedescendant", all[active].id);
    all[active].scrollIntoView({ block: "nearest" });
    // Safari does not read the active option of a list by itself
    if (/Mac|iPhone|iPad/.test(navigator.platform)) say(all[active].textContent);
  };
  const show = (places) => {
    list.replaceChildren(...places.map((place, row) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${row}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.value = place.value;
      option.append(`${place.name} `, Object.assign(document.createElement("small"), { textContent: place.lines }));
      option.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the field
      option.addEventListener("click", () => pick(option));
      return option;
    }));
    active = -1;
    list.hidden = places.length === 0;
    input.setAttribute("aria-expanded", String(places.length > 0));
    input.removeAttribute("aria-activedescendant");
    const { none, one, many } = form.dataset;
    say(places.length === 0 ? none : places.length === 1 ? one : many.replace("#", places.length));
  };
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const address = `${form.dataset.places}?q=${encodeURIComponent(input.value.trim())}`;
      const answer = await fetch(address, { signal: asked.signal });
      if (answer.ok && document.activeElement === input) show(await answer.json());
    } catch { /* without an answer the field still takes any text, and the server asks back */ }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim().length < 2) close();
    else timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { close(); event.preventDefault(); return; }
    if (list.hidden) return;
    if (event.key === "ArrowDown") { move(active + 1); event.preventDefault(); }
    else if (event.key === "ArrowUp") { move(active < 0 ? -1 : active - 1); event.preventDefault(); }
    else if (event.key === "Enter" && active >= 0) { pick(options()[active]); event.preventDefault(); }
  });
  input.addEventListener("blur", close);
}

for (const form of document.querySelectorAll("form.planner")) {
  for (const input of form.querySelectorAll(".place > input")) offerPlaces(form, input);
  form.querySelector("#stops")?.remove();
}

// --- Where I am: asked for by a press of the button, rounded to about ten metres ------------------------
for (const button of document.querySelectorAll("button.locate")) {
  if (!navigator.geolocation) break;
  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.closest(".place").querySelector("input").value =
          `${coords.latitude.toFixed(4)},${coords.longitude.toFixed(4)}`;
        say(button.dataset.found);
      },
      () => say(button.dataset.denied),
      { timeout: 10000, maximumAge: 60000 },
    );
  });
}

// --- Recent trips: on this device only ----------------------------------------------------------------
function kept() {
  try {
    const trips = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(trips) ? trips.filter((one) => typeof one?.address === "string" && one.address.startsWith("/")
      && !one.address.startsWith("//")) : [];
  } catch { return []; }
}
function keep(trips) {
  try { localStorage.setItem(KEPT, JSON.stringify(trips.slice(0, MOST_KEPT))); } catch { /* a private window keeps nothing */ }
}
// A copy of each of them to read without a connection; the worker (sw.js) shows it with its age.
async function keepCopy(address) {
  if (!globalThis.caches || !navigator.onLine) return;
  try {
    const cache = await caches.open(TRIPS);
    await cache.put(address, await fetch(address, { cache: "force-cache" })); // what was just received
    for (const sheet of document.querySelectorAll("link[href^='/lines/']")) await cache.add(sheet.getAttribute("href"));
    const addresses = new Set(kept().map((one) => one.address));
    for (const { url } of await cache.keys()) {
      const { pathname, search } = new URL(url);
      if (!pathname.startsWith("/lines/") && !addresses.has(pathname + search)) await cache.delete(url);
    }
  } catch { /* no room, or a private window: nothing is kept */ }
}
// The ground of their maps too, with what draws it: silently where it is small, else by a button.
async function keepGround(files) {
  const cache = await caches.open(GROUND);
  for (const address of files) {
    if (await cache.match(address)) continue;
    await cache.add(address);
    const { pathname } = new URL(address, location);
    for (const { url } of await cache.keys()) { // the same of a former build
      if (new URL(url).pathname === pathname && !url.endsWith(address)) await cache.delete(url);
    }
  }
}
const found = document.querySelector("[data-kept]");
if (found) {
  const address = location.pathname + location.search;
  keep([{ address, name: found.textContent.trim() }, ...kept().filter((one) => one.address !== address)]);
  keepCopy(address);
  const files = JSON.parse(found.dataset.map ?? "[]"), buttons = document.querySelectorAll("button.keep-map");
  const small = files.length > 0 && buttons.length === 0 && !navigator.connection?.saveData
    && !matchMedia("(forced-colors: active)").matches; // drawings stay there
  const quietly = () => keepGround(files).catch(() => { /* no room: the drawing stays */ });
  const later = globalThis.requestIdleCallback ?? setTimeout;
  // only where a worker is there to give it again
  if (small && globalThis.caches && navigator.onLine) navigator.serviceWorker?.ready.then(() => later(quietly));
  for (const button of globalThis.caches ? buttons : []) {
    button.parentElement.hidden = false;
    button.addEventListener("click", () => {
      keepGround(files).then(() => say(button.dataset.done), () => say(button.dataset.failed));
    });
  }
}
const recent = document.getElementById("recent");
if (recent) {
  const of = (one) => "all" in recent.dataset || one.address.startsWith(location.pathname);
  const here = kept().filter(of);
  recent.hidden = here.length === 0;
  recent.querySelector("ul").replaceChildren(...here.map((one) => {
    const item = document.createElement("li");
    item.append(Object.assign(document.createElement("a"), { href: one.address, textContent: one.name }));
    return item;
  }));
  const clear = recent.querySelector("button");
  clear.addEventListener("click", async () => {
    const cleared = kept().filter(of);
    keep(kept().filter((one) => !of(one)));
    try {
      const cache = await caches.open(TRIPS);
      await Promise.all(cleared.map((one) => cache.delete(one.address)));
      if (kept().length === 0) await caches.delete(GROUND);
    } catch { /* nothing was kept */ }
    recent.hidden = true;
    say(clear.dataset.done);
    document.getElementById("content").focus();
  });
}

// --- How getting on went: a text of one's own, kept on this device, copied or mailed by hand ------------
for (const report of document.querySelectorAll("details.report")) {
  const choice = report.querySelector("select"), text = report.querySelector("textarea");
  const copy = report.querySelector("button"), mail = report.querySelector("a.mail");
  const key = `plainpied.report.${text.dataset.report}`;
  const changed = () => {
    mail.href = `${mail.href.split("?")[0]}?body=${encodeURIComponent(text.value)}`;
    try { localStorage.setItem(key, text.value); } catch { /* a private window keeps nothing */ }
  };
  choice.closest("p").hidden = copy.hidden = false;
  try { text.value = localStorage.getItem(key) ?? text.value; } catch { /* the text as it came */ }
  choice.addEventListener("change", () => { text.value = `${text.dataset.report} ${choice.value}`; changed(); });
  text.addEventListener("input", changed);
  copy.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(text.value); say(copy.dataset.done); } catch { text.select(); }
  });
}

// --- Take it along: print, read aloud, share ------------------------------------------------------------
for (const button of document.querySelectorAll("button.print")) {
  button.parentElement.hidden = false;
  button.addEventListener("click", () => print());
}

const speech = globalThis.speechSynthesis;
for (const button of speech ? document.querySelectorAll("button.aloud") : []) {
  button.parentElement.hidden = false;
  const legs = [...button.closest(".itinerary").querySelectorAll(".legs > .leg")];
  const stop = () => {
    speech.cancel();
    button.setAttribute("aria-pressed", "false");
    legs.forEach((leg) => leg.classList.remove("spoken"));
  };
  const read = (at) => { // one utterance for each leg: long ones are cut off by some browsers
    legs.forEach((leg, row) => leg.classList.toggle("spoken", row === at));
    if (at === legs.length) { stop(); return; }
    const parts = [...legs[at].querySelectorAll("h4, p, .points li")].filter((part) => !part.closest(".report, .more, .turns"));
    const spoken = new SpeechSynthesisUtterance(parts.map((part) => part.textContent.trim()).join(". "));
    spoken.lang = document.documentElement.lang;
    spoken.onend = () => { if (button.getAttribute("aria-pressed") === "true") read(at + 1); };
    speech.speak(spoken);
  };
  button.addEventListener("click", () => {
    const begin = button.getAttribute("aria-pressed") === "false";
    stop();
    if (begin) { button.setAttribute("aria-pressed", "true"); read(0); }
  });
  addEventListener("pagehide", stop);
}

for (const share of document.querySelectorAll("details.share")) {
  const address = share.querySelector("input[readonly]"), all = share.querySelector("input[type=checkbox]");
  const copy = share.querySelector("button");
  const link = share.querySelector("a");
  const chosen = () => {
    link.href = all.checked ? address.dataset.all : address.dataset.bare;
    address.value = link.href; // whole, with the origin
  };
  share.querySelectorAll(".with-script").forEach((part) => { part.hidden = false; });
  all.addEventListener("change", chosen);
  chosen();
  copy.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(address.value); say(copy.dataset.done); } catch { address.select(); }
  });
}

// --- Without a connection -------------------------------------------------------------------------------
navigator.serviceWorker?.register("/sw.js").catch(() => { /* the pages are whole without it */ });
