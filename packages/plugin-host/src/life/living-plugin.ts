import type { HoduError } from "@hodu/core";
import type { Manifest } from "hodu-plugin-sdk";
import type { ListedPlugin, PluginOrigin } from "../listed-plugin.ts";
import type { LoadedPlugin } from "../loaded-plugin.ts";
import type { CountedPlugin } from "./count-calls.ts";
import type { PluginScope } from "./open-scope.ts";
import { nextState, type PluginState } from "./plugin-state.ts";

/** A plugin in a registry, as others see it. */
export interface PluginHandle {
  readonly manifest: Manifest;
  readonly origin: PluginOrigin;
  readonly folder?: string | undefined;
  readonly source?: string | undefined;
  readonly state: PluginState;
  /** Why it failed, where it did. */
  readonly error: HoduError | undefined;
}

/** What there is of a plugin while it is in use. */
export interface Life extends CountedPlugin {
  readonly scope: PluginScope;
}

/** A plugin in a registry: what is known of it, and its life while it has one. */
export class LivingPlugin implements PluginHandle {
  #listed: ListedPlugin;
  #state: PluginState;
  error: HoduError | undefined;
  /** It is about to be disabled. */
  isOff = false;
  life: Life | undefined;
  /** Those that it requires and were loaded before it. */
  requires: readonly LivingPlugin[] = [];
  /** A load that is under way. */
  loading: Promise<LoadedPlugin> | undefined;

  constructor(listed: ListedPlugin) {
    this.#listed = listed;
    this.#state = listed.folder === undefined ? "validated" : "installed";
  }

  get listed(): ListedPlugin {
    return this.#listed;
  }

  get manifest(): Manifest {
    return this.#listed.manifest;
  }

  get id(): string {
    return this.#listed.manifest.id;
  }

  get origin(): PluginOrigin {
    return this.#listed.origin;
  }

  get folder(): string | undefined {
    return this.#listed.folder;
  }

  get source(): string | undefined {
    return this.#listed.source;
  }

  get state(): PluginState {
    return this.#state;
  }

  /** Throws an Error for a state that may not follow. */
  become(state: PluginState): void {
    this.#state = nextState(this.#state, state);
  }

  /** Takes another listing of the same plugin: a newer build of it. */
  relist(listed: ListedPlugin): void {
    this.#listed = listed;
  }
}
