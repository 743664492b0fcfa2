import type { NamedValue, Snapshot } from "@hodu/core";
import type { ProgramPlan } from "./code-generator.ts";

/** A program that is ready to be loaded: what an artifact holds for one set of inputs and their shapes. */
export interface ProgramUnit {
  /** Its `constants` are not listed: they are written. */
  readonly plan: ProgramPlan;
  /** Inputs that runs give and outputs of the model, the nodes of the plan's calls in their order, and the weights that these read. */
  readonly calls: Snapshot;
  /** The whole model, where a guard may fail: its reference kernels say why. */
  readonly reference: Snapshot | undefined;
  /** Values of inputs that are part of it: it is for these and no others. */
  readonly known: readonly NamedValue[];
  /**
   * Inputs whose first dim is the size that its kernels are called with. Then plan and inputs are for a size of 1, and the code for any.
   */
  readonly sized?: readonly string[];
  readonly code: Uint8Array;
  readonly constants: Uint8Array;
}

/** How a model is compiled, as far as a session that compiles for further shapes has to know. */
export interface UnitOptions {
  readonly optLevel: 0 | 1 | 2 | 3;
  readonly reproducible: boolean;
  readonly fallback: boolean;
}

/**
 * A model of which shapes, elements that shapes follow from, or inputs that override their default, are known only when it runs: to be
 * compiled for them then. It is optimised, unless it has defaults, which are constants only where a run leaves them out.
 */
export interface OpenModel {
  readonly snapshot: Snapshot;
  /** Small inputs whose elements its programs probably want to know. */
  readonly wanted: readonly string[];
  readonly options: UnitOptions;
}

/** What an artifact holds: a program, the model for further inputs where not all are known, or both. */
export interface ArtifactContent {
  readonly unit: ProgramUnit | undefined;
  readonly model: OpenModel | undefined;
}
