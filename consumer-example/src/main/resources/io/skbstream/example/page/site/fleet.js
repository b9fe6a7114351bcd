// What the page knows: hosts with their newest windows, as the server told them, and what follows from them.

import { duration, percent, whole } from "./format.js";

const KEPT_WINDOWS = 120; // as many as the server keeps

/** Agents write a ledger every 10 s. */
const LEDGER_SILENCE_MS = 30_000;

/** Rows come every second while a host has events, however long its windows are; a few more go by on the way through Kafka. */
const SILENCE_MS = 15_000;

/** Clocks that are in step are not further apart. */
const AHEAD_MS = 5_000;

const TREND_WINDOWS = 40;

/** A window comes as an array of numbers, in this order. */
function window([startMs, endMs, packets, bytes, events, missing, duplicates, late, partial, agents]) {
  return { startMs, endMs, packets, bytes, events, missing, duplicates, late, partial, agents };
}

export class Fleet {
  hosts = new Map();
  connected = false;
  overflowed = false;
  #serverAheadMs = 0;

  /** Takes a message of the server. */
  take(message, isSnapshot) {
    if (isSnapshot) this.hosts.clear();
    this.beat(message);
    this.connected = message.connected;
    this.overflowed = message.overflowed;
    for (const name of message.gone) this.hosts.delete(name);
    for (const said of message.hosts) {
      const windows = this.hosts.get(said.host)?.windows ?? [];
      this.hosts.set(said.host, { ...said, windows: merged(windows, said.windows.map(window)) });
    }
  }

  /** Takes the server's time. */
  beat({ nowMs }) {
    this.#serverAheadMs = nowMs - Date.now();
  }

  /** By the server's clock. */
  nowMs() {
    return Date.now() + this.#serverAheadMs;
  }

  /** Packets/s and bits/s by the end of their window, in s, of one host or, without, of all: as uPlot takes them. */
  series(name) {
    const now = this.nowMs();
    const hosts = name === null ? [...this.hosts.values()] : [this.hosts.get(name)];
    const untilMs = settledMs(hosts, now);
    const sums = new Map();
    for (const host of hosts) {
      for (const { startMs, endMs, packets, bytes } of host.windows) {
        if (endMs > untilMs) continue;
        const lengthS = (endMs - startMs) / 1000;
        const sum = sums.get(endMs) ?? { startMs, endMs, packets: 0, bytes: 0 };
        sum.packets += packets / lengthS;
        sum.bytes += bytes / lengthS;
        sums.set(endMs, sum);
      }
    }
    const all = filled([...sums.values()].sort((a, b) => a.endMs - b.endMs), untilMs);
    return {
      times: all.map((sum) => sum.endMs / 1000),
      packets: all.map((sum) => sum.packets),
      bits: all.map((sum) => 8 * sum.bytes),
    };
  }
}

function isQuiet(host, nowMs) {
  return host.state === "STOPPED" || host.state === "KILLED" || nowMs - host.eventHeardMs > SILENCE_MS;
}

/** Windows that end later may still grow. Nobody waits for who is quiet, or far behind the others. */
function settledMs(hosts, nowMs) {
  const newest = hosts.filter((host) => !isQuiet(host, nowMs)).map((host) => host.newestEventMs);
  if (newest.length === 0) return nowMs;
  return Math.max(Math.min(...newest), Math.min(nowMs - SILENCE_MS, Math.max(...newest)));
}

/** A window without events has no row: it is 0, from the first one until then. */
function filled(windows, untilMs) {
  const all = [];
  for (const w of windows) {
    fill(all, w.startMs);
    all.push(w);
  }
  fill(all, untilMs);
  return all.slice(-KEPT_WINDOWS);
}

function fill(all, untilMs) {
  if (all.length === 0) return;
  const { startMs, endMs } = all.at(-1);
  const lengthMs = endMs - startMs;
  const count = Math.floor((untilMs - endMs) / lengthMs);
  for (let i = Math.max(0, count - KEPT_WINDOWS); i < count; i++) { // no more than will be shown, be the gap of years
    const fromMs = endMs + i * lengthMs;
    all.push({ startMs: fromMs, endMs: fromMs + lengthMs, packets: 0, bytes: 0 });
  }
}

/** Later words on a window replace earlier ones. */
function merged(windows, changed) {
  const byStart = new Map(windows.map((w) => [w.startMs, w]));
  for (const w of changed) byStart.set(w.startMs, w);
  return [...byStart.values()].sort((a, b) => a.startMs - b.startMs).slice(-KEPT_WINDOWS);
}

/** What a host looks like now. */
export function figures(host, nowMs) {
  const untilMs = settledMs([host], nowMs);
  const over = filled(host.windows.filter((w) => w.endMs <= untilMs), untilMs);
  const last = over.at(-1) ?? host.windows.at(-1);
  const quiet = isQuiet(host, nowMs);
  const rate = (count) => (quiet || !last ? 0 : (count * 1000) / (last.endMs - last.startMs));
  return {
    name: host.host,
    shown: host.shown,
    live: !quiet,
    status: status(host, nowMs),
    packets: rate(last?.packets),
    bits: rate(8 * last?.bytes),
    complete: completeness(host),
    late: total(host.windows, "late"),
    duplicates: total(host.windows, "duplicates"),
    lagMs: host.newestEventMs === 0 ? Infinity : nowMs - host.newestEventMs,
    hook: host.hook === undefined || host.hook === "UNKNOWN" ? "?" : host.hook.toLowerCase(),
    kernel: host.kernel ?? "?",
    trend: over.slice(-TREND_WINDOWS).map((w) => w.packets),
  };
}

function status(host, nowMs) {
  if (host.state === "STOPPED") return { kind: "stopped", text: `stopped ${duration(nowMs - host.ledgerMs)} ago` };
  if (host.state === "KILLED") return { kind: "silent", text: "killed" };
  if (isQuiet(host, nowMs)) return silence(host, nowMs);
  const agents = agentsOf(host);
  if (agents > 1) return { kind: "shared", text: `${agents} agents use this name` };
  const aheadMs = host.newestEventMs - nowMs;
  if (aheadMs > AHEAD_MS) return { kind: "ahead", text: `clock ahead by ${duration(aheadMs)}` };
  return { kind: "live", text: "live" };
}

/** How many agents ran at once under this name, in the newest window. */
function agentsOf(host) {
  return host.windows.at(-1)?.agents ?? 0;
}

function silence(host, nowMs) {
  if (nowMs - host.ledgerHeardMs <= LEDGER_SILENCE_MS) return { kind: "idle", text: "idle, agent is well" };
  const heardMs = Math.max(host.eventHeardMs, host.ledgerHeardMs);
  return { kind: "silent", text: heardMs === 0 ? "silent" : `silent for ${duration(nowMs - heardMs)}` };
}

/** Green only if nothing at all is known to be missing, and there is a ledger that would know. */
function completeness(host) {
  const events = total(host.windows, "events");
  const missing = total(host.windows, "missing");
  const lost = Object.values(host.lost ?? {}).reduce((sum, count) => sum + count, 0);
  const share = percent(events, events + missing);
  const rank = missing === 0 ? 1 : events / (events + missing);
  if (missing > 0) return { kind: "missing", rank, missing, text: share, more: `${whole(missing)} missing` };
  if (total(host.windows, "partial") > 0) return { kind: "unknown", rank, missing, text: share, more: "not all read yet" };
  if (lost > 0) return { kind: "lost", rank, missing, text: share, more: `${whole(lost)} lost before` };
  if (host.lost === undefined) return { kind: "unknown", rank, missing, text: share, more: "no ledger yet" };
  return { kind: "complete", rank, missing, text: share, more: "" };
}

function total(windows, field) {
  return windows.reduce((sum, w) => sum + w[field], 0);
}
