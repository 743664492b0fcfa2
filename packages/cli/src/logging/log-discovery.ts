import type { Plugins } from "../plugins/discover.ts";
import { newStatus } from "../terminal/status.ts";
import { describeDiscovery } from "./describe-discovery.ts";
import type { Log } from "./log.ts";

/** Logs how plugins were looked for (host, debug); who wants to see each step is shown it, once. */
export function logDiscovery(found: Plugins, log: Log, isShown: boolean): void {
  const status = newStatus("verbose");
  const isThere = log.isOnTerminal && log.keeps("host", "debug");
  for (const line of describeDiscovery(found)) {
    log.write("host", "debug", `plugins: ${line}`);
    if (isShown && !isThere) status.line("Plugins", line);
  }
}
