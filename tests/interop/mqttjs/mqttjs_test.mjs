// MQTT.js, a client nobody here wrote, talks to the broker in MQTT 3.1.1 and 5.0. Run by with_broker.py: the
// port is in PINT_PORT; PINT_MQTTJS is the folder that `tools/setup test` has installed MQTT.js into.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { on, once } from 'node:events';
import { createRequire } from 'node:module';
import { test } from 'node:test';

const mqtt = createRequire(`${process.env.PINT_MQTTJS}/`)('mqtt');
const url = `mqtt://127.0.0.1:${process.env.PINT_PORT}`;
const deadline = 30_000; // ms for anything to happen

let topics = 0;
const freshTopic = () => `mqttjs/${++topics}`; // all tests share one broker

// A connected client. Each message and end is kept from the beginning on, to be awaited with next…().
class Client {
  constructor(t, version, options) {
    const signal = AbortSignal.timeout(deadline);
    this.mqtt = mqtt.connect(url, {
      protocolVersion: version, reconnectPeriod: 0, connectTimeout: deadline, manualConnect: true, ...options,
    });
    this.mqtt.on('error', () => {}); // told by what is awaited
    this.connected = once(this.mqtt, 'connect', { signal });
    this.mqtt.on('disconnect', (packet) => { this.disconnect = packet; });
    this.closed = once(this.mqtt, 'close', { signal });
    this.messages = on(this.mqtt, 'message', { signal });
    this.mqtt.connect();
    t.after(() => this.mqtt.endAsync(true));
  }

  static async connect(t, version, options) {
    const client = new Client(t, version, options);
    [client.connack] = await client.connected;
    return client;
  }

  async nextMessage() {
    const [topic, payload, packet] = (await this.messages.next()).value;
    return { ...packet, topic, payload };
  }

  async nextTexts(count) {
    const texts = [];
    while (texts.length < count) texts.push((await this.nextMessage()).payload.toString());
    return texts;
  }

  subscribe(filter, options) { return this.mqtt.subscribeAsync(filter, options); }
  publish(topic, payload, options) { return this.mqtt.publishAsync(topic, payload, options); }
  end() { return this.mqtt.endAsync(); }

  // End the connection without DISCONNECT, as a crash does.
  async cut() {
    this.mqtt.stream.destroy();
    await this.closed;
  }
}

// Options for a Session that outlives its connection.
const session = (version, clientId) => ({
  clientId, clean: false, ...(version === 5 && { properties: { sessionExpiryInterval: 600 } }),
});

for (const version of [4, 5]) {
  const named = (name, body) => test(`MQTT ${version === 4 ? '3.1.1' : '5.0'}: ${name}`, body);

  named('each QoS is granted and arrives', async (t) => {
    const client = await Client.connect(t, version);
    for (const qos of [0, 1, 2]) {
      const topic = freshTopic();
      const [granted] = await client.subscribe(topic, { qos });
      assert.equal(granted.qos, qos);
      await client.publish(topic, 'hello', { qos });
      const message = await client.nextMessage();
      assert.deepEqual([message.topic, message.payload.toString(), message.qos, message.retain, message.dup],
        [topic, 'hello', qos, false, false]);
    }
  });

  named('a retained message is sent to new subscriptions until it is removed', async (t) => {
    const topic = freshTopic();
    const client = await Client.connect(t, version);
    await client.publish(topic, 'on', { qos: 1, retain: true });
    await client.subscribe(topic, { qos: 1 });
    const message = await client.nextMessage();
    assert.deepEqual([message.payload.toString(), message.retain], ['on', true]);

    await client.publish(topic, '', { qos: 1, retain: true });
    const late = await Client.connect(t, version);
    await late.subscribe(topic, { qos: 1 });
    await client.publish(topic, 'live', { qos: 1 });
    assert.deepEqual(await late.nextTexts(1), ['live']);
  });

  named('the Will is sent when the connection breaks', async (t) => {
    const topic = freshTopic();
    const watcher = await Client.connect(t, version);
    await watcher.subscribe(topic, { qos: 2 });
    const will = { topic, payload: 'bye', qos: 2, retain: true };
    const victim = await Client.connect(t, version, { will });
    await victim.cut();
    const message = await watcher.nextMessage();
    assert.deepEqual([message.payload.toString(), message.qos, message.retain], ['bye', 2, false]);
  });

  named('no Will after DISCONNECT', async (t) => {
    const topic = freshTopic();
    const watcher = await Client.connect(t, version);
    await watcher.subscribe(topic, { qos: 1 });
    await (await Client.connect(t, version, { will: { topic, payload: 'bye', qos: 1 } })).end();
    await watcher.publish(topic, 'no will before me', { qos: 1 });
    assert.deepEqual(await watcher.nextTexts(1), ['no will before me']);
  });

  named('a Session resumes with its queued messages', async (t) => {
    const topic = freshTopic();
    const options = session(version, `session-${version}`);
    const before = await Client.connect(t, version, options);
    assert.equal(before.connack.sessionPresent, false);
    await before.subscribe(topic, { qos: 2 });
    await before.end();

    const publisher = await Client.connect(t, version);
    const texts = Array.from({ length: 10 }, (_, number) => String(number));
    for (const text of texts) await publisher.publish(topic, text, { qos: 2 });

    const after = await Client.connect(t, version, options);
    assert.equal(after.connack.sessionPresent, true);
    assert.deepEqual(await after.nextTexts(10), texts);
  });

  named('Clean Start ends the Session', async (t) => {
    const clientId = `clean-${version}`;
    await (await Client.connect(t, version, session(version, clientId))).end();
    const client = await Client.connect(t, version, { ...session(version, clientId), clean: true });
    assert.equal(client.connack.sessionPresent, false);
  });

  named('unsubscribe', async (t) => {
    const [left, kept] = [freshTopic(), freshTopic()];
    const client = await Client.connect(t, version);
    await client.subscribe([left, kept], { qos: 1 });
    await client.mqtt.unsubscribeAsync(left);
    await client.publish(left, 'nobody', { qos: 1 });
    await client.publish(kept, 'somebody', { qos: 1 });
    assert.deepEqual(await client.nextTexts(1), ['somebody']);
  });

  named('a megabyte arrives whole', async (t) => {
    const topic = freshTopic();
    const payload = randomBytes(1 << 20);
    const client = await Client.connect(t, version);
    await client.subscribe(topic, { qos: 2 });
    for (const qos of [0, 1, 2]) {
      await client.publish(topic, payload, { qos });
      assert.ok(payload.equals((await client.nextMessage()).payload));
    }
  });

  named('many messages keep their order', async (t) => {
    const client = await Client.connect(t, version);
    const texts = Array.from({ length: 500 }, (_, number) => String(number));
    for (const qos of [0, 1, 2]) {
      const topic = freshTopic();
      await client.subscribe(topic, { qos });
      for (const text of texts) client.mqtt.publish(topic, text, { qos });
      assert.deepEqual(await client.nextTexts(texts.length), texts);
    }
  });

  named('a second connection takes over', async (t) => {
    const topic = freshTopic();
    const options = { clientId: `twin-${version}` };
    const first = await Client.connect(t, version, options);
    const second = await Client.connect(t, version, options);
    await first.closed;
    if (version === 5) assert.equal(first.disconnect?.reasonCode, 0x8e);
    await second.subscribe(topic, { qos: 1 });
    await second.publish(topic, 'still here', { qos: 1 });
    assert.deepEqual(await second.nextTexts(1), ['still here']);
  });
}

test('MQTT 5.0: properties of a message arrive', async (t) => {
  const topic = freshTopic();
  const client = await Client.connect(t, 5);
  await client.subscribe(topic, { qos: 1, properties: { subscriptionIdentifier: 268_435_455 } });
  await client.publish(topic, 'x', {
    qos: 1,
    properties: {
      payloadFormatIndicator: true, contentType: 'text/plain', responseTopic: 'answers',
      messageExpiryInterval: 1000, correlationData: Buffer.from([0, 1]),
      userProperties: { k: ['v', 'w'], l: 'z' },
    },
  });
  const { messageExpiryInterval, ...properties } = (await client.nextMessage()).properties;
  assert.ok(messageExpiryInterval >= 900 && messageExpiryInterval <= 1000);
  assert.deepEqual({ ...properties, userProperties: { ...properties.userProperties } }, {
    payloadFormatIndicator: true, contentType: 'text/plain', responseTopic: 'answers',
    correlationData: Buffer.from([0, 1]), userProperties: { k: ['v', 'w'], l: 'z' },
    subscriptionIdentifier: 268_435_455,
  });
});

test('MQTT 5.0: a Topic Alias stands for its topic', async (t) => {
  const topic = freshTopic();
  const client = await Client.connect(t, 5);
  await client.subscribe(topic, { qos: 1 });
  await client.publish(topic, 'first', { qos: 1, properties: { topicAlias: 1 } });
  await client.publish('', 'second', { qos: 1, properties: { topicAlias: 1 } });
  assert.deepEqual([(await client.nextMessage()).topic, (await client.nextMessage()).topic], [topic, topic]);
});

test('MQTT 5.0: the broker may use Topic Aliases towards the client', async (t) => {
  const topic = freshTopic();
  const client = await Client.connect(t, 5, { properties: { topicAliasMaximum: 5 } });
  await client.subscribe(`${topic}/+`, { qos: 1 });
  const names = ['a', 'b', 'a', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'a'].map((name) => `${topic}/${name}`);
  for (const name of names) await client.publish(name, 'x', { qos: 1 });
  const arrived = [];
  while (arrived.length < names.length) arrived.push((await client.nextMessage()).topic);
  assert.deepEqual(arrived, names);
});

test('MQTT 5.0: Receive Maximum 1 still delivers all', async (t) => {
  const topic = freshTopic();
  const client = await Client.connect(t, 5, { properties: { receiveMaximum: 1 } });
  await client.subscribe(topic, { qos: 2 });
  const publisher = await Client.connect(t, 5);
  const texts = Array.from({ length: 50 }, (_, number) => String(number));
  for (const text of texts) await publisher.publish(topic, text, { qos: 2 });
  assert.deepEqual(await client.nextTexts(50), texts);
});

test('MQTT 5.0: a Client Identifier is assigned', async (t) => {
  const assigned = async () => {
    const { connack } = await Client.connect(t, 5, { clientId: '', clean: true });
    return connack.properties.assignedClientIdentifier;
  };
  const [one, other] = [await assigned(), await assigned()];
  assert.ok(one && other && one !== other);
});

test('MQTT 5.0: subscription options', async (t) => {
  const topic = freshTopic();
  const [client, other] = [await Client.connect(t, 5), await Client.connect(t, 5)];
  await other.publish(topic, 'before', { qos: 1, retain: true });
  await client.subscribe(topic, { qos: 1, nl: true, rap: true, rh: 2 });
  await client.publish(topic, 'own', { qos: 1 });
  await other.publish(topic, 'other', { qos: 1, retain: true });
  const message = await client.nextMessage();
  assert.deepEqual([message.payload.toString(), message.retain], ['other', true]);
});

test('MQTT 5.0: a shared subscription gives each message to one', async (t) => {
  const [work, end] = [freshTopic(), freshTopic()];
  const pair = [await Client.connect(t, 5), await Client.connect(t, 5)];
  for (const client of pair) await client.subscribe([`$share/pair/${work}`, end], { qos: 1 });
  const publisher = await Client.connect(t, 5);
  const texts = Array.from({ length: 20 }, (_, number) => String(number));
  for (const text of texts) await publisher.publish(work, text, { qos: 1 });
  await publisher.publish(end, 'end', { qos: 1 });

  const received = [];
  for (const client of pair) {
    let [text] = await client.nextTexts(1);
    while (text !== 'end') {
      received.push(text);
      [text] = await client.nextTexts(1);
    }
  }
  assert.deepEqual(received.sort((left, right) => left - right), texts);
});

test('MQTT 5.0: the reason for PUBACK without subscribers is told', async (t) => {
  const client = await Client.connect(t, 5);
  const received = once(client.mqtt, 'packetreceive', { signal: AbortSignal.timeout(deadline) });
  await client.publish(freshTopic(), 'x', { qos: 1 });
  const [packet] = await received;
  assert.equal(packet.cmd, 'puback');
  assert.ok([0x00, 0x10].includes(packet.reasonCode ?? 0x00)); // 0x10 is allowed, not demanded
});
