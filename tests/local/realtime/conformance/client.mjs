// Drives unmodified @supabase/realtime-js for the scenarios: commands come as JSON lines on stdin,
// results and events leave as JSON lines on stdout. Bytes travel as {"$bytes": "<hex>"}.
import { createInterface } from "node:readline";
import { RealtimeClient } from "@supabase/realtime-js";

const [vsn] = process.argv.slice(2);
const clients = new Map();
const channels = new Map();

const write = (message) => process.stdout.write(`${JSON.stringify(message, outward)}\n`);
const outward = (_, value) =>
  value instanceof ArrayBuffer ? { $bytes: Buffer.from(value).toString("hex") } : value;
const inward = (_, value) =>
  value?.$bytes === undefined ? value : Uint8Array.from(Buffer.from(value.$bytes, "hex")).buffer;
const tell = (channel, kind, data) => write({ channel, kind, data });

async function open(url, key, token) {
  const made = new RealtimeClient(url, { params: { apikey: key }, vsn });
  if (token) await made.setAuth(token);
  return Object.assign(made, { url });
}

const verbs = {
  async connect({ client, url, key, token }) {
    clients.set(client, await open(url, key, token));
  },

  // Resolves when the join was answered, well or badly; each later status is an event besides.
  join({ client, channel, topic, config, changes, presence }) {
    const made = clients.get(client).channel(topic, { config });
    channels.set(channel, made);
    made.on("broadcast", { event: "*" }, (data) => tell(channel, "broadcast", data));
    made.on("system", {}, (data) => tell(channel, "system", data));
    changes.forEach((entry, binding) => {
      made.on("postgres_changes", entry, (data) => tell(channel, "change", { binding, ...data }));
    });
    if (presence) {
      made.on("presence", { event: "sync" }, () =>
        tell(channel, "presence", { event: "sync", state: made.presenceState() }));
      for (const event of ["join", "leave"]) {
        made.on("presence", { event }, (data) =>
          tell(channel, "presence", { event, key: data.key, metas: data.newPresences ?? data.leftPresences }));
      }
    }
    return new Promise((resolve) => {
      made.subscribe((status, error) => {
        const data = { status, text: error ? String(error.message) : "" };
        tell(channel, "status", data);
        resolve(data);
      });
    });
  },

  send: ({ channel, event, payload, timeout }) =>
    channels.get(channel).send({ type: "broadcast", event, payload }, { timeout }),
  track: ({ channel, payload }) => channels.get(channel).track(payload),
  untrack: ({ channel }) => channels.get(channel).untrack(),
  state: ({ channel }) => channels.get(channel).presenceState(),
  httpSend: async ({ client, topic, event, payload, config }) => {
    const { url, apiKey, accessTokenValue } = clients.get(client);
    const made = await open(url, apiKey, accessTokenValue);
    return made.channel(topic, { config }).httpSend(event, payload).catch((error) => ({ error: error.message }));
  },
  // What realtime-js does for `send()` before a join: a batch of one.
  batchSend: async ({ client, topic, event, payload, config }) => {
    const { url, apiKey, accessTokenValue } = clients.get(client);
    const made = await open(url, apiKey, accessTokenValue);
    return made.channel(topic, { config }).send({ type: "broadcast", event, payload });
  },
  setAuth: ({ client, token }) => clients.get(client).setAuth(token),
  leave: ({ client, channel }) => clients.get(client).removeChannel(channels.get(channel)),
  connected: ({ client }) => clients.get(client).isConnected(),
  close: async ({ client }) => {
    const closed = clients.get(client);
    clients.delete(client);
    return closed?.disconnect(); // some scenarios have closed it themselves
  },
};

console.warn = console.log = () => {};
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line, inward);
  Promise.resolve()
    .then(() => verbs[command.verb](command))
    .then((result) => write({ id: command.id, result: result ?? null }))
    .catch((error) => write({ id: command.id, error: String(error?.stack ?? error) }));
}
process.exit();
