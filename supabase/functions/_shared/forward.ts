// Passes a request of `supabase.functions.invoke` on to the Python functions, which decide.
//
// Hosted Supabase runs only TypeScript here, so each function has an index.ts of three lines over
// this file. It knows no function: path, query, headers and the raw bytes go on as they came.
//
//   PREAU_FUNCTIONS_URL         where the Python functions listen, for example https://functions.example
//   PREAU_FORWARD_SECRET        the same value as there: how they tell this door from others
//   PREAU_FUNCTIONS_TIMEOUT_MS  how long they may take to begin an answer; 25,000 unless set

declare const Deno: { env: { get(name: string): string | undefined } };

const PREFIX = "/functions/v1";
const BODY_BYTES = 1024 * 1024; // as the gateway of the local stack
const TIMEOUT_MS = 25_000;
const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];
const NO_BODY = [101, 204, 205, 304];

// Of one connection, not of the message (RFC 9110, 7.6.1). `fetch` sets host and content-length.
const HOP_BY_HOP = [
  "connection", "host", "content-length", "keep-alive", "proxy-authenticate", "proxy-authorization",
  "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
];

// What pages of other origins may send and read; a test holds these to the local gateway's lists.
export const ALLOW_HEADERS =
  "accept, accept-profile, apikey, authorization, baggage, cache-control, content-profile," +
  " content-type, idempotency-key, if-match, if-none-match, prefer, range, range-unit," +
  " sentry-trace, traceparent, tracestate, tus-resumable, upload-length, upload-metadata," +
  " upload-offset, x-academy, x-client-info, x-metadata, x-region, x-request-id," +
  " x-supabase-api-version, x-upsert";
export const EXPOSE_HEADERS =
  "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, ETag, Location," +
  " Preference-Applied, Range-Unit, Retry-After, Transfer-Encoding, Upload-Offset," +
  " X-Request-Id, X-Sb-Error-Code, X-Supabase-Api-Version";

/** Return the handler of one function. */
export function forwarder(name: string): (request: Request) => Promise<Response> {
  return async (request) => {
    if (isPreflight(request)) return preflight();
    const target = targetOf(name, request.url);
    if (target === null) {
      return unavailable("Set PREAU_FUNCTIONS_URL (https) with `supabase secrets set`.");
    }
    const body = await bytesOf(request);
    if (body === null) {
      return problem(413, "body_too_large", `The body is larger than ${BODY_BYTES} bytes.`, null);
    }
    return await passOn(request, target, body);
  };
}

async function passOn(request: Request, target: URL, body: Uint8Array<ArrayBuffer>): Promise<Response> {
  const patience = new AbortController();
  // Until the answer begins. What is being streamed may take as long as it takes.
  const timer = setTimeout(
    () => patience.abort(),
    Number(Deno.env.get("PREAU_FUNCTIONS_TIMEOUT_MS")) || TIMEOUT_MS,
  );
  try {
    const answer = await fetch(target, {
      method: request.method,
      headers: onward(request.headers),
      body: body.length > 0 ? body : undefined,
      redirect: "manual",
      signal: patience.signal,
    });
    return new Response(NO_BODY.includes(answer.status) ? null : answer.body, {
      status: answer.status,
      headers: back(answer.headers),
    });
  } catch (error) {
    console.error("functions_unavailable", target.host, String(error));
    return unavailable("Try again in a few seconds.");
  } finally {
    clearTimeout(timer);
  }
}

/** Return where the request goes: hosted gives the path as /<name>/…, the local CLI with the prefix. */
function targetOf(name: string, url: string): URL | null {
  const base = Deno.env.get("PREAU_FUNCTIONS_URL");
  if (!base || !URL.canParse(base)) return null;
  const target = new URL(base);
  if (target.protocol !== "https:" && !LOOPBACK.includes(target.hostname)) return null;
  const from = new URL(url);
  const path = from.pathname.startsWith(`${PREFIX}/`)
    ? from.pathname.slice(PREFIX.length)
    : from.pathname;
  const rest = path === `/${name}` || path.startsWith(`/${name}/`) ? path.slice(name.length + 1) : "";
  target.pathname = `${PREFIX}/${name}${rest}`;
  target.search = from.search;
  return target;
}

/** Return the body whole, so that one over the limit never arrives in part; null if it is over. */
async function bytesOf(request: Request): Promise<Uint8Array<ArrayBuffer> | null> {
  if (request.body === null || request.method === "GET" || request.method === "HEAD") {
    return new Uint8Array(0);
  }
  if (Number(request.headers.get("content-length")) > BODY_BYTES) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > BODY_BYTES) {
      await reader.cancel();
      return null;
    }
    chunks.push(next.value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function onward(given: Headers): Headers {
  const headers = withoutHops(given);
  headers.set("accept-encoding", "identity"); // `fetch` would unpack it under its old length
  headers.delete("x-preau-forward"); // nobody but this file says it
  const secret = Deno.env.get("PREAU_FORWARD_SECRET");
  if (secret) headers.set("x-preau-forward", secret);
  return headers;
}

function back(given: Headers): Headers {
  const headers = withoutHops(given);
  headers.delete("content-encoding"); // `fetch` has unpacked it, if somebody packed it all the same
  for (const name of [...headers.keys()]) {
    if (name.startsWith("access-control-")) headers.delete(name);
  }
  return withCors(headers);
}

function withoutHops(given: Headers): Headers {
  const headers = new Headers(given);
  const named = (given.get("connection") ?? "").split(",").map((name) => name.trim().toLowerCase());
  for (const name of [...HOP_BY_HOP, ...named]) {
    if (/^[a-z0-9-]+$/.test(name)) headers.delete(name);
  }
  return headers;
}

function withCors(headers: Headers): Headers {
  headers.set("access-control-allow-origin", "*");
  headers.set("access-control-expose-headers", EXPOSE_HEADERS);
  return headers;
}

function isPreflight(request: Request): boolean {
  const asked = ["origin", "access-control-request-method"];
  return request.method === "OPTIONS" && asked.every((name) => request.headers.has(name));
}

function preflight(): Response {
  const headers = new Headers({
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
    "access-control-allow-headers": ALLOW_HEADERS,
    "access-control-max-age": "3600",
  });
  return new Response(null, { status: 204, headers: withCors(headers) });
}

function unavailable(hint: string): Response {
  return problem(503, "functions_unavailable", "Un service nécessaire ne répond pas.", hint);
}

function problem(status: number, code: string, message: string, hint: string | null): Response {
  const headers = withCors(new Headers({ "content-type": "application/json" }));
  if (status === 503) headers.set("retry-after", "5");
  return new Response(JSON.stringify({ code, message, hint }), { status, headers });
}
