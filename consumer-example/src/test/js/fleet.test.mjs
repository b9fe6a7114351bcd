// What the page makes of the server's messages. FleetScriptTest puts this file beside fleet.js and runs it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Fleet, figures } from "./fleet.js";

const S = 1000;
const MIN = 60 * S;
const HOUR = 60 * MIN;
const NOW = 1_790_000_000 * S; // the begin of a window

Date.now = () => NOW;

/** Of 10 s, if not said otherwise, with 100 bytes in each packet. */
function w(startMs, packets, { lengthMs = 10 * S, missing = 0, late = 0, partial = 0, agents = 1 } = {}) {
  return [NOW + startMs, NOW + startMs + lengthMs, packets, 100 * packets, packets, missing, 0, late, partial, agents];
}

/** Times are relative to now; the ledger is as old as the newest event, if not said otherwise. */
function host(eventMs, windows, more = {}) {
  const at = NOW + eventMs;
  return { host: "web-1", newestEventMs: at, eventHeardMs: at, ledgerHeardMs: at, ledgerMs: at, state: "RUNNING", lost: {}, talkers: [], windows, ...more };
}

function fleet(...hosts) {
  const made = new Fleet();
  made.take({ nowMs: NOW, connected: true, overflowed: false, hosts, gone: [] }, true);
  return made;
}

function look(said) {
  return figures(fleet(said).hosts.get(said.host), NOW);
}

function times(...relativeS) {
  return relativeS.map((s) => NOW / S + s);
}

test("windows without events are 0, not the line between their neighbours", () => {
  const series = fleet(host(0, [w(-60 * S, 1000), w(-20 * S, 500), w(-10 * S, 200), w(0, 7)])).series("web-1");
  assert.deepEqual(series.times, times(-50, -40, -30, -20, -10, 0));
  assert.deepEqual(series.packets, [100, 0, 0, 0, 50, 20]);
  assert.deepEqual(series.bits, [80_000, 0, 0, 0, 40_000, 16_000]);
});

test("a host is not complete while the job has not read all of it", () => {
  const { kind, more } = look(host(0, [w(-20 * S, 5, { partial: 1 }), w(-10 * S, 5)])).complete;
  assert.deepEqual([kind, more], ["unknown", "not all read yet"]);
  assert.equal(look(host(0, [w(-20 * S, 5, { partial: 1, missing: 1 })])).complete.kind, "missing");
  assert.equal(look(host(0, [w(-20 * S, 5)])).complete.kind, "complete");
});

test("agents that share a name are seen until the newest window has one alone", () => {
  const { kind, text } = look(host(0, [w(-20 * S, 5), w(-10 * S, 5, { agents: 2 })])).status;
  assert.deepEqual([kind, text], ["shared", "2 agents use this name"]);
  assert.equal(look(host(0, [w(-20 * S, 5, { agents: 2 }), w(-10 * S, 5)])).status.text, "live");
});

test("a silent host's line goes on at 0 until now", () => {
  const silent = host(-41 * S, [w(-50 * S, 1000)]);
  assert.deepEqual(fleet(silent).series("web-1").packets, [100, 0, 0, 0, 0]);
  assert.deepEqual(look(silent).trend, [1000, 0, 0, 0, 0]);
});

test("a gap of years does not make the page hang, and the newest windows are shown", () => {
  const { times: ends, packets } = fleet(host(0, [w(-300_000 * HOUR, 5), w(-10 * S, 200)])).series("web-1");
  assert.equal(packets.length, 120);
  assert.deepEqual(packets.slice(-3), [0, 0, 20]);
  assert.deepEqual(ends.slice(-2), times(-10, 0));
});

test("the trend and the rate leave out the window that still grows", () => {
  const f = look(host(-1 * S, [w(-30 * S, 1000), w(-10 * S, 7)]));
  assert.deepEqual(f.trend, [1000, 0]);
  assert.equal(f.packets, 0);
});

test("all hosts are summed up, and one with a slow clock holds nobody up", () => {
  const good = host(0, [w(-40 * S, 100), w(-30 * S, 100), w(-20 * S, 100), w(-10 * S, 100)]);
  const slow = host(-5 * MIN, [w(-40 * S, 50)], { host: "slow", eventHeardMs: NOW });
  const series = fleet(good, slow).series(null);
  assert.deepEqual(series.times, times(-30, -20));
  assert.deepEqual(series.packets, [15, 10]);
});

test("a host is live for 15 s, however long the windows are", () => {
  for (const lengthMs of [S, 10 * S, HOUR]) {
    const windows = [w(-lengthMs, 100, { lengthMs })];
    assert.equal(look(host(-15 * S, windows)).status.text, "live");
    assert.equal(look(host(-16 * S, windows)).status.text, "idle, agent is well");
    assert.equal(look(host(-16 * S, windows)).packets, 0);
    assert.equal(look(host(-31 * S, windows)).status.text, "silent for 31 s");
    assert.equal(look(host(-1.9 * HOUR, windows)).status.text, "silent for 1 h 54 min");
  }
});

test("a host without a ledger is live while events come", () => {
  const none = { ledgerHeardMs: 0, ledgerMs: undefined, state: undefined, lost: undefined };
  assert.equal(look(host(-2 * S, [w(-10 * S, 1)], none)).status.text, "live");
  assert.equal(look(host(-20 * S, [w(-20 * S, 1)], none)).status.text, "silent for 20 s");
});

test("a host without events is idle while ledgers come", () => {
  const none = { newestEventMs: 0, eventHeardMs: 0 };
  assert.deepEqual(look(host(-9 * S, [], none)).status, { kind: "idle", text: "idle, agent is well" });
  assert.equal(look(host(-9 * S, [], none)).lagMs, Infinity);
  assert.equal(look(host(-40 * S, [], none)).status.text, "silent for 40 s");
  assert.equal(look(host(0, [w(-10 * S, 0, { late: 3 })], { ...none, ledgerHeardMs: 0 })).status.text, "silent");
});

test("a clock that is ahead is named, and does not hide a death", () => {
  const windows = [w(50 * MIN, 100)];
  const said = (heardMs) => host(50 * MIN, windows, { eventHeardMs: NOW + heardMs, ledgerHeardMs: NOW + heardMs });
  assert.deepEqual(look(said(0)).status, { kind: "ahead", text: "clock ahead by 50 min 0 s" });
  assert.ok(look(said(0)).live);
  assert.deepEqual(look(said(-10 * MIN)).status, { kind: "silent", text: "silent for 10 min 0 s" });
  assert.equal(look(host(5 * S, [w(0, 1)])).status.text, "live");
});

test("an agent's last word counts at once", () => {
  const windows = [w(-10 * S, 100)];
  assert.deepEqual(look(host(-2 * S, windows, { state: "STOPPED" })).status, { kind: "stopped", text: "stopped 2 s ago" });
  assert.deepEqual(look(host(-2 * S, windows, { state: "KILLED" })).status, { kind: "silent", text: "killed" });
  assert.equal(look(host(-2 * S, windows, { state: "STOPPED" })).packets, 0);
});

test("a change replaces what it names, and the beat sets the clock", () => {
  const made = fleet(host(0, [w(-20 * S, 100), w(-10 * S, 5)]), host(0, [], { host: "gone" }));
  made.take({ nowMs: NOW, connected: false, overflowed: true, hosts: [host(1 * S, [w(-10 * S, 8), w(0, 1)])], gone: ["gone"] }, false);
  assert.deepEqual([...made.hosts.keys()], ["web-1"]);
  assert.deepEqual(made.hosts.get("web-1").windows.map((window) => window.packets), [100, 8, 1]);
  assert.deepEqual([made.connected, made.overflowed], [false, true]);
  made.beat({ nowMs: NOW + 7 * S });
  assert.equal(made.nowMs(), NOW + 7 * S);
});
