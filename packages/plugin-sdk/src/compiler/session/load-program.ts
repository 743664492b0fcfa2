import type { Graph, Tensor } from "@hodu/core";
import type { SessionOptions } from "../../contracts/backend.ts";
import type { ByteSource } from "../../contracts/byte-source.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { pacer } from "../../steps/drive.ts";
import { checkDigest } from "../../weights/check-digest.ts";
import { type LoadedWeights, loadWeights } from "../../weights/load-weights.ts";
import { openStores } from "../../weights/open-stores.ts";
import { placeOf } from "../place-of.ts";
import type { CodeGenerator, KernelEngine, ProgramPlan } from "../code-generator.ts";
import type { ProgramUnit } from "../program-unit.ts";
import { inputSlots } from "./input-slot.ts";
import { bytesOfOwnMemory, bytesOfRun, checkMemory, ownMemory, reachedMemory } from "./program-memory.ts";
import type { KeptWeights } from "./kept-weights.ts";
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
  readonly fileWeights: KeptWeights;
}

/** A unit, and how it is used. */
export interface LoadedFrom {
  readonly unit: ProgramUnit;
  /** The inputs that callers give. */
  readonly declared: Graph;
  /** Whether its constants are memory of the session: not those of an artifact. */
  readonly ownsConstants: boolean;
}

/** Makes a program ready to run. Throws MEMORY_LIMIT with what the plan says, before weights are read or memory is taken. */
export async function loadProgram(from: LoadedFrom, tools: LoadTools): Promise<LoadedProgram> {
  const { plan, calls, code, constants } = from.unit;
  const { generator, source, options, context } = tools;
  const own = from.ownsConstants ? constants.length : 0;
  checkMemory(own + bytesOfRun(plan), options.maxMemory);
  const engine = await generator.load(code, plan, options, context);
  try {
    const fixed = own + (engine.reachesAllMemory ? 0 : bytesOfOwnMemory(plan));
    const running = engine.reachesAllMemory ? bytesOfRun(plan) : 0;
    checkMemory(fixed + running, options.maxMemory);
    const weights = await loadWeights(calls, source, options.maxMemory, context);
    const { placed, ownBytes } = await placedWeights(from.unit, fixed + running + weights.ownBytes, tools);
    const held = fixed + weights.ownBytes + ownBytes;
    checkMemory(held + running, options.maxMemory);
    return programOf(from, { engine, weights, placed, held, options });
  } catch (error) {
    await engine.dispose();
    throw error;
  }
}

/** What a program is put together of. */
interface ProgramParts {
  readonly engine: KernelEngine;
  readonly weights: LoadedWeights;
  readonly placed: readonly (Uint8Array | undefined)[];
  /** Bytes that it takes beside those of its runs. */
  readonly held: number;
  readonly options: SessionOptions;
}

function programOf({ unit, declared }: LoadedFrom, parts: ProgramParts): LoadedProgram {
  const { plan, calls, constants } = unit;
  const { engine, weights, placed, held, options } = parts;
  const { maxMemory } = options;
  const { reachesAllMemory } = engine;
  const slots = slotsOf(plan);
  const own = weights.tensors.get(calls.graph) ?? new Map<string, Tensor>();
  const inputs = inputSlots(declared, calls.graph, plan, unit.known);
  const find = valueFinder(plan, inputs, slots, (number) => fixedBytes(plan, number, placed, constants), own);
  const runBytes = bytesOfRun(plan);
  const makeState = (reachesAllMemory ? reachedMemory : ownMemory)(plan, placed, constants, engine);
  const capacity = reachesAllMemory ? Math.max(1, Math.floor((maxMemory - held) / runBytes)) : 1;
  return {
    plan,
    engine,
    slots: inputs,
    stretches: stretchesOf(plan, { slots, find, weights: weights.tensors, copiesIn: !reachesAllMemory }),
    outputs: outputPlans(plan, find),
    callBuffers: [...plan.buffers.keys()].filter((number) => plan.buffers[number].place.kind === "call"),
    pool: new StatePool(capacity, makeState, options.keepMemory),
    runBytes,
    heldBytes: held + (reachesAllMemory ? runBytes : 0),
    options,
  };
}

/** The bytes of a weight or a constant, by number of buffer. */
function fixedBytes(
  { buffers }: ProgramPlan,
  number: number,
  placed: readonly (Uint8Array | undefined)[],
  constants: Uint8Array,
): Uint8Array | undefined {
  const { place, bytes } = buffers[number];
  return place.kind === "constant" ? constants.subarray(place.offset, place.offset + bytes) : placed[number];
}

/**
 * The bytes of the weights that kernels read as they are stored, by number of buffer, each read once; and how many of them lie neither in the
 * artifact nor in a file that is mapped. Throws MEMORY_LIMIT as soon as these and `others` are too many.
 */
async function placedWeights(
  { plan, calls }: ProgramUnit,
  others: number,
  { source, options, context }: LoadTools,
): Promise<{ readonly placed: readonly (Uint8Array | undefined)[]; readonly ownBytes: number }> {
  const placed: (Uint8Array | undefined)[] = [];
  let ownBytes = 0;
  if (!plan.buffers.some(({ place }) => place.kind === "weight")) return { placed, ownBytes };
  const stores = await openStores({ snapshot: calls, source }, "load the weights");
  const pace = pacer(context.signal, "load the weights");
  const read = new Map<string, Uint8Array>();
  for (const [number, { place }] of plan.buffers.entries()) {
    if (place.kind !== "weight") continue;
    const { weight } = place;
    const key = placeOf(weight);
    let bytes = read.get(key);
    if (bytes === undefined) {
      const store = stores[weight.store];
      bytes = await store.read(weight.offset, weight.length);
      if (bytes.length === bytes.buffer.byteLength) ownBytes += bytes.length;
      checkMemory(others + ownBytes, options.maxMemory);
      await checkDigest(weight, bytes, store.name, pace);
      read.set(key, bytes);
    }
    placed[number] = bytes;
  }
  return { placed, ownBytes };
}
