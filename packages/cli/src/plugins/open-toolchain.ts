import type { PluginRegistry } from "@hodu/plugin-host";
import { type Config, openConfig } from "../config/config.ts";
import { openRegistry } from "./open-registry.ts";

/** What a command works with. */
export interface Toolchain {
  readonly config: Config;
  readonly registry: PluginRegistry;
}

/** Reads the configuration and lists the plugins as it wants them. Throws CONFIG. */
export async function openToolchain(environment: NodeJS.ProcessEnv = process.env): Promise<Toolchain> {
  const config = await openConfig(environment);
  return { config, registry: openRegistry({ overrides: config.get("formats").value }) };
}
