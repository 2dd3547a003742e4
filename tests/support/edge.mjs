// Starts one forwarder as the Edge runtime would, with what little of Deno it uses, on a free port.
// The path arrives as on a hosted project: /<name>/…, without /functions/v1. Prints its port.
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const [folder] = process.argv.slice(2);
const handlers = new Map();
let loading;
globalThis.Deno = {
  env: { get: (name) => process.env[name] },
  serve: (handler) => void handlers.set(loading, handler),
};

async function handlerOf(name) {
  if (!handlers.has(name)) {
    loading = name;
    await import(pathToFileURL(`${folder}/${name}/index.ts`).href);
  }
  return handlers.get(name);
}

const server = createServer(async (incoming, outgoing) => {
  const url = new URL(incoming.url.replace(/^\/functions\/v1(?=\/)/, ""), "http://edge.test");
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i], incoming.rawHeaders[i + 1]);
  }
  const bodiless = ["GET", "HEAD"].includes(incoming.method);
  const request = new Request(url, {
    method: incoming.method,
    headers,
    body: bodiless ? undefined : incoming,
    duplex: "half",
  });
  const handler = await handlerOf(url.pathname.split("/")[1]);
  const response = await handler(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body) for await (const chunk of response.body) outgoing.write(chunk);
  outgoing.end();
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
