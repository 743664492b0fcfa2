import { SCALARS } from "../kernel-ir/scalars.ts";
import type { Expression, Scalar } from "../kernel-ir/types.ts";
import type { WindowAttributes } from "../kernels/windows.ts";
import { convolutionPoint } from "./convolution-points.ts";
import type { LowerNode, Lowering, Point, PointBuilder, PointInput, PointValue } from "./contract.ts";
import { broadcastIndex } from "./elementwise.ts";
import { knownShape } from "./known-numbers.ts";
import { isOne } from "./positions.ts";
import { matrixProductPoint } from "./product-points.ts";

type Index = readonly Expression[];
type ConvolutionNode = LowerNode<WindowAttributes & { readonly group: number }>;

/** A scale or zero point for an element: one for all, a vector along an axis, or of the element's rank. */
function parameterAt(parameter: PointInput, index: Index, axis: number, k: PointBuilder): Expression {
  if (parameter.shape.every(isOne)) return parameter.atPosition(k.constant("index", 0), k);
  if (parameter.shape.length === 1) return parameter.at([index[Math.max(0, axis)]], k);
  return parameter.at(broadcastIndex(index, parameter.shape, k), k);
}

/** x - zero point in i32. */
function centered(node: LowerNode<unknown>, x: PointInput, zero: PointInput | undefined, axis: number): PointValue {
  return node.step("i32", x.shape, (index, k) => {
    const element = k.cast("i32", x.at(index, k));
    return zero === undefined ? element : k.sub(element, k.cast("i32", parameterAt(zero, index, axis, k)));
  });
}

/** The product of a and b, each taken from its zero point: one for all, each row of a, each column of b. */
function centeredProduct(node: LowerNode<unknown>, [a, zeroA, b, zeroB]: readonly (PointInput | undefined)[]): Point {
  const left = centered(node, a!, zeroA, a!.shape.length - 2);
  return matrixProductPoint(left, centered(node, b!, zeroB, b!.shape.length - 1));
}

/** ONNX MatMulInteger. */
export const integerProductPoints: Lowering<unknown> = (node) => {
  const [a, b, zeroA, zeroB] = node.inputs;
  return [centeredProduct(node, [a, zeroA, b, zeroB])];
};

/** The convolution of x and w, each taken from its zero point: w's is one for all or one for each filter. */
function centeredConvolution(node: ConvolutionNode, [x, zeroX, w, zeroW]: readonly (PointInput | undefined)[]): Point {
  const zero = (k: PointBuilder): Expression =>
    zeroX === undefined ? k.constant(x!.scalar, 0) : zeroX.atPosition(k.constant("index", 0), k);
  const rank = node.outputs[0]!.shape.length;
  const ownFilters = knownShape(node, w!)[0] / node.attributes.group;
  return convolutionPoint(node, x!, w!, "i32", {
    left: (element, _index, k) => k.sub(k.cast("i32", element), k.cast("i32", zero(k))),
    right(element, index, k) {
      const wide = k.cast("i32", element);
      const filter = index.length === rank ? index[1] : k.add(k.mul(index[1], ownFilters), index[2]);
      return zeroW === undefined ? wide : k.sub(wide, k.cast("i32", parameterAt(zeroW, [filter], 0, k)));
    },
    border: zero,
  });
}

/** ONNX ConvInteger. */
export const integerConvolutionPoints: Lowering<WindowAttributes & { readonly group: number }> = (node) => {
  const [x, w, zeroX, zeroW] = node.inputs;
  return [centeredConvolution(node, [x, zeroX, w, zeroW])];
};

/** A number rounded to even (NaN as 0), from a zero point on, in the range of a small integer type. */
function quantized(scalar: Scalar, x: Expression, zero: Expression, k: PointBuilder): Expression {
  const { kind, bits } = SCALARS[scalar];
  const least = kind === "signed" ? -(2 ** (bits - 1)) : 0;
  const rounded = k.let("rounded", k.round(x));
  const sum = k.add(k.select(k.eq(rounded, rounded), rounded, 0), zero);
  return k.cast(scalar, k.min(k.max(sum, least), least + 2 ** bits - 1));
}

/** A sum in i32 times a factor in f64, as the reference has it, and in the type of the output. */
const requantized = (scalar: Scalar, sum: Expression, factor: Expression, zero: Expression, k: PointBuilder) =>
  quantized(scalar, k.mul(k.cast("f64", sum), k.cast("f64", factor)), k.cast("f64", zero), k);

/** ONNX QLinearMatMul. */
export const quantizedProductPoints: Lowering<unknown> = (node) => {
  const [a, scaleA, zeroA, b, scaleB, zeroB, scaleY, zeroY] = node.inputs as readonly PointInput[];
  const { scalar, shape } = node.outputs[0]!;
  if (scaleA.dtype !== "f32") node.cannot(`kernels do not round factors to ${scaleA.dtype}`);
  if (
    SCALARS[a.scalar].bits > 8 ||
    SCALARS[b.scalar].bits > 8 ||
    SCALARS[scalar].bits > 16 ||
    SCALARS[scalar].kind === "float"
  )
    node.cannot(`it has no kernel for ${a.dtype}, ${b.dtype} and ${node.outputs[0]!.dtype}`);
  if (a.shape.length < 2 || b.shape.length < 2) node.cannot("it has no kernel for vectors");
  const sums = node.step("i32", shape, centeredProduct(node, [a, zeroA, b, zeroB]));
  const [row, column] = [shape.length - 2, shape.length - 1];
  const at: Point["at"] = (index, k) => {
    const of = (parameter: PointInput, axis: number) => parameterAt(parameter, index, axis, k);
    const factor = k.div(k.mul(of(scaleA, row), of(scaleB, column)), of(scaleY, row));
    return requantized(scalar, sums.at(index, k), factor, of(zeroY, row), k);
  };
  return [{ at }];
};

/** ONNX QLinearConv. */
export const quantizedConvolutionPoints: Lowering<WindowAttributes & { readonly group: number }> = (node) => {
  const [x, scaleX, zeroX, w, scaleW, zeroW, scaleY, zeroY, bias] = node.inputs as readonly PointInput[];
  const { scalar, shape } = node.outputs[0]!;
  const sums = node.step("i32", shape, centeredConvolution(node, [x, zeroX, w, zeroW]));
  const at: Point["at"] = (index, k) => {
    const filter = [index[1]];
    const [left, right, out, zero] = [scaleX, scaleW, scaleY, zeroY].map((each) => parameterAt(each, filter, 0, k));
    const sum = sums.at(index, k);
    const whole = bias === undefined ? sum : k.add(sum, bias.at(filter, k));
    return requantized(scalar, whole, k.div(k.mul(left, right), out), zero, k);
  };
  return [{ at }];
};

/** x in u8 with the scale and zero point of its range, 0 among it. ONNX DynamicQuantizeLinear. */
export const dynamicQuantizePoints: Lowering<unknown> = (node) => {
  const x = node.inputs[0]!;
  const edge = (kind: "min" | "max"): PointValue =>
    node.step("f32", [], (_index, k) =>
      k.reduceOver(kind, x.shape, k.constant("f32", 0), (index) => {
        const element = x.at(index, k);
        return k.select(k.eq(element, element), element, 0);
      }),
    );
  const [least, most] = [edge("min"), edge("max")];
  const scale = node.step("f32", [], (_index, k) => {
    const [low, high] = [least.at([], k), most.at([], k)];
    return k.div(k.select(k.eq(low, high), 1, k.sub(high, low)), 255);
  });
  const zero = node.step("f32", [], (_index, k) => {
    const rounded = k.round(k.div(k.neg(least.at([], k)), scale.at([], k)));
    return k.select(k.eq(rounded, rounded), k.min(k.max(rounded, 0), 255), 0);
  });
  const y: Point["at"] = (index, k) => quantized("u8", k.div(x.at(index, k), scale.at([], k)), zero.at([], k), k);
  return [{ at: y }, scale, { at: (_index, k) => k.cast("u8", zero.at([], k)) }];
};
