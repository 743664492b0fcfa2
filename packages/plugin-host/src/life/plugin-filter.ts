import type { Stage } from "@hodu/core";
import type { ComponentKind, Manifest } from "hodu-plugin-sdk";
import type { PluginOrigin } from "../listed-plugin.ts";
import { capabilitiesOf, spelled } from "./capabilities-of.ts";
import type { PluginHandle } from "./living-plugin.ts";
import type { PluginState } from "./plugin-state.ts";

/** Which plugins of a registry: those that fit all that is given. */
export interface PluginFilter {
  /** With a component of that kind. */
  readonly kind?: ComponentKind;
  /** With a transform of that stage. */
  readonly stage?: Stage;
  /** In any spelling: `loss-functions`, `Backend(WGPU)`. */
  readonly capability?: string;
  readonly origin?: PluginOrigin;
  readonly state?: PluginState;
  /** All but the one of this id. */
  readonly except?: string;
}

/** Whether a plugin fits. */
export function fits({ manifest, origin, state }: PluginHandle, filter: PluginFilter): boolean {
  return (
    (filter.kind === undefined || manifest.components.some(({ kind }) => kind === filter.kind)) &&
    (filter.stage === undefined || hasStage(manifest, filter.stage)) &&
    (filter.capability === undefined || capabilitiesOf(manifest).has(spelled(filter.capability))) &&
    (filter.origin === undefined || origin === filter.origin) &&
    (filter.state === undefined || state === filter.state) &&
    manifest.id !== filter.except
  );
}

function hasStage({ components }: Manifest, stage: Stage): boolean {
  return components.some((one) => (one.kind === "transform" || one.kind === "hw-transform") && one.stage === stage);
}
