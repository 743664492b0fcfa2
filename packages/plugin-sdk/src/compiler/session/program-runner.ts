import { HoduError, mersenneTwister, type NamedValue, type RandomSource, type Value } from "@hodu/core";
import { abortError } from "../../abort-error.ts";
import type { RunOptions, RunResult, SessionOptions } from "../../contracts/backend.ts";
import { fillOutputs } from "../../fill-outputs.ts";
import { drive, driveAtOnce } from "../../steps/drive.ts";
import type { EngineStatus, KernelEngine, ProgramPlan } from "../code-generator.ts";
import { bytesOfValue, type CallRun } from "./call-stretch.ts";
import { elementBytes, type InputSlot, isPlain } from "./input-slot.ts";
import type { InputValues } from "./input-values.ts";
import type { RunState } from "./program-memory.ts";
import { bindOutputs, type OutputPlan, takeOutput } from "./program-outputs.ts";
import { RunTimes } from "./run-times.ts";
import type { StatePool } from "./state-pool.ts";
import type { Stretch } from "./stretches.ts";

/** A loaded program, all that a run needs worked out. */
export interface LoadedProgram {
  readonly plan: ProgramPlan;
  readonly engine: KernelEngine;
  readonly slots: readonly InputSlot[];
  readonly stretches: readonly Stretch[];
  readonly outputs: readonly OutputPlan[];
  /** Buffers of what calls give. */
  readonly callBuffers: readonly number[];
  readonly pool: StatePool;
  /** Bytes of the arena and the outputs of a run. */
  readonly runBytes: number;
  /** Bytes that it takes with one run, beside the values of calls. */
  readonly heldBytes: number;
  readonly options: SessionOptions;
}

/** One run: its inputs by place, and which outputs it gives, by place. */
export interface RunRequest {
  readonly values: InputValues;
  readonly wanted: readonly number[];
  readonly options: RunOptions;
}

/** The step whose guard did not hold. */
export class GuardFailure {
  readonly step: number;

  constructor(step: number) {
    this.step = step;
  }
}

/** Runs a program on the caller's thread. Throws GuardFailure, KERNEL, MEMORY_LIMIT, UNSUPPORTED where a call waits or no memory is free. */
export function runProgramSync(program: LoadedProgram, request: RunRequest): RunResult {
  const state = program.pool.take();
  if (state === undefined) throw allBusy();
  try {
    const { engine, stretches } = program;
    const work = beginRun(program, request, state);
    for (let i = 0; i < stretches.length; i++) {
      const stretch = stretches[i];
      if (stretch.kind === "kernels")
        refuseGuard(engine.runSync(stretch.first, stretch.last, state.memory, work.times?.steps));
      else work.called(stretch, driveAtOnce(stretch.calls.run(work.callRun())));
      work.release(stretch);
    }
    return endRun(program, request, state, work);
  } finally {
    freeState(program, state);
  }
}

/** Runs a program without keeping others waiting. Throws GuardFailure, KERNEL, MEMORY_LIMIT, DEADLINE, ABORTED. */
export async function runProgram(program: LoadedProgram, request: RunRequest, signal: AbortSignal): Promise<RunResult> {
  if (signal.aborted) throw abortError(signal, "run the model");
  const state = program.pool.take() ?? (await program.pool.takeLater(signal));
  try {
    const { engine, stretches } = program;
    const work = beginRun(program, request, state);
    for (const stretch of stretches) {
      if (stretch.kind === "kernels")
        refuseGuard(await engine.run(stretch.first, stretch.last, state.memory, work.times?.steps, signal));
      else work.called(stretch, await drive(stretch.calls.run(work.callRun()), signal));
      work.release(stretch);
    }
    return endRun(program, request, state, work);
  } catch (error) {
    // an engine may throw the reason of the signal as it is
    throw signal.aborted && !(error instanceof HoduError) ? abortError(signal, "run the model") : error;
  } finally {
    freeState(program, state);
  }
}

function beginRun(program: LoadedProgram, request: RunRequest, state: RunState): RunWork {
  bindInputs(program, request.values, state);
  bindOutputs(program.outputs, state, !program.engine.reachesAllMemory);
  return new RunWork(program, request, state);
}

function bindInputs({ slots, engine }: LoadedProgram, values: InputValues, state: RunState): void {
  const { memory, lastData, lastBytes } = state;
  for (let i = 0; i < slots.length; i++) {
    const { buffer, elements } = slots[i];
    const value = values[i];
    if (buffer === undefined || value?.kind !== "tensor") continue;
    let bytes = lastBytes[i];
    if (bytes === undefined || lastData[i] !== value.data || !isPlain(value, elements)) {
      bytes = elementBytes(value);
      const isSame = isPlain(value, elements);
      lastData[i] = isSame ? value.data : undefined;
      lastBytes[i] = isSame ? bytes : undefined;
    }
    if (engine.reachesAllMemory) memory[buffer] = bytes;
    else memory[buffer]!.set(bytes);
  }
}

function endRun(
  program: LoadedProgram,
  { values, wanted, options }: RunRequest,
  state: RunState,
  work: RunWork,
): RunResult {
  const { outputs, plan, engine } = program;
  const copiesOut = !engine.reachesAllMemory;
  const { into } = options;
  const named: NamedValue[] = [];
  const taken = wanted.length > 1 ? new Map<number, Value>() : undefined;
  for (const i of wanted) {
    const keeps = into !== undefined && into.some(({ name }) => name === outputs[i].name);
    const value = taken?.get(i) ?? takeOutput(outputs[i], i, values, state, copiesOut, keeps);
    taken?.set(i, value);
    named.push({ name: outputs[i].name, value });
  }
  const given = fillOutputs(named, into);
  if (work.times === undefined) return { outputs: given, peakBytes: work.peakBytes };
  return { outputs: given, peakBytes: work.peakBytes, nodes: work.times.list(plan) };
}

function freeState({ pool, callBuffers, engine }: LoadedProgram, state: RunState): void {
  state.values.length = 0;
  if (engine.reachesAllMemory) for (const buffer of callBuffers) state.memory[buffer] = undefined;
  pool.give(state);
}

/** What a run keeps account of. */
class RunWork {
  readonly times: RunTimes | undefined;
  peakBytes: number;
  readonly #program: LoadedProgram;
  readonly #request: RunRequest;
  readonly #state: RunState;
  #random: RandomSource | undefined;
  /** Bytes of what calls gave and is still needed. */
  #held = 0;

  constructor(program: LoadedProgram, request: RunRequest, state: RunState) {
    this.#program = program;
    this.#request = request;
    this.#state = state;
    this.peakBytes = program.runBytes;
    this.times = request.options.profile === true ? new RunTimes(program.plan) : undefined;
  }

  callRun(): CallRun {
    const { times } = this;
    const { heldBytes, options } = this.#program;
    this.#random ??= mersenneTwister(this.#request.options.seed ?? Math.floor(Math.random() * 2 ** 32));
    return {
      inputs: this.#request.values,
      state: this.#state,
      maxBytes: options.maxMemory - heldBytes - this.#held,
      random: this.#random,
      decodeImage: options.decodeImage,
      onNode: times && ((node, milliseconds) => times.add(node, milliseconds)),
    };
  }

  called({ slots }: Extract<Stretch, { kind: "calls" }>, peakBytes: number): void {
    this.peakBytes = Math.max(this.peakBytes, this.#program.runBytes + this.#held + peakBytes);
    for (const slot of slots) this.#held += bytesOfValue(this.#state.values[slot]);
  }

  release({ dead }: Stretch): void {
    const { values, memory } = this.#state;
    for (const { slot, buffer } of dead) {
      this.#held -= bytesOfValue(values[slot]);
      values[slot] = undefined;
      if (buffer !== undefined) memory[buffer] = undefined;
    }
  }
}

function refuseGuard({ status, step }: EngineStatus): void {
  if (status !== 0) throw new GuardFailure(step);
}

function allBusy(): HoduError {
  return new HoduError(
    "UNSUPPORTED",
    "Cannot run the model at once: other runs of it have all the memory that it may take, and it cannot wait for them",
    { hint: "await model.run(inputs)" },
  );
}
