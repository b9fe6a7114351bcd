// Prints for each host what came in over lo, and how many numbers are missing: node loopback.mjs
import { consume, decode } from './skbstream.mjs';

/** Which numbers of one (host, session, cpu) have come: all below next, but for the holes. */
class Numbers {
  next;
  holes = []; // [from, to), in order

  constructor(first) {
    this.next = first;
  }

  /** False: a duplicate. */
  add(seq) {
    if (seq >= this.next) {
      if (seq > this.next) this.holes.push([this.next, seq]);
      this.next = seq + 1n;
      return true;
    }
    const index = this.holes.findLastIndex(([from, to]) => from <= seq && seq < to);
    if (index < 0) return false;
    const [from, to] = this.holes[index];
    const left = [
      [from, seq],
      [seq + 1n, to],
    ].filter(([a, b]) => a < b);
    this.holes.splice(index, 1, ...left);
    return true;
  }

  get missing() {
    return this.holes.reduce((sum, [from, to]) => sum + to - from, 0n);
  }
}

const hosts = new Map();
const beginnings = new Map(); // the first offset of each partition

function take(event, whole) {
  const { host, session, cpu, seq } = event;
  if (!hosts.has(host)) hosts.set(host, { packets: 0, bytes: 0, duplicates: 0, numbers: new Map() });
  const sums = hosts.get(host);
  const key = `${session}/${cpu}`;
  if (!sums.numbers.has(key)) sums.numbers.set(key, new Numbers(whole ? 0n : seq));
  if (!sums.numbers.get(key).add(seq)) {
    sums.duplicates++;
  } else if (event.device === 'lo') {
    sums.packets++;
    sums.bytes += event.len;
  }
}

function print() {
  for (const [host, { packets, bytes, duplicates, numbers }] of [...hosts].sort()) {
    const missing = [...numbers.values()].reduce((sum, each) => sum + each.missing, 0n);
    console.log(`${host}: ${packets} packets, ${bytes} bytes, ${missing} missing, ${duplicates} duplicates`);
  }
}

const timer = setInterval(print, 5000);
await consume('skbstream.netif-receive', undefined, ({ partition, messages }) => {
  for (const { offset, value } of messages) {
    if (!beginnings.has(partition)) beginnings.set(partition, offset);
    try {
      take(decode(value), beginnings.get(partition) === '0');
    } catch (error) {
      console.error(`partition ${partition} offset ${offset}: ${error.message}`);
    }
  }
});
clearInterval(timer);
print();
