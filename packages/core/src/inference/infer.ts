import { DTYPES, isInteger } from "../dtypes/dtypes.ts";
import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";
import { foldNode } from "../evaluate/fold.ts";
import { attributeValues } from "../operators/check-node.ts";
import { operatorOf } from "../operators/lookup.ts";
import type { OperatorDef } from "../operators/operator.ts";
import { type Dim, dimsEqual, staticShape, symbolDim } from "../snapshot/dims.ts";
import type { Graph, Node, Weight } from "../snapshot/types.ts";
import { indices, tensorFrom } from "../tensors/elements.ts";
import { elementCount, type Tensor } from "../tensors/tensor.ts";
import { type TensorType, tensorType, type ValueType } from "../tensors/values.ts";
import type { InferContext, Inferred } from "./context.ts";

/** Largest constant that inference looks at. */
const CONSTANT_ELEMENTS = 65_536;

/** What is known of the values of a graph; those of the surrounding graph are seen through `parent`. */
export interface Facts {
  readonly parent: Facts | undefined;
  /** Numbers fresh symbols; the same for all graphs of a model. */
  readonly counter: { next: number };
  readonly types: Map<string, ValueType>;
  readonly constants: Map<string, Tensor>;
  /** Elements of integer scalars and vectors as dims, symbols among them. */
  readonly elements: Map<string, readonly Dim[]>;
  /** Names of values that would tell a type: inference asked for their elements, which are not known, and the type stayed open. */
  readonly wanted: Set<string>;
}

/** What inference may look at, and how strict it is. */
export interface InferOptions {
  /** The tensor of a small weight, where its bytes are at hand. */
  readonly constantOf?: (weight: Weight) => Tensor | undefined;
  /** Leave open what a node gives that breaks a rule with the types at hand, as one may in a branch that is never taken. */
  readonly tolerant?: boolean;
  /** Domains whose operators are known from elsewhere, such as a plugin: their outputs have the types that the graph states. */
  readonly domains?: ReadonlySet<string>;
}

/** Facts of a graph of which nothing is known yet; `parent`: those of the graph around it. */
export function newFacts(parent?: Facts): Facts {
  const counter = parent?.counter ?? { next: 0 };
  return { parent, counter, types: new Map(), constants: new Map(), elements: new Map(), wanted: new Set() };
}

function lookup<Key extends "types" | "constants" | "elements">(facts: Facts, key: Key, name: string) {
  for (let scope: Facts | undefined = facts; scope !== undefined; scope = scope.parent) {
    const found = scope[key].get(name);
    if (found !== undefined) return found as Facts[Key] extends Map<string, infer V> ? V : never;
    if (scope.types.has(name)) return undefined;
  }
  return undefined;
}

/** The type of a value as far as it is known, be it of a surrounding graph; undefined when it is not. */
export const typeIn = (facts: Facts, name: string): ValueType | undefined => lookup(facts, "types", name);
/** The value where it is a constant that inference knows; undefined otherwise. */
export const constantIn = (facts: Facts, name: string): Tensor | undefined => lookup(facts, "constants", name);

/** The elements of an integer scalar or vector as dims, when they are known, be it as symbols; undefined otherwise. */
export function elementsIn(facts: Facts, name: string): readonly Dim[] | undefined {
  const known = constantIn(facts, name);
  if (known === undefined) return lookup(facts, "elements", name);
  return DTYPES[known.dtype].kind === "string" || !isInteger(known.dtype) ? undefined : indices(known);
}

/** Infers a whole graph. `inputs` replace the declared types of its inputs where they are known. Throws INVALID_GRAPH. */
export function inferGraph(
  graph: Graph,
  options: InferOptions = {},
  parent?: Facts,
  inputs: readonly Inferred[] = [],
): Facts {
  const facts = newFacts(parent);
  declareGraph(graph, facts, options, inputs);
  for (const node of graph.nodes) inferNode(node, facts, options);
  return facts;
}

/** Enters what a graph declares (inputs, weights) into its facts. */
export function declareGraph(
  graph: Graph,
  facts: Facts,
  options: InferOptions,
  inputs: readonly Inferred[] = [],
): void {
  graph.inputs.forEach((input, i) => {
    const type = refine(inputs[i], input.type);
    if (type !== undefined) facts.types.set(input.name, type);
  });
  const defaults = new Set(graph.inputs.map((input) => input.default));
  for (const weight of graph.weights) {
    if (!facts.types.has(weight.name)) facts.types.set(weight.name, tensorType(weight.dtype, weight.shape));
    const value =
      defaults.has(weight.name) || elementCount(weight.shape) > CONSTANT_ELEMENTS
        ? undefined
        : options.constantOf?.(weight);
    if (value !== undefined) facts.constants.set(weight.name, value);
  }
  for (const value of graph.values) if (value.type !== undefined) declared(facts).set(value.name, value.type);
  for (const output of graph.outputs) if (output.type !== undefined) declared(facts).set(output.name, output.type);
}

const declarations = new WeakMap<Facts, Map<string, ValueType>>();
function declared(facts: Facts): Map<string, ValueType> {
  let map = declarations.get(facts);
  if (map === undefined) declarations.set(facts, (map = new Map()));
  return map;
}

/** The better of two types of one value: `first` where it knows, `second` for what it leaves open. */
function refine(first: Inferred, second: Inferred): Inferred {
  if (first === undefined) return second;
  if (
    first.kind !== "tensor" ||
    second?.kind !== "tensor" ||
    first.dtype !== second.dtype ||
    second.shape === undefined
  )
    return first;
  if (first.shape === undefined) return second;
  if (first.shape.length !== second.shape.length) return first;
  return tensorType(
    first.dtype,
    first.shape.map((dim, i) => (isFresh(dim) ? second.shape![i] : dim)),
  );
}

/** Symbols that inference made begin with "?"; a name that the file states is better. */
const isFresh = (dim: Dim): boolean => typeof dim !== "number" && dim.terms.some(([symbol]) => symbol.startsWith("?"));

/** Infers one node of the Snapshot's opset and enters what is known of its outputs. Throws INVALID_GRAPH. */
export function inferNode(node: Node, facts: Facts, options: InferOptions): void {
  const definition = operatorOf(node.domain, node.op);
  if (definition === undefined) {
    if (options.domains?.has(node.domain)) believeDeclared(node, facts);
    return;
  }
  const attributes = attributeValues(node, definition.attributes);
  const asked = new Set<string>();
  const context = inferContext(node, attributes, facts, options, asked);
  const inferred = inferOutputs(definition, context, options);
  if (!inferred.every(isStatic)) for (const name of asked) facts.wanted.add(name);
  const folded = foldNode(node, definition, attributes, (i) => context.constant(i), inferred);
  node.outputs.forEach((name, i) => {
    if (name === "") return;
    const constant = folded?.[i];
    const type =
      constant === undefined
        ? refine(inferred[i], declarations.get(facts)?.get(name))
        : tensorType(constant.dtype, constant.shape);
    if (type !== undefined) facts.types.set(name, type);
    if (constant !== undefined) facts.constants.set(name, constant);
  });
  if (folded === undefined) propagate(definition, node, context, facts);
}

function believeDeclared({ outputs }: Node, facts: Facts): void {
  for (const name of outputs) {
    const type = declarations.get(facts)?.get(name);
    if (type !== undefined) facts.types.set(name, type);
  }
}

const isStatic = (type: Inferred): boolean => type?.kind === "tensor" && staticShape(type.shape) !== undefined;

function inferOutputs(definition: OperatorDef, context: InferContext, options: InferOptions): readonly Inferred[] {
  try {
    return definition.infer?.(context) ?? [];
  } catch (error) {
    if (options.tolerant && error instanceof HoduError && error.code === "INVALID_GRAPH") return [];
    throw error;
  }
}

/** The options for a subgraph of a node: a branch of If may break rules in the cases in which it is not taken. */
export function subgraphOptions(node: Node, options: InferOptions): InferOptions {
  return node.op === "If" && node.domain === "" ? { ...options, tolerant: true } : options;
}

/** Elements of shape vectors are followed up to this rank. */
const PROPAGATED_ELEMENTS = 64;

function propagate(definition: OperatorDef, node: Node, context: InferContext, facts: Facts): void {
  const name = node.outputs[0];
  const type = facts.types.get(name);
  if (definition.propagate === undefined || type?.kind !== "tensor" || !isInteger(type.dtype)) return;
  const shape = staticShape(type.shape);
  if (shape === undefined || shape.length > 1 || elementCount(shape) > PROPAGATED_ELEMENTS) return;
  const elements = definition.propagate(context);
  if (elements === undefined || elements.length !== elementCount(shape)) return;
  if (elements.every((element) => typeof element === "number"))
    facts.constants.set(name, tensorFrom(type.dtype, shape, elements));
  else facts.elements.set(name, elements);
}

function inferContext(
  node: Node,
  attributes: Readonly<Record<string, unknown>>,
  facts: Facts,
  options: InferOptions,
  asked: Set<string>,
): InferContext {
  const fail = (rule: string): never => {
    throw new HoduError("INVALID_GRAPH", `Cannot infer node ${quote(node.name)} (${node.op}): ${rule}`, {
      where: { node: node.name, operator: node.op },
    });
  };
  const has = (i: number): boolean => (node.inputs[i] ?? "") !== "";
  const type = (i: number): ValueType | undefined => (has(i) ? typeIn(facts, node.inputs[i]) : undefined);
  const tensorAt = (i: number): TensorType | undefined => {
    const found = type(i);
    if (found !== undefined && found.kind !== "tensor") fail(`input ${i} is a ${found.kind}, expected a tensor`);
    return found as TensorType | undefined;
  };
  const sought = <Found>(i: number, find: (facts: Facts, name: string) => Found | undefined): Found | undefined => {
    if (!has(i)) return undefined;
    const found = find(facts, node.inputs[i]);
    if (found === undefined) asked.add(node.inputs[i]);
    return found;
  };
  const constant = (i: number): Tensor | undefined => sought(i, constantIn);
  return {
    attributes,
    inputCount: node.inputs.length,
    outputCount: node.outputs.length,
    has,
    type,
    dtype: (i) => tensorAt(i)?.dtype,
    shape: (i) => tensorAt(i)?.shape,
    constant,
    values: (i) => sought(i, elementsIn),
    fresh: () => symbolDim(`?${facts.counter.next++}`),
    inferGraph(graph, inputs) {
      const inner = inferGraph(graph, options, facts, inputs);
      return graph.outputs.map((output) => typeIn(inner, output.name));
    },
    fail,
  };
}

/** Whether a value of type `actual` is what `expected` says, symbols standing for any number. */
export function typeFits(actual: ValueType, expected: ValueType): boolean {
  if (actual.kind === "tensor" && expected.kind === "tensor") {
    if (actual.dtype !== expected.dtype) return false;
    if (actual.shape === undefined || expected.shape === undefined) return true;
    return (
      actual.shape.length === expected.shape.length &&
      expected.shape.every(
        (dim, i) => typeof dim !== "number" || typeof actual.shape![i] !== "number" || dimsEqual(dim, actual.shape![i]),
      )
    );
  }
  if (actual.kind === "tensor" || expected.kind === "tensor" || actual.kind !== expected.kind) return false;
  if (actual.kind === "map" && expected.kind === "map" && actual.key !== expected.key) return false;
  return typeFits(actual.element, expected.element);
}
