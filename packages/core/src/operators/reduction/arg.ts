import { isBig } from "../../dtypes/dtypes.ts";
import type { InferContext, Inferred } from "../../inference/context.ts";
import { normalizeAxis } from "../../kernels/broadcast.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { bigRowsOf, foldRows, type Rows, rowsOf } from "../../kernels/rows.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { withoutAttributes } from "../edit-node.ts";
import type { ErrorSample } from "../operator.ts";
import { reducedShape } from "./reduce.ts";

interface ArgAttributes {
  readonly axis: number;
  readonly keepdims: number;
  readonly select_last_index: number;
}

export function inferArg(context: InferContext<ArgAttributes>): readonly Inferred[] {
  const shape = context.shape(0);
  if (shape === undefined) return [tensorType("i64")];
  const { axis, keepdims } = context.attributes;
  return [tensorType("i64", reducedShape(shape, [normalizeAxis(axis, shape.length, context)], keepdims !== 0))];
}

/** The kernel that finds the place of the value that beats all others of its row; NaN beats every number. */
export function argBest(beats: (x: number | bigint, best: number | bigint) => boolean) {
  return function* kernel(
    inputs: readonly (Value | undefined)[],
    attributes: ArgAttributes,
    context: KernelContext,
  ): Steps<Outputs> {
    const x = inputs[0] as Tensor;
    const axis = normalizeAxis(attributes.axis, x.shape.length, context);
    const out = context.bigOutput("i64", reducedShape(x.shape, [axis], attributes.keepdims !== 0));
    const rows: Rows<number | bigint> = isBig(x.dtype)
      ? yield* bigRowsOf(x, [axis], context)
      : yield* rowsOf(x, [axis], context);
    if (rows.length === 0 && rows.count > 0) context.fail(`axis ${axis} has 0 elements, expected at least 1`);
    const { data, count, length } = rows;
    context.reserve(count * 8);
    const places = new Float64Array(count);
    const last = attributes.select_last_index !== 0;
    yield* foldRows(rows, places, (place, value, row, column) => {
      const best = data[row * length + place];
      if (Number.isNaN(best)) return last && Number.isNaN(value) ? column : place;
      return beats(value, best) || Number.isNaN(value) || (last && value === best) ? column : place;
    });
    for (let i = 0; i < count; i++) out.data[i] = BigInt(places[i]);
    return [out.tensor()];
  };
}

/** Downgrade to versions that always select the first index. */
export function selectFirstIndex(node: Node): Node | undefined {
  const last = attributeOf(node, "select_last_index");
  if (last?.kind === "int" && last.value !== 0n) return undefined;
  return withoutAttributes(node, "select_last_index");
}

export function argErrors(): readonly ErrorSample[] {
  return [
    { inputs: [tensorFrom("f32", [2], [1, 2])], attributes: { axis: 1 }, message: /axis 1 must be in -1\.\.0/ },
    { inputs: [tensorFrom("f32", [2, 0], [])], attributes: { axis: 1 }, message: /axis 1 has 0 elements/ },
  ];
}
