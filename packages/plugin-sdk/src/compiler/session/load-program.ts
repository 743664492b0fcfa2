import type { Graph, Tensor } from "@hodu/core";
import type { SessionOptions } from "../../contracts/backend.ts";
import type { ByteSource } from "../../contracts/byte-source.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { pacer } from "../../steps/drive.ts";
import { checkDigest } from "../../weights/check-digest.ts";
import { type LoadedWeights, loadWeights } from "../../weights/load-weights.ts";
import { openStores } from "../../weights/open-stores.ts";
import type { CodeGenerator } from "../code-generator.ts";
import type { ProgramUnit } from "../program-unit.ts";
import { inputSlots } from "./input-slot.ts";
import { bytesOfOwnMemory, bytesOfRun, checkMemory, ownMemory, reachedMemory } from "./program-memory.ts";
import { outputPlans } from "./program-outputs.ts";
import type { LoadedProgram } from "./program-runner.ts";
import { StatePool } from "./state-pool.ts";
import { slotsOf, stretchesOf } from "./stretches.ts";
import { valueFinder } from "./value-source.ts";

/** What programs are loaded with. */
export interface LoadTools {
  readonly generator: CodeGenerator;
  readonly source: ByteSource | undefined;
  readonly options: SessionOptions;
  readonly context: CallContext;
}

/** A program, and the tensors of the weights that inputs and calls read. */
export interface LoadedUnit {
  readonly program: LoadedProgram;
  readonly weights: LoadedWeights;
}

/**
 * Makes a program ready to run, with the inputs that `declared` has; `known`: those that are part of it. Throws MEMORY_LIMIT, before anything is taken, with
 * what the plan says.
 */
export async function loadProgram(
  unit: ProgramUnit,
  declared: Graph,
  known: ReadonlyMap<string, Tensor>,
  tools: LoadTools,
): Promise<LoadedUnit> {
  const { plan, calls, code, constants } = unit;
  const { generator, source, options, context } = tools;
  const runBytes = bytesOfRun(plan);
  checkMemory(runBytes, options.maxMemory);
  const weights = await loadWeights(calls, source, options.maxMemory, context);
  const placed = await placedWeights(unit, tools);
  const engine = await generator.load(code, plan, options, context);
  const held = weights.ownBytes + (engine.reachesAllMemory ? 0 : bytesOfOwnMemory(plan));
  const taken = held + (engine.reachesAllMemory ? runBytes : 0);
  try {
    checkMemory(taken, options.maxMemory);
    const memory = engine.reachesAllMemory ? reachedMemory : ownMemory;
    const makeState = memory(plan, placed, constants, engine);
    const capacity = engine.reachesAllMemory ? Math.max(1, Math.floor((options.maxMemory - held) / runBytes)) : 1;
    const slots = slotsOf(plan);
    const own = weights.tensors.get(calls.graph) ?? new Map<string, Tensor>();
    const fixed = (number: number): Uint8Array | undefined => {
      const { place, bytes } = plan.buffers[number];
      return place.kind === "constant" ? constants.subarray(place.offset, place.offset + bytes) : placed[number];
    };
    const find = valueFinder(plan, declared, slots, fixed, own);
    const stretches = stretchesOf(plan, {
      slots,
      find,
      weights: weights.tensors,
      copiesIn: !engine.reachesAllMemory,
    });
    const program: LoadedProgram = {
      plan,
      engine,
      slots: inputSlots(declared, calls.graph, plan, known),
      stretches,
      outputs: outputPlans(plan, find),
      pool: new StatePool(capacity, makeState),
      runBytes,
      callBytes: options.maxMemory - taken,
      options,
    };
    return { program, weights };
  } catch (error) {
    await engine.dispose();
    throw error;
  }
}

/** The bytes of the weights that kernels read as they are stored, by number of buffer. */
async function placedWeights(
  { plan, calls }: ProgramUnit,
  { source, context }: LoadTools,
): Promise<readonly (Uint8Array | undefined)[]> {
  const placed: (Uint8Array | undefined)[] = [];
  if (!plan.buffers.some(({ place }) => place.kind === "weight")) return placed;
  const stores = await openStores({ snapshot: calls, source }, "load the weights");
  const pace = pacer(context.signal, "load the weights");
  for (const [number, { place }] of plan.buffers.entries()) {
    if (place.kind !== "weight") continue;
    const store = stores[place.weight.store];
    const bytes = await store.read(place.weight.offset, place.weight.length);
    await checkDigest(place.weight, bytes, store.name, pace);
    placed[number] = bytes;
  }
  return placed;
}
