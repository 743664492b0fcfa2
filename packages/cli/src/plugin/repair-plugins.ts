import type { PluginStore } from "@hodu/plugin-host";
import { newStatus } from "../terminal/status.ts";

/** What a repair waits for others, in milliseconds: it can be done by the next command as well. */
const PATIENCE_MS = 3000;

/** Removes what killed commands left of their changes of the plugins, and says so. What cannot be removed now stays for the next command. */
export async function repairPlugins(store: PluginStore): Promise<void> {
  const { repairStore } = await import("@hodu/plugin-host/install");
  const status = newStatus("normal");
  try {
    for (const what of await repairStore(store, { timeout: PATIENCE_MS })) {
      status.line("Repaired", `removed what an interrupted "${what}" left`);
    }
  } catch {
    // It keeps no other command from its work.
  }
}
