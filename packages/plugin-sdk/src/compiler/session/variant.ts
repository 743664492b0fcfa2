import type { Snapshot } from "@hodu/core";
import type { RunResult } from "../../contracts/backend.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { InputSlot } from "./input-slot.ts";
import type { LoadTools } from "./load-program.ts";
import { GuardFailure, type LoadedProgram, runProgram, runProgramSync, type RunRequest } from "./program-runner.ts";
import { explainFailure, explainFailureSync } from "./reference-run.ts";

/** A model for one set of input shapes, loaded. */
export class Variant {
  readonly slots: readonly InputSlot[];
  readonly #program: LoadedProgram;
  readonly #reference: Snapshot | undefined;
  readonly #tools: LoadTools;
  #isRetired = false;
  #running = 0;

  constructor(program: LoadedProgram, reference: Snapshot | undefined, tools: LoadTools) {
    this.slots = program.slots;
    this.#program = program;
    this.#reference = reference;
    this.#tools = tools;
  }

  async run(request: RunRequest, context: CallContext): Promise<RunResult> {
    this.#running++;
    try {
      return await runProgram(this.#program, request, context.signal);
    } catch (error) {
      if (!(error instanceof GuardFailure)) throw error;
      return await explainFailure(this.#reference, this.#program, error.step, request, this.#tools, context);
    } finally {
      this.#running--;
      if (this.#isRetired && this.#running === 0) await this.#program.engine.dispose();
    }
  }

  runSync(request: RunRequest): RunResult {
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
    if (this.#running === 0) await this.#program.engine.dispose();
  }
}
