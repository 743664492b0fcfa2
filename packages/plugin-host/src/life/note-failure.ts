import type { HoduError } from "@hodu/core";
import type { CrashRecord } from "./crash-record.ts";
import { disabled, quarantined } from "./life-errors.ts";
import type { LivingPlugin } from "./living-plugin.ts";

/** Notes that a plugin failed. Gives the reason that holds from now on: of one crash too many, that it is quarantined. */
export async function noteFailure(plugin: LivingPlugin, error: HoduError, crashes: CrashRecord): Promise<HoduError> {
  const isTooMuch = error.code === "PLUGIN_CRASH" && (await addCrash(plugin, crashes));
  plugin.error = isTooMuch ? quarantined(plugin.id, error) : error;
  plugin.become(isTooMuch ? "quarantined" : "failed");
  return plugin.error;
}

/** Refuses (POLICY) a plugin that the user does not want, or that crashed too often. */
export function refuseUnwanted(plugin: LivingPlugin, crashes: CrashRecord): void {
  if (plugin.isOff || plugin.state === "disabled") throw disabled(plugin.id);
  if (crashes.isQuarantined(plugin.id)) {
    // One that is being unloaded ends as it would have.
    if (plugin.life === undefined) plugin.become("quarantined");
    throw quarantined(plugin.id);
  }
  // Another command has had its crashes forgotten.
  if (plugin.state === "quarantined") plugin.become("validated");
}

/** A record that cannot be kept, on a full disk, is no reason to fail. */
async function addCrash({ id }: LivingPlugin, crashes: CrashRecord): Promise<boolean> {
  try {
    return await crashes.add(id);
  } catch {
    return false;
  }
}
