import type { Snapshot } from "@hodu/core";
import type { RunResult } from "../../contracts/backend.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { ProgramUnit } from "../program-unit.ts";
import { type InputSlot, isSame } from "./input-slot.ts";
import type { InputValues } from "./input-values.ts";
import { type LoadedFrom, loadProgram, type LoadTools } from "./load-program.ts";
import { GuardFailure, type LoadedProgram, runProgram, runProgramSync, type RunRequest } from "./program-runner.ts";
import { explainFailure, explainFailureSync } from "./reference-run.ts";

/** A model for one set of inputs and their shapes, loaded. */
export class Variant {
  readonly slots: readonly InputSlot[];
  readonly #program: LoadedProgram;
  readonly #reference: Snapshot | undefined;
  readonly #tools: LoadTools;
  /** The program for any size that it is of. */
  readonly sized: ProgramUnit | undefined;
  /** When it ran last, by the clock of the process. */
  ranAt = performance.now();
  #isRetired = false;
  #isFreed = false;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(program: LoadedProgram, reference: Snapshot | undefined, tools: LoadTools, sized?: ProgramUnit) {
    this.sized = sized;
    this.slots = program.slots;
    this.#program = program;
    this.#reference = reference;
    this.#tools = tools;
  }

  /** Bytes that it takes with one run. */
  get heldBytes(): number {
    return this.#program.heldBytes;
  }

  /** Whether it cannot run any more. */
  get isRetired(): boolean {
    return this.#isRetired;
  }

  /** Whether it holds nothing any more. */
  get isFreed(): boolean {
    return this.#isFreed;
  }

  /** Waits until one that was retired holds nothing any more. */
  async whenFreed(): Promise<void> {
    if (!this.#isFreed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Whether these are the elements that are part of the program. */
  knows(values: InputValues): boolean {
    return this.slots.every(({ known }, i) => {
      const value = values[i];
      return known === undefined || (value?.kind === "tensor" && isSame(value, known));
    });
  }

  async run(request: RunRequest, context: CallContext): Promise<RunResult> {
    this.#running++;
    this.ranAt = performance.now();
    try {
      return await runProgram(this.#program, request, context.signal);
    } catch (error) {
      if (!(error instanceof GuardFailure)) throw error;
      return await explainFailure(this.#reference, this.#program, error.step, request, this.#tools, context);
    } finally {
      this.#running--;
      if (this.#isRetired && this.#running === 0) await this.#free();
    }
  }

  runSync(request: RunRequest): RunResult {
    this.ranAt = performance.now();
    try {
      return runProgramSync(this.#program, request);
    } catch (error) {
      if (!(error instanceof GuardFailure)) throw error;
      return explainFailureSync(this.#reference, this.#program, error.step, request, this.#tools);
    }
  }

  /** Frees what it holds, at once or when its last run has ended. */
  async retire(): Promise<void> {
    if (this.#isRetired) return;
    this.#isRetired = true;
    if (this.#running === 0) await this.#free();
  }

  async #free(): Promise<void> {
    try {
      await this.#program.engine.dispose();
    } finally {
      this.#isFreed = true;
      for (const resolve of this.#waiting) resolve();
    }
  }
}

/** Loads a program. `model`: the one it was made of, which says why a guard failed; `sized`: the program for any size that it is of. */
export async function openVariant(
  from: LoadedFrom,
  model: Snapshot,
  tools: LoadTools,
  sized?: ProgramUnit,
): Promise<Variant> {
  return new Variant(await loadProgram(from, tools), model, tools, sized);
}
