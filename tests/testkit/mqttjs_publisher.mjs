// Publish one message at QoS 2 with MQTT.js, whatever the server does meanwhile, and leave when it is
// delivered: mqttjs_publisher.mjs <port>. PINT_MQTTJS is the folder that `tools/setup test` has installed
// MQTT.js into.
import { createRequire } from 'node:module';

const mqtt = createRequire(`${process.env.PINT_MQTTJS}/`)('mqtt');
const client = mqtt.connect(`mqtt://127.0.0.1:${process.argv[2]}`, {
  clientId: 'dev-1', protocolVersion: 4, clean: false, reconnectPeriod: 1,
});
client.on('error', (error) => { // it connects again, as long as somebody listens
  if (error.code === 'ECONNREFUSED') process.exit(1);
});
await client.publishAsync('temperature', '21.5', { qos: 2 });
await client.endAsync();
