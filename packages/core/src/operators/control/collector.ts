import { quote } from "../../errors/quote.ts";
import type { KernelContext, Steps } from "../../kernels/context.ts";
import { move } from "../../kernels/move.ts";
import { formatShape } from "../../snapshot/dims.ts";
import type { GraphOutput } from "../../snapshot/types.ts";
import { selected, sliced, type Tensor } from "../../tensors/tensor.ts";
import type { Value } from "../../tensors/values.ts";

/** Stacks the values that a body gives for one output, iteration by iteration, along a new first axis. */
export interface Collector {
  add(value: Value): Steps<void>;
  /** All of them; without any, the dims that the body's output declares, 0 for those it leaves open. */
  finish(): Tensor;
}

/** `expected`: how many values will come, as far as that is known. Storage grows by doubling. */
export function collector(output: GraphOutput, expected: number, context: KernelContext): Collector {
  let storage: Tensor | undefined;
  let count = 0;

  function* room(value: Tensor): Steps<Tensor> {
    if (storage === undefined) return context.allocate(value.dtype, [Math.max(1, expected), ...value.shape]);
    if (count < storage.shape[0]) return storage;
    const larger = context.allocate(value.dtype, [2 * count, ...value.shape]);
    yield* move(sliced(larger, 0, 0, count), storage);
    return larger;
  }

  return {
    *add(value) {
      if (value.kind !== "tensor")
        context.fail(`output ${quote(output.name)} of the body is a ${value.kind}, expected a tensor`);
      checkLike(value, storage, output, context);
      storage = yield* room(value);
      yield* move(selected(storage, 0, count), value);
      count++;
    },
    finish() {
      return storage === undefined ? emptyStack(output, context) : sliced(storage, 0, 0, count);
    },
  };
}

function checkLike(value: Tensor, storage: Tensor | undefined, output: GraphOutput, context: KernelContext): void {
  if (storage === undefined) return;
  const expected = storage.shape.slice(1);
  const isSame = value.shape.length === expected.length && value.shape.every((dim, i) => dim === expected[i]);
  if (isSame && value.dtype === storage.dtype) return;
  context.fail(
    `output ${quote(output.name)} of the body is ${value.dtype}${formatShape(value.shape)}, expected ${storage.dtype}${formatShape(expected)} as in the first iteration`,
  );
}

function emptyStack(output: GraphOutput, context: KernelContext): Tensor {
  if (output.type?.kind !== "tensor") {
    return context.fail(`no iteration ran, and the body does not declare the type of output ${quote(output.name)}`);
  }
  const dims = (output.type.shape ?? []).map((dim) => (typeof dim === "number" ? dim : 0));
  return context.allocate(output.type.dtype, [0, ...dims]);
}
