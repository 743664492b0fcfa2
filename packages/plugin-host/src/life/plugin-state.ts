/**
 * Where a plugin stands. It was found, its manifest is right, what it requires is there, its files are there, its code is there, its onLoad
 * is done, it is in use, its last calls end, it is gone; or it failed, the user does not want it, or it crashed too often.
 */
export type PluginState =
  | "discovered"
  | "validated"
  | "resolved"
  | "installed"
  | "loaded"
  | "initialized"
  | "active"
  | "draining"
  | "unloaded"
  | SideState;

type SideState = "failed" | "disabled" | "quarantined";

const STARTS = ["resolved", "loaded", "disabled", "failed", "quarantined"] as const;

/** The states that may follow each. */
const NEXT_STATES: Readonly<Record<PluginState, readonly PluginState[]>> = {
  discovered: ["validated", "disabled", "failed"],
  validated: STARTS,
  resolved: ["installed", "loaded", "disabled", "failed", "quarantined"],
  installed: STARTS,
  loaded: ["initialized", "failed", "quarantined"],
  initialized: ["active", "failed", "quarantined"],
  active: ["draining", "failed", "quarantined"],
  draining: ["unloaded", "failed", "quarantined"],
  unloaded: STARTS,
  failed: [...STARTS, "validated"],
  disabled: ["validated"],
  quarantined: ["validated", "disabled"],
};

/** The state that follows. Throws an Error for one that may not: a defect of the registry. */
export function nextState(from: PluginState, to: PluginState): PluginState {
  if (from === to || NEXT_STATES[from].includes(to)) return to;
  throw new Error(`A plugin that is ${from} does not become ${to}`);
}
