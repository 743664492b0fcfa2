import {
  attributeValues,
  constantIn,
  type DType,
  type Facts,
  type Graph,
  knownDim,
  lowerNode,
  type LowerNode,
  type Node,
  operatorOf,
  type Point,
  type PointInput,
  type PointOutput,
  typeIn,
} from "@hodu/core";
import { type Memory, registerOf } from "@hodu/core/kernel-ir";
import { memoryOfDtype } from "./memory-of-dtype.ts";
import type { ScheduledValue } from "./values.ts";
import { kernelType, type KernelType, ValueTable } from "./value-table.ts";

/** A node that runs by its reference kernel, and how many values were there before it. */
export interface Call {
  readonly node: Node;
  readonly reason: string;
  readonly after: number;
}

/** The values of a graph as points, and the nodes that have none. */
export interface LoweredGraph {
  readonly table: ValueTable;
  readonly calls: readonly Call[];
  /** Values whose elements, known before the run, might leave fewer calls. */
  readonly wanted: ReadonlySet<string>;
}

/**
 * Lowers every node that can be; nodes whose outputs are all known before the run are left out. `standIn`: the dim that stands for the
 * program's size.
 */
export function lowerGraph(graph: Graph, facts: Facts, standIn?: number): LoweredGraph {
  const table = new ValueTable(standIn);
  const calls: Call[] = [];
  const wanted = new Set(facts.wanted);
  for (const { name } of graph.inputs)
    table.addNamed(name, typeIn(facts, name), { source: { kind: "input", name }, constant: constantIn(facts, name) });
  for (const weight of graph.weights)
    if (table.idOf(weight.name) === undefined)
      table.addNamed(weight.name, typeIn(facts, weight.name), {
        source: { kind: "weight", weight },
        constant: constantIn(facts, weight.name),
      });
  for (const node of graph.nodes) {
    if (addConstants(node, facts, table)) continue;
    const asked = new Set<string>();
    const reason = addPoints(node, facts, table, asked);
    if (reason === undefined) continue;
    for (const name of asked) wanted.add(name);
    calls.push({ node, reason, after: table.values.length });
    for (const name of node.outputs) table.addNamed(name, typeIn(facts, name), { source: { kind: "step" } });
  }
  return { table, calls, wanted };
}

/** Enters the outputs of a node that are known before the run; false unless all are, in types that kernels read. */
function addConstants(node: Node, facts: Facts, table: ValueTable): boolean {
  const names = node.outputs.filter((name) => name !== "");
  const constants = names.map((name) => constantIn(facts, name));
  if (constants.some((constant) => constant === undefined)) return false;
  if (names.some((name) => typeof kernelType(typeIn(facts, name)) === "string")) return false;
  names.forEach((name, i) => {
    const tensor = constants[i]!;
    table.addNamed(name, typeIn(facts, name), { source: { kind: "constant", tensor }, constant: tensor });
  });
  return true;
}

/** Enters the outputs of a node as points, or says why it has none; `asked` gets the values whose elements its lowering missed. */
function addPoints(node: Node, facts: Facts, table: ValueTable, asked: Set<string>): string | undefined {
  const definition = operatorOf(node.domain, node.op);
  if (definition === undefined) return "the operator is not known";
  const inputs = inputsOf(node, facts, table, asked);
  if (typeof inputs === "string") return inputs;
  const types = node.outputs.map((name) => (name === "" ? undefined : kernelType(typeIn(facts, name))));
  const unfit = types.find((type) => typeof type === "string");
  if (unfit !== undefined) return unfit;
  const outputs = types as readonly (KernelType | undefined)[];
  const steps = new Map<Point, number>();
  const points = lowerNode(definition, {
    attributes: attributeValues(node, definition.attributes),
    inputs,
    outputs: outputs.map((type, i) => type && outputOf(type, facts, node.outputs[i])),
    ...valueMakers(node, table, steps),
  });
  if (typeof points === "string") return points;
  node.outputs.forEach((name, i) => {
    if (name === "") return;
    const step = points[i] && steps.get(points[i]);
    if (step !== undefined && isOfType(table.values[step], outputs[i]!)) {
      table.adopt(name, step);
      steps.delete(points[i]!);
    } else table.addNamed(name, typeIn(facts, name), makingOf(node, points[i]));
  });
  return undefined;
}

const isOfType = (value: ScheduledValue, { memory, dims }: KernelType): boolean =>
  value.memory === memory && value.dims.length === dims.length && value.dims.every((dim, axis) => dim === dims[axis]);

const makingOf = (node: Node, point: Point | undefined) =>
  ({
    point,
    source: { kind: "step" },
    origin: node.origin.length > 0 ? node.origin : [node.name],
    op: node.op,
  }) as const;

function inputsOf(
  node: Node,
  facts: Facts,
  table: ValueTable,
  asked: Set<string>,
): readonly (PointInput | undefined)[] | string {
  const inputs: (PointInput | undefined)[] = [];
  for (const name of node.inputs) {
    const type = name === "" ? undefined : typeIn(facts, name);
    const id = table.idOf(name);
    if (name === "") inputs.push(undefined);
    else if (id !== undefined && type?.kind === "tensor")
      inputs.push(askedInput(name, table.input(id, type.dtype), asked));
    else {
      const fit = kernelType(type);
      return typeof fit === "string" ? fit : "an input is of a graph around it";
    }
  }
  return inputs;
}

/** An input that enters its name into `asked` when its elements are wanted and not known. */
function askedInput(name: string, input: PointInput, asked: Set<string>): PointInput {
  return {
    ...input,
    get constant() {
      if (input.constant === undefined) asked.add(name);
      return input.constant;
    },
  };
}

function outputOf({ memory, dims }: KernelType, facts: Facts, name: string): PointOutput | undefined {
  const type = typeIn(facts, name);
  if (type?.kind !== "tensor") return undefined;
  return { dtype: type.dtype, scalar: registerOf(memory), shape: dims.map(indexConstant) };
}

/** Enters the values on the way to a node's outputs. */
function valueMakers(node: Node, table: ValueTable, steps: Map<Point, number>): Pick<LowerNode, "step" | "constant"> {
  let count = 0;
  const name = (): string => `${node.name}#${count++}`;
  return {
    step(scalar, shape, point) {
      const dims = shape.map((dim) => knownDim(dim)!);
      const making = makingOf(node, typeof point === "function" ? { at: point } : point);
      const id = table.add(name(), scalar as Memory, dims, making);
      const value = table.input(id, scalar as DType);
      steps.set(value, id);
      return value;
    },
    constant(tensor) {
      const memory = memoryOfDtype(tensor.dtype)!;
      const making = { source: { kind: "constant", tensor }, constant: tensor } as const;
      return table.input(table.add(name(), memory, tensor.shape, making), tensor.dtype);
    },
  };
}

const indexConstant = (value: number) => ({ kind: "constant", type: "index", value }) as const;
