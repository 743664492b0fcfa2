import type { BackendPlugin } from "./backend.ts";
import type { HoduEvent } from "./events.ts";
import type { FormatPlugin } from "./format.ts";
import type { HwTransformPlugin, KernelBackendPlugin, KernelPlugin } from "./hardware.ts";
import type { Manifest } from "./manifest.ts";
import type { OperatorPlugin } from "./operator.ts";
import type { PluginContext, PluginView } from "./plugin-context.ts";
import type { TransformPlugin } from "./transform.ts";

/**
 * What a plugin's entry module exports as default: its components by name. `manifest` is for plugins that are registered by code; one that
 * is installed has it in its package.json, where it need not be repeated. Runtimes and adapters are native code: they have a manifest only.
 */
export interface Plugin extends PluginLife {
  readonly manifest?: Manifest;
  readonly formats?: Readonly<Record<string, FormatPlugin>>;
  readonly backends?: Readonly<Record<string, BackendPlugin>>;
  readonly transforms?: Readonly<Record<string, TransformPlugin>>;
  readonly operators?: Readonly<Record<string, OperatorPlugin>>;
  readonly kernels?: Readonly<Record<string, KernelPlugin>>;
  readonly kernelBackends?: Readonly<Record<string, KernelBackendPlugin>>;
  readonly hwTransforms?: Readonly<Record<string, HwTransformPlugin>>;
}

/** A plugin and what it is: as it is listed, or by what it says itself. */
export interface KnownPlugin extends Plugin {
  readonly manifest: Manifest;
}

/** What a plugin may do when it comes and goes. All of it may be left out. */
export interface PluginLife {
  /** Called once before the plugin is used, after the plugins that it requires. What it throws makes the load fail, and undoes what it registered. */
  onLoad?(context: PluginContext): void | Promise<void>;
  /** Called once when it is unloaded, before the plugins that it requires are. Its subscriptions and services are gone afterwards in any case. */
  onUnload?(context: PluginContext): void | Promise<void>;
  /** Called with every event, as a subscription to "*" that needs no onLoad. */
  onEvent?(event: HoduEvent, context: PluginView): void | Promise<void>;
}
