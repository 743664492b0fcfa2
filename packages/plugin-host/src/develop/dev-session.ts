import { rm } from "node:fs/promises";
import { join } from "node:path";
import { HoduError, quote } from "@hodu/core";
import type { ListedPlugin } from "../listed-plugin.ts";
import type { PluginRegistry } from "../life/plugin-registry.ts";
import type { InstalledPlugin } from "../store/installed-plugin.ts";
import { listInstalled, logFile } from "../store/list-installed.ts";
import type { PluginStore } from "../store/plugin-store.ts";
import { openStaging, type Staging } from "../store/staging.ts";
import { buildGeneration } from "./build-generation.ts";
import { enterDev, leaveDev } from "../store/dev-entry.ts";

export interface DevSessionOptions {
  readonly store: PluginStore;
  /** The author's folder. */
  readonly source: string;
  readonly id: string;
  /** A registry that knows the other plugins. */
  readonly registry: PluginRegistry;
  readonly signal: AbortSignal;
}

/** Builds that are kept beside the newest one: commands that began with one of them may still import from it. */
const KEPT = 2;

/** A plugin that is used while it is written: each build takes the place of the one before when it is ready. Ends with `close`. */
export class DevSession {
  readonly #options: DevSessionOptions;
  readonly #staging: Staging;
  #count = 0;
  #isKnown = false;

  private constructor(options: DevSessionOptions, staging: Staging) {
    this.#options = options;
    this.#staging = staging;
  }

  /** Throws LOCKED, ABORTED, CANNOT_CREATE, IO. */
  static async open(options: DevSessionOptions): Promise<DevSession> {
    const { store, id, signal } = options;
    return new DevSession(options, await openStaging(store, `dev ${id}`, { signal }));
  }

  /** Builds the sources, loads the result, and makes it the plugin of its name for all commands. What throws leaves the one before in use. */
  async rebuild(): Promise<InstalledPlugin> {
    const { store, source, id, signal } = this.#options;
    this.#count += 1;
    const target = this.#folder(this.#count);
    const request = { source, target, logFile: logFile(store, id, "-build"), signal };
    const entry = await buildGeneration(request);
    if (entry.name !== id) throw renamed(id, entry.name);
    await this.#load(listInstalled(store, entry));
    await enterDev(store, this.#staging, entry);
    await rm(this.#folder(this.#count - KEPT), { recursive: true, force: true });
    return entry;
  }

  /** What was installed before is again; after a process that was killed, the next command sees to that. Throws LOCKED, CONFIG, IO. */
  async close(): Promise<void> {
    try {
      await leaveDev(this.#options.store, this.#staging);
    } finally {
      await this.#staging.close();
    }
  }

  /** A new process is started; the old one ends its calls first. */
  async #load(listed: ListedPlugin): Promise<void> {
    const { registry, id } = this.#options;
    if (this.#isKnown) return registry.reload(id, listed);
    registry.register(listed);
    this.#isKnown = true;
    await registry.load(id);
  }

  #folder(count: number): string {
    return join(this.#staging.folder, String(count));
  }
}

function renamed(id: string, found: string): HoduError {
  return new HoduError(
    "BAD_USAGE",
    `Cannot reload plugin ${quote(id)}: its package is now named ${quote(found)}, expected the same name`,
    { hint: "hodu plugin dev (again, for the new name)", where: { plugin: found } },
  );
}
