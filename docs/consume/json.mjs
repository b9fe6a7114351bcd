// Prints a topic of skbstream as JSON lines, or copies it to a topic of JSON: node json.mjs TOPIC [TARGET]
import kafkajs from 'kafkajs';
import { consume, decode, kafka, partitionsOf } from './skbstream.mjs';

const [source, target] = process.argv.slice(2);
if (!source) {
  console.error('usage: node json.mjs TOPIC [TARGET]');
  process.exit(2);
}

// JSON.stringify refuses a BigInt; here its digits become a JSON number.
function json(value) {
  if (typeof value === 'bigint') return `${value}`;
  if (Array.isArray(value)) return `[${value.map(json)}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}:${json(field)}`)}}`;
}

function* rows({ topic, partition, messages }) {
  for (const { key, value, offset, timestamp } of messages) {
    try {
      yield { key, value: json(decode(value)), timestamp, partition };
    } catch (error) {
      console.error(`${topic} partition ${partition} offset ${offset}: ${error.message}`);
    }
  }
}

if (target) {
  const numPartitions = await partitionsOf(source);
  const admin = kafka.admin();
  await admin.connect();
  if (!(await admin.listTopics()).includes(target)) {
    await admin.createTopics({ topics: [{ topic: target, numPartitions }] });
  }
  await admin.disconnect();

  const compression = kafkajs.CompressionTypes.GZIP;
  const createPartitioner = kafkajs.Partitioners.DefaultPartitioner;
  const producer = kafka.producer({ createPartitioner, allowAutoTopicCreation: false });
  await producer.connect();
  await consume(source, `json-of-${source}`, async (batch) => {
    const messages = [...rows(batch)];
    while (messages.length > 0) await producer.send({ topic: target, messages: messages.splice(0, 1000), compression });
  });
  await producer.disconnect();
} else {
  process.stdout.on('error', () => process.exit()); // the reader of the pipe has gone
  await consume(source, undefined, (batch) => {
    for (const { value } of rows(batch)) console.log(value);
  });
}
