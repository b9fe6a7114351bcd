// What the programs beside it share: decode(value) and consume(topic, group, eachBatch). See docs/consume.md.
import { readdirSync, readFileSync } from 'node:fs';
import avro from 'avsc';
import kafkajs from 'kafkajs';
import lz4 from 'lz4-napi';

// A JavaScript number is exact up to 2^53 only, so each Avro long becomes a BigInt.
const long = avro.types.LongType.__with({
  fromBuffer: (buffer) => buffer.readBigInt64LE(),
  toBuffer: (value) => Buffer.from(BigInt64Array.of(value).buffer),
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value) => typeof value === 'bigint',
  compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
});
const typeHook = (schema) => ((schema.type ?? schema) === 'long' ? long : undefined);
const load = (file) => avro.Type.forSchema(JSON.parse(readFileSync(`history/${file}`, 'utf8')), { typeHook });

// CRC-64-AVRO of the canonical form, which is what avsc gives a type's schema out in.
function fingerprint(type) {
  const empty = 0xc15d213aa4d7a795n;
  let crc = empty;
  for (const byte of Buffer.from(JSON.stringify(type.schema()))) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1n) ^ (crc & 1n ? empty : 0n);
  }
  return crc;
}

// The versions that this program was written for, and how it reads what any version has written.
const readers = ['agent-ledger-1', 'loopback-by-host-2', 'netif-receive-1'].map((name) => load(`${name}.avsc`));
const resolvers = new Map();
for (const file of readdirSync('history').filter((name) => name.endsWith('.avsc'))) {
  const writer = load(file);
  const reader = readers.find((type) => type.name === writer.name);
  if (reader) resolvers.set(fingerprint(writer), { reader, resolver: reader.createResolver(writer) });
}

/** The record in a Kafka record's value; throws if it is none. */
export function decode(value) {
  if (!value || value.length < 10 || value.readUInt16BE() !== 0xc301) throw new Error('no Avro single-object encoding');
  const print = value.readBigUInt64LE(2);
  const known = resolvers.get(print);
  if (!known) throw new Error(`unknown schema ${print.toString(16).padStart(16, '0')}: history/ has to be newer`);
  return known.reader.fromBuffer(value.subarray(10), known.resolver);
}

// The agents compress with lz4, which kafkajs leaves to others.
const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: ({ buffer }) => lz4.compressFrame(buffer),
  decompress: (buffer) => lz4.decompressFrame(buffer),
});

export const kafka = new Kafka({
  brokers: (process.env.KAFKA_BOOTSTRAP_SERVERS ?? 'localhost:9092').split(','),
  logLevel: logLevel.WARN,
});

/** How many partitions a topic has. Ends the program if it is missing: to create it, with as many as it needs, is its writer's. */
export async function partitionsOf(topic) {
  const admin = kafka.admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata();
  await admin.disconnect();
  const found = topics.find(({ name }) => name === topic);
  if (!found) {
    console.error(`there is no topic ${topic}; start what writes to it first`);
    process.exit(1);
  }
  return found.partitions.length;
}

/**
 * Calls back with each batch until SIGINT or SIGTERM. A group goes on where it has committed; without one, all is read from
 * the begin and nothing is committed.
 */
export async function consume(topic, group, eachBatch) {
  await partitionsOf(topic);
  const consumer = kafka.consumer({
    groupId: group ?? `skbstream-once-${process.pid}-${Date.now()}`,
    allowAutoTopicCreation: false,
    readUncommitted: false, // that is, read_committed
    maxWaitTimeInMs: 500, // for which a signal may have to wait
  });
  const ended = new Promise((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || reject(payload.error));
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => consumer.disconnect().then(resolve, reject));
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({ autoCommit: group !== undefined, eachBatch: ({ batch }) => eachBatch(batch) });
  await ended;
}
