import type { WindowAttributes } from "../kernels/windows.ts";
import type { Expression, Scalar } from "../kernel-ir/types.ts";
import { isFloatScalar } from "../kernel-ir/scalars.ts";
import { contractionPoint } from "./contraction-point.ts";
import type {
  Factor,
  LowerNode,
  Lowering,
  Point,
  PointBuilder,
  PointInput,
  PointValue,
  ZeroPoint,
} from "./contract.ts";
import { knownShape } from "./known-numbers.ts";
import { quotientBelow } from "./positions.ts";
import { paddedWindows, placesOf, windowsOn } from "./window-taps.ts";

type Index = readonly Expression[];
type ConvolutionNode = LowerNode<WindowAttributes & { readonly group: number }>;

/** Sums over channels and taps of the input with zeros around it, then the bias. ONNX Conv. */
export const convolutionPoints: Lowering<WindowAttributes & { readonly group: number }> = (node) => {
  const [x, w, bias] = node.inputs as readonly [PointInput, PointInput, PointInput | undefined];
  if (!isFloatScalar(x.scalar)) node.cannot(`it has no kernel for ${x.dtype}`);
  const point = convolutionPoint(node, x, w, x.scalar);
  if (bias === undefined) return [point];
  const sum = node.step(x.scalar, node.outputs[0]!.shape, point);
  return [{ at: (index, k) => k.add(sum.at(index, k), bias.at([index[1]], k)) }];
};

/** How an element becomes a factor: integers are taken from their zero point and widened. */
interface Factors {
  readonly left?: (element: Expression, index: Index, k: PointBuilder) => Expression;
  readonly right?: (element: Expression, index: Index, k: PointBuilder) => Expression;
  /** What stands around the input; default 0. */
  readonly border?: ZeroPoint;
  /** What is taken from the bytes of each, where that is one for all. */
  readonly zeros?: { readonly left: ZeroPoint; readonly right: ZeroPoint } | undefined;
}

/**
 * The sums of a convolution without its bias, in `scalar`. Groups that are more than one channel of each are an axis of a value on the way,
 * so that every element lies at a multiple of its index.
 */
export function convolutionPoint(
  node: ConvolutionNode,
  x: PointInput,
  w: PointInput,
  scalar: Scalar,
  { left = (element) => element, right = (element) => element, border, zeros }: Factors = {},
): Point {
  const [filters, channels, ...kernel] = knownShape(node, w);
  const { group } = node.attributes;
  const axes = windowsOn(node, x, kernel);
  const padded = paddedWindows(node, x, axes, border);
  const ownFilters = filters / group;
  const sums = (
    groupOf: (index: Index) => Expression,
    filterOf: (index: Index, k: PointBuilder) => Expression,
    lead: number,
  ) => {
    const ofInput: Factor = (index, [channel, ...taps], k) => {
      const first = k.add(k.mul(groupOf(index), channels), channel);
      return padded.value.at([index[0], first, ...placesOf(padded.axes, index.slice(lead), taps, k)], k);
    };
    const ofFilter: Factor = (index, place, k) => w.at([filterOf(index, k), ...place], k);
    return contractionPoint({
      scalar,
      extents: [channels, ...kernel].map((extent) => ({ kind: "constant", type: "index", value: extent }) as const),
      left: (index, place, k) => left(ofInput(index, place, k), index, k),
      right: (index, place, k) => right(ofFilter(index, place, k), index, k),
      ...(zeros && { bytes: { left: { at: ofInput, zero: zeros.left }, right: { at: ofFilter, zero: zeros.right } } }),
    });
  };
  const zero: Expression = { kind: "constant", type: "index", value: 0 };
  if (group === 1)
    return sums(
      () => zero,
      (index) => index[1],
      2,
    );
  if (channels === 1 && ownFilters === 1)
    return sums(
      (index) => index[1],
      (index) => index[1],
      2,
    );
  const [batch, , ...windows] = node.outputs[0]!.shape;
  const grouped = sums(
    (index) => index[1],
    (index, k) => k.add(k.mul(index[1], ownFilters), index[2]),
    3,
  );
  const value: PointValue = node.step(scalar, [batch, group, ownFilters, ...windows], grouped);
  return {
    at: ([n, filter, ...rest], k) =>
      value.at([n, quotientBelow(group, filter, ownFilters), k.rem(filter, ownFilters), ...rest], k),
  };
}
