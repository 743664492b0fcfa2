import { add, either, mul, node, number, type Pattern, scaled, square, value } from "./patterns/pattern.ts";
import { type Fusion, fusionPass, haveSameFloatType } from "./patterns/fusion-pass.ts";

const x = value("x");

/** 1 + erf(x / sqrt 2). */
const errorForm = add(node("Erf", [scaled(x, Math.SQRT1_2)]), number(1));

const COEFFICIENT = number(0.044715);
const SLOPE = number(Math.sqrt(2 / Math.PI));

const cubic = either(
  mul(COEFFICIENT, either(node("Pow", [x, number(3)]), mul(x, square(x)))),
  mul(mul(COEFFICIENT, x), square(x)),
  mul(mul(mul(COEFFICIENT, x), x), x),
);

/** 1 + 0.044715 x^2. */
const bracket = add(either(mul(COEFFICIENT, square(x)), mul(mul(COEFFICIENT, x), x)), number(1));

/** 1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)). */
const tanhForm = add(
  node("Tanh", [either(mul(SLOPE, either(add(x, cubic), mul(x, bracket))), mul(mul(SLOPE, x), bracket))]),
  number(1),
);

/** The three ways to take x / 2 of a factor that are products or quotients at their end. */
function fusionsOf(name: string, factor: Pattern, approximate: "none" | "tanh"): readonly Fusion[] {
  const patterns = [
    mul(mul(x, factor), number(0.5)),
    mul(scaled(x, 0.5), factor),
    mul(x, scaled(factor, 0.5)),
    node("Div", [mul(x, factor), number(2)]),
  ];
  return patterns.map((pattern) => ({
    name,
    pattern,
    replace({ values }, graph, root) {
      const data = values.get("x")!;
      if (!haveSameFloatType(data, root.outputs[0], graph)) return undefined;
      return { op: "Gelu", inputs: [data], attributes: { approximate } };
    },
  }));
}

/** Gelu for x / 2 (1 + erf(x / sqrt 2)) and its approximation by tanh, in every order in which exporters multiply. */
export const fuseGelu = fusionPass("fuse-gelu", "transcendental", [
  ...fusionsOf("Gelu (erf)", errorForm, "none"),
  ...fusionsOf("Gelu (tanh)", tanhForm, "tanh"),
]);
