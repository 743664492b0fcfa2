import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";
import { withoutShapes } from "../inference/merge-types.ts";
import { typeName } from "../operators/check-node.ts";
import type { Value, ValueType } from "../tensors/values.ts";
import { typeOfValue } from "../tensors/values.ts";
import { type Dim, evaluateDim, formatDim } from "./dims.ts";
import { formatType } from "./format-type.ts";
import type { Graph, GraphInput } from "./types.ts";

/** What a caller's inputs settle. */
export interface BoundInputs {
  readonly values: ReadonlyMap<string, Value>;
  /** The sizes of the symbols that the inputs' dims name. */
  readonly symbols: ReadonlyMap<string, number>;
}

/**
 * Checks a caller's inputs against what the graph declares: names, kinds, dtypes, shapes, one size for each symbol.
 * Throws BAD_INPUT or MISSING_INPUT with the list of inputs that the model wants.
 */
export function bindInputs(graph: Graph, inputs: Iterable<readonly [name: string, value: Value]>): BoundInputs {
  const values = new Map<string, Value>();
  const symbols = new Map<string, number>();
  const declarations = new Map(graph.inputs.map((input) => [input.name, input]));
  for (const [name, value] of inputs) {
    const declared = declarations.get(name);
    if (declared === undefined)
      throw wrong(graph, "BAD_INPUT", `Cannot use input ${quote(name)}: the model has no input of that name`);
    if (values.has(name)) throw wrong(graph, "BAD_INPUT", `Cannot use input ${quote(name)}: it is given twice`);
    if (declared.type !== undefined) checkInput(graph, declared, declared.type, value, symbols);
    values.set(name, declared.type === undefined ? value : withElements(value, declared.type));
  }
  // a dim of several symbols can be told only when all inputs have been seen
  for (const [name, value] of values) {
    const declared = declarations.get(name)!;
    if (declared.type !== undefined) checkInput(graph, declared, declared.type, value, symbols);
  }
  const missing = graph.inputs.filter(
    (input) => !values.has(input.name) && input.default === undefined && input.type?.kind !== "optional",
  );
  if (missing.length > 0) {
    const names = missing.map((input) => quote(input.name)).join(", ");
    throw wrong(
      graph,
      "MISSING_INPUT",
      `Cannot run the model: ${missing.length === 1 ? "input" : "inputs"} ${names} not given`,
    );
  }
  for (const input of graph.inputs) {
    if (values.has(input.name) || input.type?.kind !== "optional" || input.default !== undefined) continue;
    values.set(input.name, { kind: "optional", element: input.type.element });
  }
  return { values, symbols };
}

function wrong(graph: Graph, code: "BAD_INPUT" | "MISSING_INPUT", message: string): HoduError {
  const list = graph.inputs.map((input) => `\n  ${describeInput(input)}`).join("");
  return new HoduError(code, `${message}\nThe model's inputs:${list === "" ? " none" : list}`);
}

function describeInput(input: GraphInput): string {
  const name = quote(input.name).slice(1, -1);
  return `${name}: ${formatType(input.type)}${input.default === undefined ? "" : " (optional)"}`;
}

function checkInput(
  graph: Graph,
  input: GraphInput,
  expected: ValueType,
  value: Value,
  symbols: Map<string, number>,
): void {
  const refuse = (why: string): never => {
    throw wrong(
      graph,
      "BAD_INPUT",
      `Cannot use input ${quote(input.name)}: found ${formatType(typeOfValue(value))}, expected ${formatType(expected)}${why}`,
    );
  };
  if (!kindFits(value, expected)) refuse("");
  if (value.kind !== "tensor" || expected.kind !== "tensor" || expected.shape === undefined) return;
  if (value.shape.length !== expected.shape.length) refuse("");
  expected.shape.forEach((dim, axis) => checkDim(dim, value.shape[axis], symbols, refuse));
}

function kindFits(value: Value, expected: ValueType): boolean {
  switch (value.kind) {
    case "tensor":
      return expected.kind === "tensor" && value.dtype === expected.dtype;
    case "sequence":
      return expected.kind === "sequence" && value.items.every((item) => kindFits(item, expected.element));
    case "optional":
      return expected.kind === "optional" && (value.value === undefined || kindFits(value.value, expected.element));
    case "map":
      return (
        expected.kind === "map" &&
        value.key === expected.key &&
        value.values.every((item) => kindFits(item, expected.element))
      );
  }
}

/** The value with the element types of what is declared: its items fit, but without any it may have come with other ones. */
function withElements(value: Value, expected: ValueType): Value {
  if (value.kind === "tensor" || expected.kind === "tensor") return value;
  const inner = expected.element;
  const element = typeName(value.element) === typeName(inner) ? value.element : withoutShapes(inner);
  switch (value.kind) {
    case "sequence":
      return { ...value, element, items: value.items.map((item) => withElements(item, inner)) };
    case "optional":
      return { ...value, element, ...(value.value && { value: withElements(value.value, inner) }) };
    case "map":
      return { ...value, element, values: value.values.map((item) => withElements(item, inner)) };
  }
}

function checkDim(dim: Dim, found: number, symbols: Map<string, number>, refuse: (why: string) => never): void {
  const known = evaluateDim(dim, symbols);
  if (known !== undefined) {
    if (known !== found) refuse(typeof dim === "number" ? "" : ` with ${formatDim(dim)} = ${known}`);
    return;
  }
  if (typeof dim === "number" || dim.terms.length !== 1) return;
  const [symbol, coefficient] = dim.terms[0];
  const size = (found - dim.constant) / coefficient;
  if (!Number.isInteger(size) || size < 0) refuse(` with a whole ${symbol}`);
  symbols.set(symbol, size);
}
