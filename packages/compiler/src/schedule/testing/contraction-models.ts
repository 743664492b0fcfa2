import { elementCount, GraphBuilder, type Tensor, tensorFrom, tensorType } from "@hodu/core";
import fc from "fast-check";
import type { SampleModel } from "./sample-schedule.ts";

/** A model under construction: a graph, and what its inputs are. */
interface Making {
  readonly graph: GraphBuilder;
  readonly inputs: Map<string, Tensor>;
}

/** Numbers between -1 and 1 that follow no pattern of the shapes. */
const numbersOf = (dims: readonly number[], seed: number): Tensor =>
  tensorFrom(
    "f32",
    dims,
    Array.from({ length: elementCount(dims) }, (_, i) => Math.sin(seed + 7.3 * i)),
  );

function operand({ graph, inputs }: Making, name: string, dims: readonly number[], isConstant: boolean): string {
  const tensor = numbersOf(dims, name.length + dims.length);
  if (isConstant) return graph.weight(name, tensor);
  inputs.set(name, tensor);
  return graph.input(name, tensorType("f32", dims));
}

const small = fc.integer({ min: 1, max: 4 });
const AFTER = ["none", "relu", "residual", "twice", "transposed", "gelu"] as const;
const after = fc.constantFrom(...AFTER);

/** What follows a sum of products: it must be fused, or kept apart, without a difference. */
function finish(making: Making, sum: string, dims: readonly number[], how: (typeof AFTER)[number]): void {
  const { graph } = making;
  const last = (): string => graph.node("Transpose", [sum])[0];
  const results = {
    none: () => sum,
    relu: () => graph.node("Relu", [sum])[0],
    residual: () => graph.node("Add", [graph.node("Relu", [sum])[0], operand(making, "residual", dims, false)])[0],
    twice: () => graph.node("Mul", [graph.node("Sigmoid", [sum])[0], sum])[0],
    transposed: () => graph.node("Tanh", [last()])[0],
    gelu: () => graph.node("Gelu", [sum])[0],
  };
  graph.output(results[how]());
}

const made = (build: (making: Making) => void): SampleModel => {
  const making: Making = { graph: new GraphBuilder("contraction"), inputs: new Map() };
  build(making);
  return { snapshot: making.graph.build(), inputs: making.inputs };
};

const product = fc
  .record({
    rows: fc.integer({ min: 1, max: 19 }),
    sums: fc.integer({ min: 1, max: 9 }),
    columns: fc.integer({ min: 1, max: 40 }),
    batch: fc.constantFrom([], [2], [3, 2]),
    isConstant: fc.boolean(),
    isTurned: fc.boolean(),
    after,
  })
  .map(({ rows, sums, columns, batch, isConstant, isTurned, after }) =>
    made((making) => {
      const { graph } = making;
      const own = isConstant && batch.length < 2 ? [] : batch;
      const a = operand(making, "a", [...batch, rows, sums], false);
      const flat = operand(making, "matrix", [...own, ...(isTurned ? [columns, sums] : [sums, columns])], isConstant);
      const perm = [...own.map((_, axis) => axis), own.length + 1, own.length];
      const b = isTurned ? graph.node("Transpose", [flat], { perm })[0] : flat;
      finish(making, graph.node("MatMul", [a, b])[0], [...batch, rows, columns], after);
    }),
  );

const gemm = fc
  .record({
    rows: fc.integer({ min: 1, max: 19 }),
    sums: fc.integer({ min: 1, max: 9 }),
    columns: fc.integer({ min: 1, max: 40 }),
    transA: fc.integer({ min: 0, max: 1 }),
    transB: fc.integer({ min: 0, max: 1 }),
    alpha: fc.constantFrom(1, 0.5),
    isConstant: fc.boolean(),
    after,
  })
  .map(({ rows, sums, columns, transA, transB, alpha, isConstant, after }) =>
    made((making) => {
      const a = operand(making, "a", transA === 0 ? [rows, sums] : [sums, rows], false);
      const b = operand(making, "matrix", transB === 0 ? [sums, columns] : [columns, sums], isConstant);
      const c = operand(making, "bias", [columns], isConstant);
      const y = making.graph.node("Gemm", [a, b, c], { transA, transB, alpha, beta: 2 })[0];
      finish(making, y, [rows, columns], after);
    }),
  );

const convolution = fc
  .record({
    group: fc.integer({ min: 1, max: 3 }),
    channels: small,
    filters: small,
    isDepthwise: fc.boolean(),
    height: fc.integer({ min: 5, max: 9 }),
    width: fc.integer({ min: 5, max: 18 }),
    kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
    dilation: fc.integer({ min: 1, max: 2 }),
    pads: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
    isLast: fc.boolean(),
    isConstant: fc.boolean(),
  })
  .map(
    ({ group, channels, filters, isDepthwise, height, width, kernel, strides, dilation, pads, isLast, isConstant }) =>
      made((making) => {
        const { graph } = making;
        const own = isDepthwise ? 1 : channels;
        const groups = isDepthwise ? channels * filters : group;
        const dims = [2, groups * own, height, width];
        const all = groups * (isDepthwise ? 1 : filters);
        const stored = operand(making, "x", isLast ? [dims[0], dims[2], dims[3], dims[1]] : dims, false);
        const x = isLast ? graph.node("Transpose", [stored], { perm: [0, 3, 1, 2] })[0] : stored;
        const w = operand(making, "filters", [all, own, ...kernel], isConstant);
        const bias = operand(making, "bias", [all], isConstant);
        const attributes = { group: groups, strides, dilations: [dilation, dilation], pads };
        const y = graph.node("Relu", [graph.node("Conv", [x, w, bias], attributes)[0]])[0];
        graph.output(isLast ? graph.node("Transpose", [y], { perm: [0, 2, 3, 1] })[0] : y);
      }),
  );

const chain = fc
  .record({
    channels: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 2, max: 9 }),
    pads: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
    stride: fc.integer({ min: 1, max: 2 }),
    isDepthwise: fc.boolean(),
    isLast: fc.boolean(),
  })
  .map(({ channels, height, width, pads, stride, isDepthwise, isLast }) =>
    made((making) => {
      const { graph } = making;
      const dims = isLast ? [1, height, width, 5] : [1, 5, height, width];
      const stored = operand(making, "x", dims, false);
      const x = isLast ? graph.node("Transpose", [stored], { perm: [0, 3, 1, 2] })[0] : stored;
      const first = graph.node("Conv", [x, operand(making, "filters", [channels, 5, 1, 1], true)])[0];
      const own = isDepthwise ? 1 : channels;
      const w = operand(making, "others", [channels, own, height < 3 ? 1 : 3, 2], true);
      const attributes = { pads, strides: [stride, stride], group: channels / own };
      const y = graph.node("Conv", [graph.node("Relu", [first])[0], w], attributes)[0];
      graph.output(isLast ? graph.node("Transpose", [y], { perm: [0, 2, 3, 1] })[0] : y);
    }),
  );

/** Models of one product or convolution of random shape and what may follow it, and of two convolutions. */
export const contractionModels: fc.Arbitrary<SampleModel> = fc.oneof(product, gemm, convolution, chain);
