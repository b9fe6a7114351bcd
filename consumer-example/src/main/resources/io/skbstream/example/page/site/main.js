// Wires the stream of events, the model, the plots and the table.

import { byId, setClass, setList, setText } from "./dom.js";
import { Fleet, figures } from "./fleet.js";
import { clock, duration, si, whole } from "./format.js";
import { Plots } from "./plots.js";
import { Table } from "./table.js";

const COME_BACK_MS = 5_000;

/** The server says something every 10 s; a connection may die without a word. */
const SILENCE_MS = 30_000;

const fleet = new Fleet();
const plots = new Plots();
const table = new Table(byId("hosts"), () => show());
const search = byId("search");
let stream = "connecting";
let events = null;
let triedMs = 0;
let heardMs = Date.now();

connect();
setInterval(() => {
  if (Date.now() - Math.max(heardMs, triedMs) > SILENCE_MS) {
    stream = "lost";
    connect();
  }
  show(); // what is silent gets older without any message
}, 1000);

function connect() {
  events?.close();
  events = new EventSource("/events");
  triedMs = Date.now();
  const on = (name, take) => events.addEventListener(name, (event) => {
    take(JSON.parse(event.data));
    heardMs = Date.now();
    stream = "live";
    show();
  });
  on("snapshot", (message) => fleet.take(message, true));
  on("change", (message) => fleet.take(message, false));
  on("beat", (message) => fleet.beat(message));
  events.addEventListener("error", () => {
    stream = "lost";
    if (events.readyState === EventSource.CLOSED) setTimeout(connect, COME_BACK_MS); // refused: it does not try again
    show();
  });
}

function show() {
  const nowMs = fleet.nowMs();
  const all = [...fleet.hosts.values()].map((host) => figures(host, nowMs));
  if (table.selected !== null && !fleet.hosts.has(table.selected)) table.selected = null;
  const found = table.show(all, search.value);
  showConnection();
  showTiles(all);
  showScope(all.find((f) => f.name === table.selected));
  plots.show(fleet.series(table.selected), nowMs);
  setText(byId("count"), found === all.length ? `${whole(all.length)} hosts` : `${whole(found)} of ${whole(all.length)} hosts`);
  byId("overflowed").hidden = !fleet.overflowed;
  byId("empty").hidden = all.length > 0;
  byId("more").hidden = table.hidden(found) === 0;
  setText(byId("more"), `Show more: ${whole(table.hidden(found))} hosts are left`);
}

function showConnection() {
  const [kind, text] =
    stream === "connecting" ? ["waiting", "connecting"]
    : stream === "lost" ? ["broken", `no connection to the job; as of ${clock(heardMs)}`]
    : !fleet.connected ? ["broken", "the job has no connection to Kafka"]
    : ["live", "live"];
  setClass(byId("connection"), kind);
  setText(byId("connection"), text);
}

function showTiles(all) {
  const live = all.filter((f) => f.live);
  const sum = (of) => all.reduce((total, f) => total + of(f), 0);
  const missing = sum((f) => f.complete.missing);
  const lossy = all.filter((f) => f.complete.kind === "missing" || f.complete.kind === "lost").length;
  const unknown = all.filter((f) => f.complete.kind === "unknown").length;
  const complete =
    missing > 0 ? [`${whole(missing)} missing`, "missing"]
    : lossy > 0 ? [`${whole(lossy)} lost before`, "lost"]
    : unknown > 0 || all.length === 0 ? ["not known", "unknown"]
    : ["100 %", "complete"];
  setList(byId("tiles"), [
    ["Hosts live", `${whole(live.length)} of ${whole(all.length)}`],
    ["Packets/s", si(sum((f) => f.packets))],
    ["Bits/s", si(sum((f) => f.bits))],
    ["Complete", ...complete],
    ["Late events", whole(sum((f) => f.late))],
    ["Largest lag", live.length === 0 ? "–" : duration(Math.max(...live.map((f) => f.lagMs)))],
  ]);
}

/** The chosen host's name and facts, or all hosts. */
function showScope(f) {
  setText(byId("scope"), f ? f.shown : "All hosts");
  byId("back").hidden = !f;
  byId("facts").hidden = !f;
  if (!f) return;
  const host = fleet.hosts.get(f.name);
  const causes = Object.entries(host.lost ?? {}).filter(([, count]) => count > 0);
  const lost = host.lost === undefined ? "no ledger yet" : causes.map(([cause, count]) => `${whole(count)} ${cause.replace("_", " ")}`).join(", ") || "nothing";
  setList(byId("facts"), [
    ["Status", f.status.text],
    ["Missing, windows shown", whole(f.complete.missing), f.complete.missing > 0 ? "missing" : ""],
    ["Lost, by the ledger", lost, causes.length > 0 ? "missing" : ""],
    ["Waiting in the spool", host.waiting === undefined ? "not known" : whole(host.waiting)],
    ["Duplicates removed", whole(f.duplicates)],
    ["Ledger", host.ledgerMs === undefined ? "none yet" : `${duration(fleet.nowMs() - host.ledgerMs)} ago`],
    ["Interrupted tasks (not the packets' owners)", host.talkers.map(interrupted).join(", ") || "–"],
  ]);
}

function interrupted({ comm, packets, uncertain }) {
  return `${comm} ${whole(packets)}${uncertain > 0 ? ` (up to ${whole(uncertain)} more)` : ""}`;
}

function toggleTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // This browser keeps nothing for us; then it is for now only.
  }
  plots.restyle();
  show();
}

byId("theme").addEventListener("click", toggleTheme);
byId("back").addEventListener("click", () => table.select(null));
byId("more").addEventListener("click", () => {
  table.more();
  show();
});
search.addEventListener("input", show);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  plots.restyle();
  show();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const types = event.target === search;
  const arrow = types || event.target.closest("#hosts") ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : undefined; // else it scrolls
  const letter = types ? undefined : { j: 1, k: -1 }[event.key];
  if (arrow ?? letter) {
    event.preventDefault();
    table.move(arrow ?? letter);
  } else if (event.key === "Escape") {
    if (types && search.value !== "") {
      search.value = "";
      show();
    } else {
      search.blur();
      table.select(null);
    }
  } else if (event.key === "/" && !types) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "d" && !types) {
    toggleTheme();
  }
});
