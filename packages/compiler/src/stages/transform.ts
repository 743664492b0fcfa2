import type { Patch, Snapshot, Stage } from "@hodu/core";
import type { Pass } from "./pass.ts";

/** Settings of a transform: plain JSON values. */
export type TransformConfig = Readonly<Record<string, unknown>>;

/** A transform from elsewhere, such as a plugin's. It takes and returns data, and what it returns is held to the rules. */
export interface ForeignTransform {
  readonly name: string;
  readonly stage: Stage;
  readonly version: string;
  /** Transforms that must run before it. */
  readonly requires: readonly string[];
  /** The patches for a model, its weights by reference. */
  apply(snapshot: Snapshot, config: TransformConfig): Promise<readonly Patch[]>;
}

/** One step of a stage. */
export type Step =
  | { readonly kind: "pass"; readonly pass: Pass }
  | { readonly kind: "foreign"; readonly transform: ForeignTransform; readonly config: TransformConfig };

/** The name, stage and requirements of a step, whatever its kind. */
export function stepInfo(step: Step): {
  readonly name: string;
  readonly stage: Stage;
  readonly requires: readonly string[];
} {
  return step.kind === "pass" ? step.pass : step.transform;
}
