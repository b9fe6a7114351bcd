// Prints what is in a topic now, a line of JSON for each record, and ends: node read-events.mjs [TOPIC]
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import avro from 'avsc';
import kafkajs from 'kafkajs';
import lz4 from 'lz4-napi';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;
const topic = process.argv[2] ?? 'skbstream.netif-receive';
const kafka = new Kafka({
  brokers: (process.env.KAFKA_BOOTSTRAP_SERVERS ?? 'localhost:9092').split(','),
  logLevel: logLevel.ERROR,
});

// The agents compress with lz4, which kafkajs leaves to others.
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: ({ buffer }) => lz4.compressFrame(buffer),
  decompress: (buffer) => lz4.decompressFrame(buffer),
});

// A JavaScript number is exact up to 2^53 only, so each Avro long becomes a BigInt.
const long = avro.types.LongType.__with({
  fromBuffer: (buffer) => buffer.readBigInt64LE(),
  toBuffer: (value) => Buffer.from(BigInt64Array.of(value).buffer),
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value) => typeof value === 'bigint',
  compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
});
const registry = new SchemaRegistry(
  { host: process.env.SCHEMA_REGISTRY_URL ?? 'http://localhost:8081/apis/ccompat/v7' },
  { [SchemaType.AVRO]: { typeHook: (schema) => ((schema.type ?? schema) === 'long' ? long : undefined) } },
);

const admin = kafka.admin();
await admin.connect();
const ends = new Map((await admin.fetchTopicOffsets(topic)).filter(({ high, low }) => high !== low).map(({ partition, high }) => [partition, BigInt(high)]));
const groupId = `read-events-${process.pid}-${Date.now()}`;
const consumer = kafka.consumer({ groupId });
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });

await new Promise((resolve, reject) => {
  if (ends.size === 0) resolve();
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      for (const { offset, key, value } of batch.messages) {
        const record = await registry.decode(value);
        const line = { partition: batch.partition, offset, key: key.toString(), schemaId: value.readUInt32BE(1), record };
        console.log(JSON.stringify(line, (_, field) => (typeof field === 'bigint' ? field.toString() : field)));
      }
      if (BigInt(batch.lastOffset()) + 1n >= (ends.get(batch.partition) ?? 0n)) ends.delete(batch.partition);
      if (ends.size === 0) resolve();
    },
  });
});
await consumer.disconnect();
await admin.deleteGroups([groupId]);
await admin.disconnect();
