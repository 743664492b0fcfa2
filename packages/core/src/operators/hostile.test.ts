/**
 * Every operator under inputs and attributes that nobody means: samples are changed at random, and whatever comes of it must be
 * a result or one of our errors, soon and in little memory. HODU_FUZZ_SEED makes others, HODU_FUZZ_ROUNDS more, HODU_FUZZ_ONLY those of some operators.
 */
import { runInThisContext } from "node:vm";
import { describe, expect, inject, it } from "vitest";
import { DTYPES, type DType, integerRange, isDtype } from "../dtypes/dtypes.ts";
import { HoduError } from "../errors/hodu-error.ts";
import { Evaluator } from "../evaluate/evaluate.ts";
import { mersenneTwister } from "../random/mt19937.ts";
import type { Attribute, Graph, NamedAttribute, Node } from "../snapshot/types.ts";
import { findingsOf } from "../snapshot/verify.ts";
import { doubles, strings, tensorFrom } from "../tensors/elements.ts";
import { elementCount, type Tensor } from "../tensors/tensor.ts";
import { type TensorType, typeOfValue, type Value, type ValueType } from "../tensors/values.ts";
import { schemaOf } from "./lookup.ts";
import { makeAttributes, type PlainAttribute } from "./make-attributes.ts";
import type { OperatorDef, Sample } from "./operator.ts";
import { OPERATORS } from "./table.ts";

const MAX_BYTES = 64 * 2 ** 20;
/** What a case may add to the process's memory: its limit, and as much again that waits to be collected. */
const MAX_GROWTH_KB = (3 * MAX_BYTES) / 1024;
/** Longest time between two yields. */
const MAX_STALL_MS = 100;
/** Time after which an endless step is ended. */
const HANG_MS = 4000;
/** Time after which a case that yields as it should is given up. */
const ENOUGH_MS = 25;

const seed = Number(process.env.HODU_FUZZ_SEED ?? 1);
const rounds = Number(process.env.HODU_FUZZ_ROUNDS ?? Math.ceil(25 * inject("share")));
const only = process.env.HODU_FUZZ_ONLY;

/** Choices, the same for the same seed. */
class Dice {
  readonly #random;

  constructor(start: number) {
    this.#random = mersenneTwister(start);
  }

  below(limit: number): number {
    return Math.floor(this.#random.uniform() * limit);
  }

  chance(probability: number): boolean {
    return this.#random.uniform() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)];
  }
}

/** How much of its inputs a model tells: their types, less than that, or their values. */
type Telling = "types" | "ranks" | "dtypes" | "constants";

interface Case {
  readonly definition: OperatorDef;
  readonly attributes: readonly NamedAttribute[];
  readonly inputs: readonly (Value | undefined)[];
  readonly outputCount: number;
  readonly telling: Telling;
}

const HOSTILE_INTS: readonly bigint[] = [
  [-99n, -3n, -2n, -1n, 0n, 1n, 2n, 3n, 7n, 99n, 65_536n],
  [2n ** 31n, 2n ** 31n - 1n, -(2n ** 31n), 2n ** 32n, 2n ** 53n, 2n ** 62n, 2n ** 63n - 1n, -(2n ** 63n)],
].flat();
const HOSTILE_FLOATS: readonly number[] = [
  [0, -0, 1, -1, 0.5, 1e-30, 1e9, 1e30, -1e30, 5e-324],
  [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
].flat();
const HOSTILE_STRINGS: readonly string[] = [
  ["", " ", "\0", "garbage", "(", "(a+)+$", "[z-a]", "a".repeat(300), "__proto__", "constructor", "toString"],
  ["\u202e", "\ud800", "...ij,jk->ik", "ij->", "->", "SAME_UPPER", "VALID", "none", "mean", "sum", "MAX", "PROBIT"],
  ["reflect", "linear", "cubic", "tf_crop_and_resize", "reverse", "bidirectional", "Tanh", "LeakyRelu", "SOFTMAX_ZERO"],
].flat();

function hostileAttribute(kind: Attribute["kind"], current: Attribute | undefined, dice: Dice): Attribute | undefined {
  switch (kind) {
    case "int":
      return { kind, value: dice.pick(HOSTILE_INTS) };
    case "float":
      return { kind, value: dice.pick(HOSTILE_FLOATS) };
    case "string":
      return { kind, value: dice.pick(HOSTILE_STRINGS) };
    case "ints":
      return {
        kind,
        value: hostileList(current?.kind === kind ? current.value : [], () => dice.pick(HOSTILE_INTS), dice),
      };
    case "floats":
      return {
        kind,
        value: hostileList(current?.kind === kind ? current.value : [], () => dice.pick(HOSTILE_FLOATS), dice),
      };
    case "strings":
      return {
        kind,
        value: hostileList(current?.kind === kind ? current.value : [], () => dice.pick(HOSTILE_STRINGS), dice),
      };
    case "tensor": {
      const tensor = current?.kind === kind ? current.value : tensorFrom(dice.pick(["f32", "i64", "string"]), [1], [1]);
      return { kind, value: hostileTensor(tensor, dice) };
    }
    case "graph": {
      if (current?.kind !== kind) return undefined;
      const { inputs, outputs } = current.value;
      const graph = dice.chance(0.5) ? { inputs: inputs.slice(1) } : { outputs: outputs.slice(1) };
      return { kind, value: { ...current.value, ...graph } };
    }
    default:
      return undefined;
  }
}

function hostileList<Item>(items: readonly Item[], hostile: () => Item, dice: Dice): readonly Item[] {
  switch (dice.below(items.length === 0 ? 2 : 6)) {
    case 0:
      return [...items, hostile()];
    case 1:
      return Array.from({ length: dice.below(5) }, hostile);
    case 2:
      return items.slice(0, -1);
    case 3:
      return [];
    default:
      return items.with(dice.below(items.length), hostile());
  }
}

/** Elements as people write them; complex ones by their lanes. */
function elementsOf(tensor: Tensor): (number | bigint | string)[] {
  if (tensor.dtype === "string") return strings(tensor);
  if (DTYPES[tensor.dtype].kind === "complex") return Array.from(tensor.data as Float32Array);
  return tensor.data instanceof BigInt64Array || tensor.data instanceof BigUint64Array
    ? Array.from(tensor.data)
    : Array.from(doubles(tensor));
}

/** A tensor of the given elements, repeated or cut to fill the shape. */
function filled(dtype: DType, shape: readonly number[], elements: readonly (number | bigint | string)[]): Tensor {
  const lanes = DTYPES[dtype].kind === "complex" ? 2 : 1;
  const spare = elements.length === 0 ? [dtype === "string" ? "s" : 1] : elements;
  const count = elementCount(shape) * lanes;
  return tensorFrom(
    dtype,
    shape,
    Array.from({ length: count }, (_, i) => fitted(dtype, spare[i % spare.length])),
  );
}

function fitted(dtype: DType, element: number | bigint | string): number | bigint | string {
  const { kind } = DTYPES[dtype];
  if (kind === "string") return String(element);
  const number = typeof element === "string" ? element.length : element;
  if (kind !== "int" && kind !== "uint") return Number(number);
  const { min, max } = integerRange(dtype);
  const whole = typeof number === "bigint" ? number : Number.isFinite(number) ? BigInt(Math.trunc(number)) : 0n;
  const clamped = whole < min ? min : whole > max ? max : whole;
  return dtype === "i64" || dtype === "u64" ? clamped : Number(clamped);
}

const MOST_ELEMENTS = 20_000;

function hostileTensor(tensor: Tensor, dice: Dice): Tensor {
  const { dtype, shape } = tensor;
  const elements = elementsOf(tensor);
  const reshape = (changed: readonly number[]): Tensor =>
    elementCount(changed) > MOST_ELEMENTS ? tensor : filled(dtype, changed, elements);
  const axis = dice.below(shape.length);
  switch (dice.below(10)) {
    case 0:
      return reshape(shape.toSpliced(dice.below(shape.length + 1), 0, dice.pick([1, 1, 2, 0])));
    case 1:
      return reshape(shape.length === 0 ? [1] : shape.toSpliced(axis, 1));
    case 2:
      return reshape(shape.length === 0 ? [0] : shape.with(axis, 0));
    case 3:
      return reshape(shape.length === 0 ? [2] : shape.with(axis, 1));
    case 4:
      return reshape(shape.length === 0 ? [3, 2] : shape.with(axis, dice.pick([2, 3, 5, 17, 300])));
    case 5:
      return reshape(dice.pick([[], [0], [1, 1, 1, 1, 1, 1, 1, 1, 1]]));
    default: {
      const hostile = (): number | bigint | string =>
        dtype === "string"
          ? dice.pick(HOSTILE_STRINGS)
          : fitted(dtype, dice.chance(0.5) ? dice.pick(HOSTILE_INTS) : dice.pick(HOSTILE_FLOATS));
      if (elements.length === 0 || dice.chance(0.2)) return filled(dtype, shape, [hostile(), hostile(), hostile()]);
      return filled(dtype, shape, elements.with(dice.below(elements.length), hostile()));
    }
  }
}

function hostileValue(value: Value, dice: Dice): Value {
  switch (value.kind) {
    case "tensor":
      return hostileTensor(value, dice);
    case "sequence": {
      const { items } = value;
      if (items.length === 0 || dice.chance(0.2)) return { ...value, items: [] };
      const at = dice.below(items.length);
      return {
        ...value,
        items: dice.chance(0.3) ? items.toSpliced(at, 1) : items.with(at, hostileValue(items[at], dice)),
      };
    }
    case "optional":
      if (value.value === undefined || dice.chance(0.3)) return { kind: "optional", element: value.element };
      return { ...value, value: hostileValue(value.value, dice) };
    case "map": {
      if (value.keys.length === 0 || dice.chance(0.2)) return { ...value, keys: [], values: [] };
      const at = dice.below(value.keys.length);
      if (dice.chance(0.3))
        return { ...value, keys: value.keys.toSpliced(at, 1), values: value.values.toSpliced(at, 1) };
      if (dice.chance(0.5)) return { ...value, values: value.values.with(at, hostileValue(value.values[at], dice)) };
      const key = value.key === "string" ? dice.pick(HOSTILE_STRINGS) : dice.pick(HOSTILE_INTS);
      return { ...value, keys: value.keys.with(at, fitted(value.key, key)) };
    }
  }
}

/** All inputs that share a type variable, in another dtype that it allows. */
function retyped(now: Case, dice: Dice): Case {
  const { inputs: parameters, types } = schemaOf(now.definition);
  const typeOf = (i: number): string => parameters[Math.min(i, parameters.length - 1)].type;
  const variable = typeOf(dice.below(now.inputs.length));
  const dtypes = (Object.hasOwn(types, variable) ? types[variable] : []).filter(isDtype);
  if (dtypes.length === 0) return now;
  const dtype = dice.pick(dtypes);
  const inputs = now.inputs.map((input, i) =>
    input?.kind === "tensor" && typeOf(i) === variable ? filled(dtype, input.shape, elementsOf(input)) : input,
  );
  return { ...now, inputs };
}

function mutated(now: Case, dice: Dice): Case {
  const names = Object.keys(now.definition.attributes);
  const choice = dice.below(10);
  if (choice < 4 && names.length > 0) {
    const name = dice.pick(names);
    const current = now.attributes.find((attribute) => attribute.name === name)?.value;
    const others = now.attributes.filter((attribute) => attribute.name !== name);
    if (current !== undefined && dice.chance(0.15)) return { ...now, attributes: others };
    const value = hostileAttribute(now.definition.attributes[name].kind, current, dice);
    return value === undefined ? now : { ...now, attributes: [...others, { name, value }] };
  }
  if (now.inputs.length === 0) return now;
  const at = dice.below(now.inputs.length);
  const input = now.inputs[at];
  if (choice < 8) return input === undefined ? now : { ...now, inputs: now.inputs.with(at, hostileValue(input, dice)) };
  if (choice === 8) return retyped(now, dice);
  if (dice.chance(0.4)) return { ...now, outputCount: 1 + dice.below(now.definition.outputs.length) };
  return dice.chance(0.5)
    ? { ...now, inputs: now.inputs.with(at, undefined) }
    : { ...now, inputs: now.inputs.slice(0, -1) };
}

function caseOf(definition: OperatorDef, sample: Sample, dice: Dice): Case {
  let now: Case = {
    definition,
    attributes: makeAttributes(definition.attributes, (sample.attributes ?? {}) as Record<string, PlainAttribute>),
    inputs: sample.inputs,
    outputCount: sample.outputs?.length ?? sample.outputCount ?? 1,
    telling: dice.pick(["types", "ranks", "dtypes", "dtypes", "constants"]),
  };
  for (let count = 1 + dice.below(3); count > 0; count--) now = mutated(now, dice);
  return now;
}

function told(value: Value, telling: Telling): ValueType {
  const type = typeOfValue(value);
  if (type.kind !== "tensor" || telling === "types") return type;
  if (telling === "dtypes") return { kind: "tensor", dtype: type.dtype };
  const shape = (type.shape ?? []).map((dim, axis) => ({
    constant: 0,
    terms: [[`d${typeof dim === "number" ? dim : axis}`, 1]] as const,
  }));
  return { kind: "tensor", dtype: type.dtype, shape } satisfies TensorType;
}

function graphOf({ definition, attributes, inputs, outputCount, telling }: Case): Graph {
  const isConstant = (value: Value | undefined): value is Tensor => telling === "constants" && value?.kind === "tensor";
  const names = inputs.map((input, i) => (input === undefined ? "" : `in${i}`));
  const outputs = Array.from({ length: outputCount }, (_, i) => `out${i}`);
  const place = { domain: definition.domain ?? "", origin: [] };
  const constants = inputs.flatMap((value, i): Node[] => {
    if (!isConstant(value)) return [];
    const attribute: NamedAttribute = { name: "value", value: { kind: "tensor", value } };
    return [
      {
        op: "Constant",
        domain: "",
        name: `c${i}`,
        inputs: [],
        outputs: [`in${i}`],
        attributes: [attribute],
        origin: [],
      },
    ];
  });
  return {
    name: "hostile",
    inputs: inputs.flatMap((value, i) =>
      value === undefined || isConstant(value) ? [] : [{ name: `in${i}`, type: told(value, telling) }],
    ),
    outputs: outputs.map((name) => ({ name, type: undefined })),
    weights: [],
    nodes: [...constants, { op: definition.name, name: "hostile", inputs: names, outputs, attributes, ...place }],
    values: [],
  };
}

/** Calls in another frame of the engine, which ends it when it does not end by itself. */
function withinTime<Result>(call: () => Result): { readonly result: Result; readonly milliseconds: number } {
  const start = performance.now();
  (globalThis as { hostileCall?: () => Result }).hostileCall = call;
  const result = runInThisContext("hostileCall()", { timeout: HANG_MS }) as Result;
  return { result, milliseconds: performance.now() - start };
}

type Outcome = "refused" | "ran" | "unfinished";

/** Why a case fails; undefined when it does as it should. */
async function verdict(tested: Case): Promise<{ readonly problem: string | undefined; readonly outcome: Outcome }> {
  const memory = process.resourceUsage().maxRSS;
  const graph = graphOf(tested);
  let slowest = 0;
  let outcome: Outcome = "refused";
  const timed = <Result>(call: () => Result): Result => {
    const { result, milliseconds } = withinTime(call);
    slowest = Math.max(slowest, milliseconds);
    return result;
  };
  let problem: string | undefined;
  try {
    const findings = timed(() => findingsOf({ graph, stores: [], metadata: [], producer: "" }));
    if (findings.length === 0) {
      const given = new Map(
        graph.inputs.map(({ name }): [string, Value] => [name, tested.inputs[Number(name.slice(2))]!]),
      );
      const steps = new Evaluator(graph, new Map()).run(given, {
        wide: false,
        maxBytes: MAX_BYTES,
        random: mersenneTwister(1),
      });
      const start = performance.now();
      let step = timed(() => steps.next());
      while (!step.done && performance.now() - start < ENOUGH_MS) {
        const answer = await step.value;
        step = timed(() => steps.next(answer));
      }
      outcome = step.done ? "ran" : "unfinished";
      if (step.done) problem = wrongOutputs(tested, step.value.outputs);
    }
  } catch (error) {
    problem = wrongError(error);
  }
  const growth = process.resourceUsage().maxRSS - memory;
  if (growth > MAX_GROWTH_KB) problem ??= `it took ${Math.round(growth / 1024)} MB`;
  if (slowest > MAX_STALL_MS) problem ??= `it went ${Math.round(slowest)} ms without a yield`;
  return { problem, outcome };
}

function wrongError(error: unknown): string | undefined {
  if (!(error instanceof HoduError)) return String(error instanceof Error ? error.stack : error);
  if (!/^Cannot [a-z]/.test(error.message)) return `a message that is none: ${error.message}`;
  if (error.cause instanceof RangeError || error.cause instanceof TypeError)
    return `an error of the engine: ${error.cause.stack}`;
  if (/undefined|NaN elements|\[object/.test(error.message)) return `a message with a hole: ${error.message}`;
  return undefined;
}

/** Exact, and yet with NaN from numbers: the bits of ints, texts, and what small floats have for all that is too large for them. */
const MAKE_NAN: readonly string[] = ["BitCast", "CastMap", "QuantizeLinear"];

/** Elements that are missing, and NaN that was in no input of an operator that computes nothing, were read beyond an array. */
function wrongOutputs({ definition, inputs, attributes }: Case, outputs: readonly Value[]): string | undefined {
  const isExact =
    definition.accuracy === "exact" &&
    !MAKE_NAN.includes(definition.name) &&
    ![...inputs.map(hasNaN), ...attributes.map(mayMakeNaN)].includes(true);
  for (const [i, output] of outputs.entries()) {
    for (const tensor of tensorsIn(output)) {
      const wrong = tensorProblem(tensor) ?? (isExact && hasNaN(tensor) ? "has NaN, which was in no input" : undefined);
      if (wrong !== undefined) return `output ${i} ${wrong}`;
    }
  }
  return undefined;
}

function tensorProblem({ shape, strides, offset, data, dtype }: Tensor): string | undefined {
  const lanes = DTYPES[dtype].kind === "complex" ? 2 : 1;
  if (!shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) return `has shape [${shape.join(", ")}]`;
  if (shape.length !== strides.length) return "has strides of another rank";
  if (shape.includes(0)) return undefined;
  let [least, most] = [offset, offset];
  shape.forEach((dim, axis) => {
    if (strides[axis] < 0) least += (dim - 1) * strides[axis];
    else most += (dim - 1) * strides[axis];
  });
  if (!(least >= 0 && (most + 1) * lanes <= data.length)) return `reads ${least}..${most} of ${data.length} elements`;
  if (Array.isArray(data) && data.some((text) => typeof text !== "string")) return "has an element that is no string";
  return undefined;
}

function* tensorsIn(value: Value): Generator<Tensor> {
  switch (value.kind) {
    case "tensor":
      yield value;
      return;
    case "sequence":
      for (const item of value.items) yield* tensorsIn(item);
      return;
    case "optional":
      if (value.value !== undefined) yield* tensorsIn(value.value);
      return;
    case "map":
      for (const item of value.values) yield* tensorsIn(item);
  }
}

function hasNaN(value: Value | undefined): boolean {
  if (value === undefined) return false;
  for (const tensor of tensorsIn(value)) {
    if (
      DTYPES[tensor.dtype].kind === "float" &&
      elementCount(tensor.shape) <= 2 ** 20 &&
      doubles(tensor).some(Number.isNaN)
    )
      return true;
  }
  return false;
}

const mayMakeNaN = ({ value }: NamedAttribute): boolean =>
  (value.kind === "float" && !Number.isFinite(value.value)) ||
  (value.kind === "floats" && !value.value.every(Number.isFinite)) ||
  (value.kind === "tensor" && hasNaN(value.value)) ||
  value.kind === "graph";

function describeCase({ definition, attributes, inputs, outputCount, telling }: Case): string {
  const show = (value: unknown): string =>
    JSON.stringify(value, (_key, item: unknown) =>
      typeof item === "bigint"
        ? String(item)
        : ArrayBuffer.isView(item)
          ? `${item.constructor.name} of ${item.byteLength} bytes`
          : typeof item === "number" && !Number.isFinite(item)
            ? String(item)
            : item,
    ).slice(0, 1500);
  return `${definition.name} (${outputCount} outputs, told ${telling})\n  attributes ${show(attributes)}\n  inputs ${show(inputs)}`;
}

describe("operators under hostile attributes and inputs", () => {
  const living = OPERATORS.filter((definition) => definition.deprecated === undefined);

  it("end in a result or in one of our errors, soon and in little memory", async () => {
    const problems: string[] = [];
    const outcomes = { refused: 0, ran: 0, unfinished: 0 };
    for (const [at, definition] of living.entries()) {
      if (only !== undefined && !only.split(",").includes(definition.name)) continue;
      const samples = definition.samples?.() ?? [];
      if (samples.length === 0) continue;
      for (let round = 0; round < rounds; round++) {
        const dice = new Dice((seed + at * 100_003 + round * 1009) % 2 ** 32);
        const tested = caseOf(definition, dice.pick(samples), dice);
        let { problem, outcome } = await verdict(tested);
        // Something else may have kept the machine busy.
        for (let again = 0; again < 2 && problem?.includes("without a yield"); again++)
          ({ problem, outcome } = await verdict(tested));
        outcomes[outcome]++;
        if (problem !== undefined) problems.push(`${problem}\n  ${describeCase(tested)}`);
      }
    }
    console.log(`seed ${seed}: ${outcomes.ran} ran, ${outcomes.refused} refused, ${outcomes.unfinished} given up`);
    if (problems.length > 0) throw new Error(`seed ${seed}: ${problems.length} problems\n${problems.join("\n")}`);
    expect(outcomes.ran).toBeGreaterThan(0);
  }, 1_200_000);
});
