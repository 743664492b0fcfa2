import { HoduError, quote } from "@hodu/core";
import { callError, type Manifest } from "hodu-plugin-sdk";
import { label } from "../resolve/label.ts";
import type { WithManifest } from "../resolve/plugins-named.ts";
import { CRASH_WINDOW_MS, MAX_CRASHES } from "./limits.ts";

const NEVER = new AbortController().signal;

/** What a load ended with, as an error of the plugin. */
export function loadError(cause: unknown, plugin: string): HoduError {
  return callError(cause, NEVER, `load plugin ${quote(plugin)}`).at({ plugin });
}

/** PLUGIN_DEPENDENCY for a plugin that is not loaded since one that it requires could not be. */
export function requiredFailed(plugin: Manifest, required: Manifest, cause: HoduError): HoduError {
  const chain = `${label(plugin)} -> ${label(required)}`;
  const message = `Cannot load plugin ${quote(plugin.id)}: ${chain} failed: ${cause.message}`;
  const hint = cause.hint ?? `hodu plugin info ${required.id}`;
  return new HoduError("PLUGIN_DEPENDENCY", message, { cause, hint, where: { plugin: plugin.id } });
}

/** PLUGIN_DEPENDENCY for a plugin that others need. */
export function stillNeeded({ manifest: { id } }: WithManifest, dependents: readonly WithManifest[]): HoduError {
  const names = dependents.map(({ manifest }) => label(manifest)).join(", ");
  const message = `Cannot unload plugin ${quote(id)}: ${names} ${dependents.length === 1 ? "needs" : "need"} it, expected nobody to`;
  return new HoduError("PLUGIN_DEPENDENCY", message, {
    hint: `hodu plugin disable ${id} --cascade`,
    where: { plugin: id },
  });
}

/** POLICY for a plugin that crashed too often. */
export function quarantined(plugin: string, cause?: HoduError): HoduError {
  const minutes = CRASH_WINDOW_MS / 60_000;
  const message = `Cannot load plugin ${quote(plugin)}: it crashed ${MAX_CRASHES} times in ${minutes} minutes, so it is not loaded any more`;
  return new HoduError("POLICY", message, { cause, hint: `hodu plugin enable ${plugin}`, where: { plugin } });
}

/** POLICY for a plugin that the user does not want. */
export function disabled(plugin: string): HoduError {
  const message = `Cannot load plugin ${quote(plugin)}: it is disabled`;
  return new HoduError("POLICY", message, { hint: `hodu plugin enable ${plugin}`, where: { plugin } });
}

/** BAD_USAGE for a plugin that is wanted after all were unloaded for good. */
export function shutDown(plugin: string): HoduError {
  const message = `Cannot load plugin ${quote(plugin)}: its registry was shut down, expected one that is in use`;
  return new HoduError("BAD_USAGE", message, { hint: "await initPluginSystem()", where: { plugin } });
}
