import {
  compareValues,
  evaluateNode,
  heldWeights,
  mersenneTwister,
  type Snapshot,
  staticShape,
  type Tensor,
  tensorFrom,
  toleranceOf,
  type Value,
} from "@hodu/core";

/** How results of one model differ from those of another for the same drawn inputs; undefined when they are in the class of reductions. For tests. */
export function resultDifference(found: Snapshot, expected: Snapshot, seed = 1): string | undefined {
  const [a, b] = [found, expected].map((snapshot) => runModel(snapshot, seed));
  for (const [i, value] of a.entries()) {
    const { dtype } = b[i] as Tensor;
    const difference = compareValues(value, b[i], toleranceOf("reduction", dtype));
    if (difference !== undefined) return `output ${i}${difference.path}: ${difference.message}`;
  }
  return undefined;
}

/** The outputs of a model without control flow, for inputs that are drawn from -2 to 2. Its inputs must be floats of known shape. */
function runModel(snapshot: Snapshot, seed: number): readonly Value[] {
  const random = mersenneTwister(seed);
  const values = new Map<string, Tensor>();
  for (const { name, type } of snapshot.graph.inputs) {
    if (type?.kind !== "tensor") throw new TypeError(`input ${name} is no tensor`);
    const shape = staticShape(type.shape)!;
    const count = shape.reduce((product, dim) => product * dim, 1);
    const drawn = Array.from({ length: count }, () => random.uniform() * 4 - 2);
    values.set(name, tensorFrom(type.dtype, shape, drawn));
  }
  return runNodes(snapshot, values);
}

/** The outputs of a model without control flow, by reference kernels. For tests. */
export function runNodes({ graph, stores }: Snapshot, inputs: ReadonlyMap<string, Tensor>): readonly Value[] {
  const values = new Map(inputs);
  const held = heldWeights(stores);
  for (const weight of graph.weights) values.set(weight.name, held(weight)!);
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => values.get(name));
    const outputs = evaluateNode(node, inputs, { maxBytes: 1 << 28, maxSteps: 1 << 20 });
    if (outputs === undefined) throw new TypeError(`node ${node.name} fails`);
    node.outputs.forEach((name, i) => name !== "" && values.set(name, outputs[i] as Tensor));
  }
  return graph.outputs.map(({ name }) => values.get(name)!);
}
