import {
  type DecodedImage,
  denseData,
  type DType,
  Evaluator,
  type Graph,
  HoduError,
  memoryBytes,
  elementCount,
  namesRead,
  type Node,
  quote,
  type RandomSource,
  type Steps,
  type Tensor,
  type Value,
} from "@hodu/core";
import type { InputValues } from "./input-values.ts";
import type { RunState } from "./program-memory.ts";
import { type ValueFinder, type ValueSource, valueAt } from "./value-source.ts";

/** What reference kernels use of a run. */
export interface CallRun {
  readonly inputs: InputValues;
  readonly state: RunState;
  /** Bytes that values of the calls may take. */
  readonly maxBytes: number;
  readonly random: RandomSource;
  readonly decodeImage: ((bytes: Uint8Array) => Promise<DecodedImage>) | undefined;
  readonly onNode: ((node: Node, milliseconds: number) => void) | undefined;
}

/** A value that a call gives: its slot, and the buffer that kernels read it from. */
export interface GivenValue {
  readonly name: string;
  readonly slot: number;
  readonly buffer: number | undefined;
  readonly dtype: DType | undefined;
  readonly dims: readonly number[];
}

/** Calls that follow one another, run as one graph by their reference kernels. */
export class CallStretch {
  readonly #evaluator: Evaluator;
  readonly #reads: readonly (readonly [name: string, source: ValueSource])[];
  readonly #gives: readonly GivenValue[];
  readonly #copiesIn: boolean;

  /** `weights`: those of the graphs inside the nodes. `copiesIn`: kernels read only memory of the engine. Throws UNSUPPORTED. */
  constructor(
    nodes: readonly Node[],
    gives: readonly GivenValue[],
    find: ValueFinder,
    weights: ReadonlyMap<Graph, ReadonlyMap<string, Tensor>>,
    copiesIn: boolean,
  ) {
    const made = new Set(nodes.flatMap(({ outputs }) => outputs));
    const open: Graph = { name: "calls", inputs: [], outputs: [], weights: [], nodes, values: [] };
    this.#reads = [...namesRead(open)].flatMap((name) => {
      const source = name === "" || made.has(name) ? undefined : find(name);
      return source === undefined ? [] : [[name, source] as const];
    });
    this.#gives = gives;
    this.#copiesIn = copiesIn;
    const graph: Graph = {
      ...open,
      inputs: this.#reads.map(([name]) => ({ name, type: undefined })),
      outputs: gives.map(({ name }) => ({ name, type: undefined })),
    };
    this.#evaluator = new Evaluator(graph, weights);
  }

  /** Runs the calls; gives the most bytes that their values took at once. Throws KERNEL, MEMORY_LIMIT. */
  *run(run: CallRun): Steps<number> {
    const inputs = new Map<string, Value>();
    for (const [name, source] of this.#reads) {
      const value = valueAt(source, run.inputs, run.state);
      if (value !== undefined) inputs.set(name, value);
    }
    const { onNode, decodeImage } = run;
    const { outputs, peakBytes } = yield* this.#evaluator.run(inputs, {
      wide: false,
      maxBytes: run.maxBytes,
      random: run.random,
      ...(decodeImage && { decodeImage }),
      ...(onNode && { clock: () => performance.now(), onNode: (node, _, elapsed) => onNode(node, elapsed) }),
    });
    this.#gives.forEach((given, i) => this.#keep(given, outputs[i], run.state));
    return peakBytes;
  }

  #keep(given: GivenValue, value: Value, { values, memory }: RunState): void {
    values[given.slot] = value;
    if (given.buffer === undefined) return;
    const bytes = bytesOfGiven(given, value);
    if (this.#copiesIn) memory[given.buffer]!.set(bytes);
    else memory[given.buffer] = bytes;
  }
}

/** The elements of what a call gave, which must have the type that kernels were made for. */
function bytesOfGiven({ name, dtype, dims }: GivenValue, value: Value): Uint8Array {
  if (value.kind !== "tensor" || value.dtype !== dtype || value.shape.join() !== dims.join()) {
    const found = value.kind === "tensor" ? `${value.dtype}[${value.shape.join(", ")}]` : `a ${value.kind}`;
    throw new HoduError(
      "KERNEL",
      `Cannot run the model: value ${quote(name)} is ${found}, expected ${dtype}[${dims.join(", ")}] as compiled`,
    );
  }
  const data = denseData(value) as Uint8Array;
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Bytes of the tensors of a value, near enough to keep to a limit. */
export function bytesOfValue(value: Value | undefined): number {
  if (value === undefined) return 0;
  switch (value.kind) {
    case "tensor":
      return memoryBytes(value.dtype, elementCount(value.shape));
    case "sequence":
      return value.items.reduce((sum, item) => sum + bytesOfValue(item), 0);
    case "optional":
      return bytesOfValue(value.value);
    case "map":
      return value.values.reduce((sum, item) => sum + bytesOfValue(item), 0);
  }
}
