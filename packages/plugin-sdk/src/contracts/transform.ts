import type { Patch, Snapshot, Stage } from "@hodu/core";
import type { CallContext } from "./call-context.ts";

/** What a transform is, as data. */
export interface TransformInfo {
  readonly type: "transform";
  readonly name: string;
  readonly stage: Stage;
  readonly version: string;
  /** Names of transforms that must run before it. */
  readonly requires: readonly string[];
}

/** A transform: rewrites models in its stage. It takes and returns data, and runs again until it finds nothing more. */
export interface TransformPlugin {
  readonly info: TransformInfo;
  /**
   * The changes to a model, none when there is nothing to change. The Snapshot must not be changed; weights are references. Patches that
   * touch one another are applied one after the other: those left over may be found again in the next call.
   */
  apply(snapshot: Snapshot, config: TransformConfig, context: CallContext): Promise<readonly Patch[]>;
}

/** The settings that a user gives a transform: JSON values. */
export type TransformConfig = Readonly<Record<string, unknown>>;
