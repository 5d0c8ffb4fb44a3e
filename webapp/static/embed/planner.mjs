// <plainpied-planner server="https://..." network="amiens" lang="fr">: a form and its answers, for any page.
// Attributes: server (default: where this module comes from), network, lang (en, fr), profile, from, to, at.
// Theme it with --plainpied-accent, --plainpied-on-accent, --plainpied-font, --plainpied-space, --plainpied-radius.
const HOME = new URL("../..", import.meta.url).origin;
const WAIT_MS = 150;

const WORDS = {
  en: {
    from: "From", to: "To", at: "Leave at", profile: "How you travel", ask: "Plan", asking: "Looking…",
    none: "No trip was found.", found: (n) => (n === 1 ? "1 trip" : `${n} trips`),
    walk: (m) => `On the way: ${m} m`, on: "Getting on", off: "Getting off", which: "Which one?",
    failed: "The server cannot be reached.", barred: (line, stop) => `What bars it: ${line}, ${stop}.`,
    AMBIGUOUS_PLACE: "Several places have this name.", TOO_MANY_REQUESTS: "Too many questions: wait a minute.",
    refused: "This cannot be answered: look at the fields again.",
    YES: "possible, as far as is known", UNCERTAIN: "borderline: the tolerance of a measurement decides",
    UNKNOWN: "not known: a deciding fact is missing", NO: "not possible",
    ends: (end, words) => `${end}: ${words}`, invented: "Everything here is invented: nobody can travel here.",
  },
  fr: {
    from: "Départ", to: "Arrivée", at: "Partir à", profile: "Votre façon de vous déplacer", ask: "Chercher",
    asking: "Recherche…", none: "Aucun trajet trouvé.",
    found: (n) => (n === 1 ? "1 trajet" : `${n} trajets`),
    walk: (m) => `En chemin\u00a0: ${m}\u00a0m`, on: "Montée", off: "Descente", which: "Lequel\u202f?",
    failed: "Le serveur ne répond pas.", barred: (line, stop) => `Ce qui bloque\u00a0: ${line}, ${stop}.`,
    AMBIGUOUS_PLACE: "Plusieurs lieux portent ce nom.", TOO_MANY_REQUESTS: "Trop de questions\u00a0: attendez une minute.",
    refused: "Impossible de répondre\u00a0: relisez les champs.",
    YES: "possible, d’après ce que l’on sait", UNCERTAIN: "incertain\u00a0: cela se joue à la tolérance d’une mesure",
    UNKNOWN: "inconnu\u00a0: il manque une information décisive", NO: "impossible",
    ends: (end, words) => `${end}\u00a0: ${words}`, invented: "Tout est inventé ici\u00a0: personne ne peut y voyager.",
  },
};
// the profiles of the interface, in the words of the site
const PROFILES = {
  en: {
    "manual-wheelchair": "Manual wheelchair, on my own",
    "manual-wheelchair-assisted": "Manual wheelchair, with someone who helps",
    "powered-wheelchair": "Powered wheelchair", "mobility-scooter": "Mobility scooter", "walking-frame": "Walking frame",
    "pram": "Pram or pushchair", "walking-stick": "Walking stick or crutches", "blind-cane": "White cane or guide dog",
    "on-foot": "On foot, steps are fine",
  },
  fr: {
    "manual-wheelchair": "Fauteuil roulant manuel, sans aide",
    "manual-wheelchair-assisted": "Fauteuil roulant manuel, avec une personne qui aide",
    "powered-wheelchair": "Fauteuil roulant électrique",
    "mobility-scooter": "Scooter de mobilité, avec siège et guidon", "walking-frame": "Déambulateur",
    "pram": "Landau ou poussette", "walking-stick": "Canne ou béquilles", "blind-cane": "Canne blanche ou chien guide",
    "on-foot": "À pied, les marches conviennent",
  },
};
// why there is no trip: codes of the interface, in the words of the site
const WHY_NOT = {
  en: {
    NO_TRIPS: "This network has no timetable, only stops.",
    ONLY_WITH_UNKNOWN: "Every trip uses something that nobody has checked. Choose to use such places to see these trips.",
    ONLY_NOT_LEVEL: "Every trip needs a ramp, a lift, a step or help somewhere. You asked for level boarding only.",
    ONLY_WITH_LIFTS: "Every trip uses a lift of the streets or of a station. You asked to avoid them.",
    ONLY_LONGER_WAYS: "Every trip has more to roll or walk than you allow.",
    ONLY_WITH_EXCLUDED: "Every trip uses a line or a stop that you left out.",
    ONLY_WITHOUT_VIA: "Trips lead there, but none by the place where you want to pass.",
    NOTHING_IN_WINDOW: "There is no further trip in these hours. Look earlier or later.",
    NO_STEP_FREE_ACCESS: "Lines lead there, but no way of the streets does for your way of travelling.",
    BOARDING_IMPOSSIBLE: "Lines lead there, but somewhere getting on or off is impossible for your way of travelling.",
  },
  fr: {
    NO_TRIPS: "Ce réseau n’a pas d’horaires, seulement des arrêts.",
    ONLY_WITH_UNKNOWN: "Chaque trajet emprunte quelque chose que personne n’a contrôlé. Acceptez ces lieux pour voir ces trajets.",
    ONLY_NOT_LEVEL: "Chaque trajet demande quelque part une rampe, un élévateur, une marche ou une aide. Vous ne voulez que des montées de plain-pied.",
    ONLY_WITH_LIFTS: "Chaque trajet emprunte un ascenseur de la rue ou d’une gare. Vous avez demandé à les éviter.",
    ONLY_LONGER_WAYS: "Chaque trajet fait rouler ou marcher plus que vous ne l’acceptez.",
    ONLY_WITH_EXCLUDED: "Chaque trajet passe par une ligne ou un arrêt que vous avez écarté.",
    ONLY_WITHOUT_VIA: "Des trajets y mènent, mais aucun par le lieu où vous voulez passer.",
    NOTHING_IN_WINDOW: "Il n’y a pas d’autre trajet à ces heures. Cherchez plus tôt ou plus tard.",
    NO_STEP_FREE_ACCESS: "Des lignes y mènent, mais aucun chemin dans les rues ne convient à votre façon de vous déplacer.",
    BOARDING_IMPOSSIBLE: "Des lignes y mènent, mais monter ou descendre est quelque part impossible pour votre façon de vous déplacer.",
  },
};

const STYLE = new CSSStyleSheet();
STYLE.replaceSync(`
  :host { display: block; font: 1rem/1.5 var(--plainpied-font, system-ui, sans-serif); color: CanvasText; }
  form, ol, ul { display: grid; gap: var(--plainpied-space, .75rem); margin: 0; padding: 0; list-style: none; }
  label { display: grid; gap: .25rem; font-weight: 600; }
  input, select, button { font: inherit; min-height: 2.75rem; padding: 0 .75rem; box-sizing: border-box; width: 100%;
    border: 1px solid; border-radius: var(--plainpied-radius, .25rem); color: CanvasText; background: Canvas; }
  button { cursor: pointer; font-weight: 600; color: var(--plainpied-on-accent, #fff);
    background: var(--plainpied-accent, #1a4480); border-color: transparent; }
  :focus-visible { outline: 3px solid var(--plainpied-accent, #1a4480); outline-offset: 2px; }
  [role=status] { min-height: 1.5rem; margin: var(--plainpied-space, .75rem) 0; font-weight: 600; }
  ol > li { border: 1px solid; border-radius: var(--plainpied-radius, .25rem); padding: .75rem; }
  h3, p { margin: 0; font-size: 1rem; }
  small { font-size: .875rem; }
  @media (forced-colors: active) { button { border-color: ButtonBorder; } }
`);

const make = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

class PlainpiedPlanner extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    const lang = (this.getAttribute("lang") || document.documentElement.lang || "en").slice(0, 2);
    this.language = WORDS[lang] ? lang : "en";
    this.words = WORDS[this.language];
    const root = this.attachShadow({ mode: "open" });
    this.setAttribute("lang", this.language);
    root.adoptedStyleSheets = [STYLE];
    this.fields = {
      from: make("input", { name: "from", required: "", autocomplete: "off", list: "from-list" }),
      to: make("input", { name: "to", required: "", autocomplete: "off", list: "to-list" }),
      at: make("input", { name: "at", type: "datetime-local" }),
      profile: make("select", { name: "profile" },
        ...Object.entries(PROFILES[this.language]).map(([id, name]) => make("option", { value: id }, name))),
    };
    for (const [name, field] of Object.entries(this.fields)) {
      if (this.hasAttribute(name)) field.value = this.getAttribute(name);
    }
    this.form = make("form", { novalidate: "" });
    for (const [name, field] of Object.entries(this.fields)) {
      this.form.append(make("label", {}, this.words[name], field));
      if (name === "from" || name === "to") this.offer(field);
    }
    this.form.append(make("button", { type: "submit" }, this.words.ask));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.plan(); });
    this.status = make("p", { role: "status" });
    this.answers = make("div", {});
    root.append(this.form, this.status, this.answers);
  }

  async ask(path, question) {
    const server = this.getAttribute("server") || HOME;
    const address = new URL(`/api/v1/${encodeURIComponent(this.getAttribute("network") ?? "")}/${path}`, server);
    const response = await fetch(address, {
      method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" }, body: JSON.stringify(question),
    });
    return [response.ok, await response.json()];
  }

  offer(field) {
    const list = make("datalist", { id: field.getAttribute("list") });
    field.after(list);
    let timer = 0;
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        if (field.value.trim().length < 2) return;
        const [ok, told] = await this.ask("places", { q: field.value.trim() }).catch(() => [false]);
        if (ok) list.replaceChildren(...told.places.map((place) => make("option", { value: place.name })));
      }, WAIT_MS);
    });
  }

  async plan() {
    const { from, to, at, profile } = this.fields;
    const empty = [from, to].find((field) => !field.value.trim());
    if (empty) { empty.reportValidity(); empty.focus(); return; }
    this.answers.replaceChildren();
    this.status.textContent = this.words.asking;
    const question = { from: from.value, to: to.value, profile: profile.value, geometry: "none", count: 3 };
    if (at.value) question.at = at.value;
    const [ok, told] = await this.ask("plan", question).catch(() => [false, null]);
    if (ok) this.show(told);
    else this.refuse(told);
  }

  refuse(problem) {
    this.status.textContent = problem ? this.words[problem.code] ?? this.words.refused : this.words.failed;
    const field = this.fields[problem?.parameter];
    if (!field) return;
    field.focus();
    const choices = (problem.candidates ?? []).map(({ stop_id: id, label }) => {
      const choice = make("button", { type: "button" }, label);
      choice.addEventListener("click", () => { field.value = id; this.plan(); });
      return make("li", {}, choice);
    });
    if (choices.length) this.answers.append(make("p", {}, this.words.which), make("ul", {}, ...choices));
  }

  show({ itineraries, barriers, why_not: why, network }) {
    this.status.textContent = itineraries.length ? this.words.found(itineraries.length) : this.words.none;
    const bars = itineraries.length ? [] : barriers.slice(0, 3).map((one) =>
      make("p", {}, this.words.barred(one.route.name, one.stop_name)));
    const reason = WHY_NOT[this.language][why?.code];
    if (reason) bars.unshift(make("p", {}, reason));
    this.answers.append(
      ...bars, make("ol", {}, ...itineraries.map((one) => this.itinerary(one))),
      ...[network.invented && this.words.invented, network.notice, network.attribution].filter(Boolean).map((text) => make("p", {}, make("small", {}, text))),
    );
    if (!itineraries.length) this.answers.querySelector("ol").remove();
    this.dispatchEvent(new CustomEvent("plainpied-answer", { detail: { itineraries: itineraries.length } }));
  }

  itinerary(one) {
    const clock = (moment) => moment.slice(11, 16);
    const legs = one.legs.map((leg) => {
      if (leg.mode === "WALK") return make("li", {}, this.words.walk(Math.round(leg.distance_m)));
      const ride = `${clock(leg.departure)} ${leg.route.name} ${leg.from.name} → ${clock(leg.arrival)} ${leg.to.name}`;
      const ends = [[this.words.on, leg.boarding], [this.words.off, leg.alighting]].filter(([, end]) => end);
      const told = ends.map(([name, end]) => make("li", {}, this.words.ends(name, this.words[end.verdict])));
      return make("li", {}, ride, make("ul", {}, ...told));
    });
    const title = `${clock(one.departure)} – ${clock(one.arrival)}`;
    return make("li", {}, make("h3", {}, title), make("p", {}, this.words[one.verdict]), make("ul", {}, ...legs));
  }
}

customElements.define("plainpied-planner", PlainpiedPlanner);
