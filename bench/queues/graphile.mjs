// graphile-worker: a pool of direct connections, concurrency 10. `install` makes its schema.
import { runMigrations, runOnce } from "graphile-worker";
import { createInterface } from "node:readline";

const options = {
  connectionString: process.env.BENCH_DATABASE,
  concurrency: 10,
  noHandleSignals: true,
  logger: undefined,
};

if (process.argv[2] === "install") {
  await runMigrations(options);
  process.exit(0);
}

let done = 0;
console.log("ready");
await new Promise((go) => createInterface({ input: process.stdin }).once("line", go));
const { Logger } = await import("graphile-worker");
await runOnce({
  ...options,
  logger: new Logger(() => () => {}),
  taskList: { noop: async () => { done += 1; } },
});
const last = Number(process.hrtime.bigint()) / 1e9;
console.log(JSON.stringify({ done, last, rss_mb: process.memoryUsage().rss / 1e6 }));
process.exit(0);
