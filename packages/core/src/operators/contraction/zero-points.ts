import type { KernelContext, Steps } from "../../kernels/context.ts";
import { inBlocks } from "../../kernels/elementwise.ts";
import { numbersOf } from "../../kernels/read-numbers.ts";
import { formatShape } from "../../snapshot/dims.ts";
import { scalar } from "../../tensors/elements.ts";
import { broadcastTo, elementCount, reshaped, type Tensor } from "../../tensors/tensor.ts";

/**
 * A scale or zero point so that it broadcasts to `shape`: one for all, a vector along `axis`, or of `shape` itself with 1 where
 * it does not vary.
 */
export function along(
  name: string,
  parameter: Tensor,
  shape: readonly number[],
  axis: number,
  context: Pick<KernelContext, "fail">,
): Tensor {
  if (elementCount(parameter.shape) === 1) return reshaped(parameter, []);
  const size = parameter.shape[0];
  if (parameter.shape.length === 1 && size === shape[axis]) {
    return reshaped(
      parameter,
      shape.map((_, i) => (i === axis ? size : 1)),
    );
  }
  const fits =
    parameter.shape.length === shape.length && parameter.shape.every((dim, i) => dim === 1 || dim === shape[i]);
  if (!fits) {
    context.fail(
      `${name} has shape ${formatShape(parameter.shape)}, expected one value or one for each of axis ${axis} of ${formatShape(shape)}`,
    );
  }
  return parameter;
}

/** x - zero point as floats, which hold such integers exactly. */
export function* centered(
  name: string,
  x: Tensor,
  zeroPoint: Tensor | undefined,
  axis: number,
  context: KernelContext,
): Steps<Tensor> {
  const count = elementCount(x.shape);
  context.reserve(4 * count);
  const data = yield* numbersOf(x, context);
  const values = new Float32Array(count);
  yield* inBlocks(count, (start, length) => values.set(data.subarray(start, start + length), start));
  if (zeroPoint !== undefined) {
    const aligned = along(name, zeroPoint, x.shape, axis, context);
    if (aligned.shape.length === 0) {
      const zero = scalar(aligned);
      if (zero !== 0) {
        yield* inBlocks(count, (start, length) => {
          for (let i = start; i < start + length; i++) values[i] -= zero;
        });
      }
    } else {
      const zeros = yield* numbersOf(broadcastTo(aligned, x.shape), context);
      yield* inBlocks(count, (start, length) => {
        for (let i = start; i < start + length; i++) values[i] -= zeros[i];
      });
    }
  }
  const { shape } = x;
  return reshaped({ kind: "tensor", dtype: "f32", shape: [count], strides: [1], offset: 0, data: values }, shape);
}
