import type { NamedValue, Snapshot } from "@hodu/core";
import type { ProgramPlan } from "./code-generator.ts";

/** A program that is ready to be loaded: what an artifact holds for one set of input shapes. */
export interface ProgramUnit {
  /** Its `constants` are not listed: they are written. */
  readonly plan: ProgramPlan;
  /** Inputs and outputs of the model, the nodes of the plan's calls in their order, and the weights that inputs and calls read. */
  readonly calls: Snapshot;
  /** The whole model, where a guard may fail: its reference kernels say why. */
  readonly reference: Snapshot | undefined;
  /** Values of inputs that are part of it: it is for these and no others. */
  readonly known: readonly NamedValue[];
  readonly code: Uint8Array;
  readonly constants: Uint8Array;
}

/** How a model is compiled, as far as a session that compiles for further shapes has to know. */
export interface UnitOptions {
  readonly optLevel: 0 | 1 | 2 | 3;
  readonly reproducible: boolean;
  readonly fallback: boolean;
}

/** A model of which shapes, or elements that shapes follow from, are known only when it runs: optimised, to be compiled for them then. */
export interface OpenModel {
  readonly snapshot: Snapshot;
  /** Small inputs whose elements its programs probably want to know. */
  readonly wanted: readonly string[];
  readonly options: UnitOptions;
}

/** What an artifact holds: a program, the model for further shapes where they are not static, or both. */
export interface ArtifactContent {
  readonly unit: ProgramUnit | undefined;
  readonly model: OpenModel | undefined;
}
