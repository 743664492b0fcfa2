import type { InferContext, Inferred } from "../../inference/context.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { CHUNK } from "../../kernels/elementwise.ts";
import { numbers, scalar } from "../../tensors/elements.ts";
import type { NumberData, Tensor } from "../../tensors/tensor.ts";
import type { Value } from "../../tensors/values.ts";

/**
 * The inputs of an optimiser are R, T and `groups` lists of n tensors each: X_1..X_n, G_1..G_n and its states.
 * The outputs are the new X and the new states, in the same order without G.
 */
export interface Optimizer<Attributes> {
  readonly groups: number;
  /** One step at element i: reads `at.inputs` (X, G, states), writes `at.outputs` (X, states). */
  prepare(rate: number, count: number, attributes: Attributes): ElementStep;
}

/** `inputs` are X, G and the states of one tensor, `outputs` its new X and states. */
type ElementStep = (inputs: readonly NumberData[], outputs: readonly NumberData[], i: number) => void;

/** How many tensors are optimised; fails when the inputs cannot be dealt out to the groups. */
function tensorCount(inputs: number, groups: number, context: { fail(rule: string): never }): number {
  const rest = inputs - 2;
  if (rest <= 0 || rest % groups !== 0) {
    context.fail(`${rest} tensors after R and T must be a multiple of ${groups}`);
  }
  return rest / groups;
}

/** Each new X and state is of the type that the old one has. */
export function inferOptimizer(groups: number) {
  return (context: InferContext): readonly Inferred[] => {
    const n = tensorCount(context.inputCount, groups, context);
    const outputs: Inferred[] = [];
    for (let group = 0; group < groups; group++) {
      if (group !== 1) for (let i = 0; i < n; i++) outputs.push(context.type(2 + group * n + i));
    }
    return outputs;
  };
}

export function optimizer<Attributes>(definition: Optimizer<Attributes>) {
  return function* kernel(
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    context: KernelContext,
  ): Steps<Outputs> {
    const { groups } = definition;
    const n = tensorCount(inputs.length, groups, context);
    const [rate, count, ...tensors] = inputs as Tensor[];
    const step = definition.prepare(oneElement(rate, "R", context), oneElement(count, "T", context), attributes);
    const results: Tensor[] = [];
    for (let i = 0; i < n; i++) {
      const own = Array.from({ length: groups }, (_, group) => tensors[group * n + i]);
      const updated = yield* stepTensor(own, step, context);
      updated.forEach((tensor, group) => {
        results[group * n + i] = tensor;
      });
    }
    return results;
  };
}

function oneElement(tensor: Tensor, name: string, context: KernelContext): number {
  if (tensor.shape.some((dim) => dim !== 1))
    context.fail(`${name} of shape [${tensor.shape.join(", ")}] must have one element`);
  return scalar(tensor);
}

function* stepTensor(own: readonly Tensor[], step: ElementStep, context: KernelContext): Steps<Tensor[]> {
  const [x] = own;
  for (const other of own) {
    if (other.shape.join() !== x.shape.join()) {
      context.fail(
        `shapes [${x.shape.join(", ")}] and [${other.shape.join(", ")}] of one optimised tensor must be equal`,
      );
    }
  }
  const updated = own.filter((_, group) => group !== 1).map(({ dtype, shape }) => context.output(dtype, shape));
  const read = own.map(numbers);
  const written = updated.map(({ data }) => data);
  const length = written[0].length;
  for (let start = 0; start < length; start += CHUNK) {
    const end = Math.min(length, start + CHUNK);
    for (let i = start; i < end; i++) step(read, written, i);
    yield undefined;
  }
  return updated.map((output) => output.tensor());
}
