import { elementCount, type Node, staticShape } from "@hodu/core";
import type { PassGraph } from "../../rewrite/pass-graph.ts";
import { TRANSPOSED_CONSTANT } from "./limits.ts";
import type { InputMove, Move } from "./move.ts";
import { channelsLastOrder, composeOrders, inverseOrder, isIdentityOrder, type Order, ordersEqual } from "./order.ts";
import { isSpatial } from "./spatial.ts";
import { MOVED_ELEMENT, permOf, type ValueClass, type ValueClasses } from "./value-class.ts";

/**
 * One way to compute a node: the orders of what it reads and makes, as axes of the classes' roots; undefined for what is in no class, or
 * converted for it alone.
 */
export interface NodeForm {
  readonly inputs: readonly (Order | undefined)[];
  readonly outputs: readonly (Order | undefined)[];
  /** It stands between two Transposes, and the orders are those outside of them. */
  readonly isWrapped: boolean;
  /** undefined: the node as it is. */
  readonly move: Move | undefined;
  /** What is moved for this node alone. */
  readonly cost: number;
}

/** What passes ask of the nodes and values of one graph. */
export interface FormContext {
  readonly graph: PassGraph;
  readonly classes: ValueClasses;
  /** Spatial nodes between Transposes of their own. */
  readonly wrapped: ReadonlySet<Node>;
}

/** Finds the spatial nodes of a graph whose input is brought to channels first for them, and whose output to channels last for all. */
export function findWrapped(graph: PassGraph): ReadonlySet<Node> {
  return new Set(graph.graph.nodes.filter((node) => isSpatial(node, graph) && isWrapped(node, graph)));
}

function isWrapped({ inputs, outputs }: Node, graph: PassGraph): boolean {
  const before = graph.producerOf(inputs[0]);
  const perm = before && permOf(before, graph);
  if (perm === undefined || graph.isOutput(outputs[0])) return false;
  const last = channelsLastOrder(perm.length);
  const readers = graph.consumersOf(outputs[0]);
  const isLast = (node: Node): boolean => ordersEqual(permOf(node, graph) ?? [], last);
  return ordersEqual(perm, inverseOrder(last)) && readers.length > 0 && readers.every(isLast);
}

/** The order of a value, as the axes of its class's root are counted. */
export const orderOf = (value: string, classes: ValueClasses): Order | undefined =>
  value === "" ? undefined : classes.of(value)?.members.get(value);

/** A node as it is. */
export function presentForm(node: Node, { classes, wrapped }: FormContext): NodeForm {
  const inputs = node.inputs.map((name) => orderOf(name, classes));
  const outputs = node.outputs.map((name) => orderOf(name, classes));
  const form: NodeForm = { inputs, outputs, isWrapped: false, move: undefined, cost: 0 };
  return wrapped.has(node) ? withEnds(form, channelsLastOrder(inputs[0]!.length), true) : form;
}

/** A spatial node with channels last where it has them on axis 1, and the other way round. */
export function turnedForm(node: Node, form: NodeForm): NodeForm {
  const last = channelsLastOrder(form.inputs[0]!.length);
  return withEnds(form, form.isWrapped ? inverseOrder(last) : last, !form.isWrapped);
}

function withEnds(form: NodeForm, order: Order, isWrapped: boolean): NodeForm {
  const turn = (own: Order | undefined, i: number): Order | undefined =>
    i === 0 && own !== undefined ? composeOrders(own, order) : own;
  return { ...form, inputs: form.inputs.map(turn), outputs: form.outputs.map(turn), isWrapped };
}

/** A node as it is moved; undefined where a constant is too large to be transposed for it. */
export function movedForm(node: Node, form: NodeForm, move: Move, context: FormContext): NodeForm | undefined {
  let cost = 0;
  const inputs: (Order | undefined)[] = [];
  for (const [i, name] of node.inputs.entries()) {
    const input = move.inputs[i];
    const own = form.inputs[i];
    if (input === undefined || move.constants?.has(i) === true) inputs.push(own);
    else if (isOwnCopy(name, input, context.graph)) {
      const converted = conversionCost(name, context);
      if (converted === undefined) return undefined;
      cost += converted;
      inputs.push(undefined);
    } else inputs.push(own && composeOrders(own, input.order));
  }
  const outputs = form.outputs.map((own, i) => {
    const order = move.outputs[i];
    return own && order ? composeOrders(own, order) : own;
  });
  return { inputs, outputs, isWrapped: false, move, cost };
}

/** Whether a moved input is converted for the node alone: constants ahead of the run, and what needs further axes. */
export function isOwnCopy(name: string, input: InputMove, graph: PassGraph): boolean {
  if (input === undefined || name === "") return false;
  if (input.kind === "expanded") return true;
  return !isIdentityOrder(input.order) && graph.constantOf(name) !== undefined;
}

/** What it costs to convert an input; undefined where it is too large. */
function conversionCost(name: string, { graph, classes }: FormContext): number | undefined {
  const shape = staticShape(graph.shapeOf(name));
  if (graph.constantOf(name) !== undefined) {
    return shape !== undefined && elementCount(shape) <= TRANSPOSED_CONSTANT ? 0 : undefined;
  }
  const own = classes.of(name);
  if (own === undefined || (shape !== undefined && own.realAxes.length <= 1)) return own && 0;
  return 1 + own.elements * MOVED_ELEMENT;
}

/** The classes that a node's values are in, each with its orders in two forms; those that the forms read alike are left out. */
export function* changesBetween(
  node: Node,
  [zero, one]: readonly [NodeForm, NodeForm],
  classes: ValueClasses,
): Generator<readonly [ValueClass, Order, Order]> {
  for (const side of ["inputs", "outputs"] as const)
    for (const [i, name] of node[side].entries()) {
      const [a, b] = [zero[side][i], one[side][i]];
      const own = a && b && !ordersEqual(a, b) ? classes.of(name) : undefined;
      if (own !== undefined) yield [own, a!, b!];
    }
}
