// What the page knows: hosts with their newest windows, as the server told them, and what follows from them.

import { duration, percent, whole } from "./format.js";

const KEPT_WINDOWS = 120; // as many as the server keeps

/** Agents write a ledger every 10 s. */
const LEDGER_SILENCE_MS = 30_000;

/** A host is silent after three windows, but not before this: the way through Kafka takes a few seconds too. */
const SILENT_AFTER_WINDOWS = 3;
const SILENT_AFTER_MS = 10_000;

/** A window comes as an array of numbers, in this order. */
function window([startMs, endMs, packets, bytes, events, missing, duplicates, late]) {
  return { startMs, endMs, packets, bytes, events, missing, duplicates, late };
}

export class Fleet {
  hosts = new Map();
  connected = false;
  #serverAheadMs = 0;

  /** Takes a message of the server. */
  take(message, isSnapshot) {
    if (isSnapshot) this.hosts.clear();
    this.#serverAheadMs = message.nowMs - Date.now();
    this.connected = message.connected;
    for (const name of message.gone) this.hosts.delete(name);
    for (const said of message.hosts) {
      const windows = this.hosts.get(said.host)?.windows ?? [];
      this.hosts.set(said.host, { ...said, windows: merged(windows, said.windows.map(window)) });
    }
  }

  /** By the server's clock. */
  nowMs() {
    return Date.now() + this.#serverAheadMs;
  }

  /** Packets/s and bits/s by the end of their window, in s, of one host or, without, of all: as uPlot takes them. */
  series(name) {
    const now = this.nowMs();
    const hosts = name === null ? [...this.hosts.values()] : [this.hosts.get(name)];
    const untilMs = Math.min(...hosts.map((host) => settledMs(host, now)));
    const sums = new Map();
    for (const host of hosts) {
      for (const w of host.windows) {
        if (w.endMs > untilMs) continue;
        const lengthS = (w.endMs - w.startMs) / 1000;
        const sum = sums.get(w.endMs) ?? { packets: 0, bits: 0 };
        sum.packets += w.packets / lengthS;
        sum.bits += (8 * w.bytes) / lengthS;
        sums.set(w.endMs, sum);
      }
    }
    const ends = [...sums.keys()].sort((a, b) => a - b).slice(-KEPT_WINDOWS);
    return {
      times: ends.map((end) => end / 1000),
      packets: ends.map((end) => sums.get(end).packets),
      bits: ends.map((end) => sums.get(end).bits),
    };
  }
}

function isSilent(host, nowMs) {
  if (host.state === "STOPPED" || host.state === "KILLED") return true;
  const newest = host.windows.at(-1);
  if (!newest) return true;
  const afterMs = Math.max(SILENT_AFTER_MS, SILENT_AFTER_WINDOWS * (newest.endMs - newest.startMs));
  return nowMs - host.newestEventMs > afterMs;
}

/** Windows that end later may still grow. Who is silent holds nobody up. */
function settledMs(host, nowMs) {
  return isSilent(host, nowMs) ? nowMs : host.newestEventMs;
}

/** Later words on a window replace earlier ones. */
function merged(windows, changed) {
  const byStart = new Map(windows.map((w) => [w.startMs, w]));
  for (const w of changed) byStart.set(w.startMs, w);
  return [...byStart.values()].sort((a, b) => a.startMs - b.startMs).slice(-KEPT_WINDOWS);
}

/** What a host looks like now. */
export function figures(host, nowMs) {
  const newest = host.windows.at(-1);
  const windowMs = newest ? newest.endMs - newest.startMs : 0;
  const silentMs = nowMs - host.newestEventMs;
  const silent = isSilent(host, nowMs);
  const settled = host.windows.filter((w) => w.endMs <= host.newestEventMs).at(-1) ?? newest;
  const rate = (count) => (silent ? 0 : (count * 1000) / windowMs);
  return {
    name: host.host,
    status: status(host, nowMs, silentMs, silent),
    packets: rate(settled?.packets ?? 0),
    bits: rate(8 * (settled?.bytes ?? 0)),
    complete: completeness(host),
    late: total(host.windows, "late"),
    duplicates: total(host.windows, "duplicates"),
    lagMs: newest ? silentMs : Infinity,
    hook: host.hook === undefined || host.hook === "UNKNOWN" ? "?" : host.hook.toLowerCase(),
    kernel: host.kernel ?? "?",
    trend: host.windows.slice(-40).map((w) => w.packets),
  };
}

function status(host, nowMs, silentMs, silent) {
  const heardMs = nowMs - (host.ledgerMs ?? 0);
  if (host.state === "STOPPED") return { kind: "stopped", text: `stopped ${duration(heardMs)} ago` };
  if (host.state === "KILLED") return { kind: "silent", text: "killed" };
  if (!silent) return { kind: "live", text: "live" };
  if (heardMs <= LEDGER_SILENCE_MS) return { kind: "idle", text: "idle, agent is well" };
  return { kind: "silent", text: `silent for ${duration(Math.min(silentMs, heardMs))}` };
}

/** Green only if nothing at all is known to be missing, and there is a ledger that would know. */
function completeness(host) {
  const events = total(host.windows, "events");
  const missing = total(host.windows, "missing");
  const lost = Object.values(host.lost ?? {}).reduce((sum, count) => sum + count, 0);
  const share = percent(events, events + missing);
  const rank = missing === 0 ? 1 : events / (events + missing);
  if (missing > 0) return { kind: "missing", rank, missing, text: share, more: `${whole(missing)} missing` };
  if (lost > 0) return { kind: "lost", rank, missing, text: share, more: `${whole(lost)} lost before` };
  if (host.lost === undefined) return { kind: "unknown", rank, missing, text: share, more: "no ledger yet" };
  return { kind: "complete", rank, missing, text: share, more: "" };
}

function total(windows, field) {
  return windows.reduce((sum, w) => sum + w[field], 0);
}
