import {
  type Dim,
  evaluateDim,
  formatShape,
  type Graph,
  type GraphInput,
  HoduError,
  quote,
  staticShape,
  type ValueType,
} from "@hodu/core";

/** Dims of inputs by name. */
export type InputDims = ReadonlyMap<string, readonly number[]>;

/** Whether the dims of all tensors among the inputs of a graph are numbers. */
export function hasStaticInputs({ inputs }: Graph): boolean {
  return inputs.every(({ type }) => type?.kind !== "tensor" || staticShape(type.shape) !== undefined);
}

/**
 * The graph with numbers for dims: those of the inputs that are given, and all that follow from them. Throws BAD_INPUT for an input that is
 * not there, dims that do not fit what the graph declares, or one size for a symbol here and another there.
 */
export function bindShapes(graph: Graph, dims: InputDims): Graph {
  const symbols = new Map<string, number>();
  const inputs = new Map(graph.inputs.map((input) => [input.name, input]));
  for (const [name, shape] of dims) {
    const input = inputs.get(name);
    if (input === undefined) throw refuse(name, shape, "an input of the model");
    solve(input, shape, symbols);
  }
  const bound = ({ name, type }: { readonly name: string; readonly type: ValueType | undefined }) =>
    type && withDims(type, dims.get(name), symbols);
  for (const [name, shape] of dims) {
    const type = bound(inputs.get(name)!);
    const found = type?.kind === "tensor" ? staticShape(type.shape) : undefined;
    if (found?.join() !== shape.join()) {
      const declared = inputs.get(name)!.type;
      throw refuse(name, shape, declared?.kind === "tensor" ? formatShape(declared.shape) : "no tensor");
    }
  }
  return {
    ...graph,
    inputs: graph.inputs.map((input) => ({ ...input, type: bound(input) })),
    outputs: graph.outputs.map((output) => ({ ...output, type: substitute(output.type, symbols) })),
    values: graph.values.map((value) => ({ ...value, type: substitute(value.type, symbols) })),
  };
}

/** Enters the sizes of symbols that stand alone in a dim. */
function solve({ type }: GraphInput, shape: readonly number[], symbols: Map<string, number>): void {
  if (type?.kind !== "tensor") return;
  type.shape?.forEach((dim, axis) => {
    if (typeof dim === "number" || dim.terms.length !== 1) return;
    const [symbol, coefficient] = dim.terms[0];
    const size = (shape[axis] - dim.constant) / coefficient;
    if (!symbols.has(symbol) && Number.isSafeInteger(size) && size >= 0) symbols.set(symbol, size);
  });
}

/** The type with the dims of an input where it has none, else with the sizes of its symbols. */
function withDims(
  type: ValueType,
  dims: readonly number[] | undefined,
  symbols: ReadonlyMap<string, number>,
): ValueType | undefined {
  if (type.kind === "tensor" && type.shape === undefined && dims !== undefined) return { ...type, shape: dims };
  return substitute(type, symbols);
}

function substitute(type: ValueType | undefined, symbols: ReadonlyMap<string, number>): ValueType | undefined {
  if (type?.kind !== "tensor" || type.shape === undefined) return type;
  return { ...type, shape: type.shape.map((dim): Dim => evaluateDim(dim, symbols) ?? dim) };
}

function refuse(name: string, shape: readonly number[], expected: string): HoduError {
  return new HoduError(
    "BAD_INPUT",
    `Cannot compile the model for input ${quote(name)}: found the shape ${formatShape(shape)}, expected ${expected}`,
  );
}
