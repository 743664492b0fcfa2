import { attributeOf, type Node } from "../../snapshot/types.ts";
import { doubles, tensorFrom } from "../../tensors/elements.ts";
import { stringAttribute, withAttributes, withoutAttributes } from "../edit-node.ts";
import type { RewriteContext } from "../operator.ts";
import { usesAny } from "./uses-any.ts";

/** opset 10: coordinates are x / scale, and the nearest element is the one below where the axis grows, above where it shrinks. */
export function fromOpset10(node: Node, rewrite: RewriteContext): Node {
  const mode = attributeOf(node, "mode");
  const empty = rewrite.constant(tensorFrom("f32", [0], []));
  const asymmetric = withAttributes(node, stringAttribute("coordinate_transformation_mode", "asymmetric"));
  const [x, scales] = node.inputs;
  if (mode?.kind === "string" && mode.value !== "nearest") return { ...asymmetric, inputs: [x, empty, scales] };
  const values = rewrite.constantOf(scales);
  const factors = values && [...doubles(values)];
  if (factors?.every((factor) => factor >= 1)) {
    return withAttributes({ ...asymmetric, inputs: [x, empty, scales] }, stringAttribute("nearest_mode", "floor"));
  }
  const part = (op: "Max" | "Min"): string =>
    factors === undefined
      ? rewrite.emit(op, [scales, rewrite.constant(tensorFrom("f32", [], [1]))])
      : rewrite.constant(
          tensorFrom(
            "f32",
            [factors.length],
            factors.map((factor) => (op === "Max" ? Math.max(1, factor) : Math.min(1, factor))),
          ),
        );
  const grows = factors === undefined || factors.some((factor) => factor > 1);
  const grown = grows
    ? rewrite.emit(
        "Resize",
        [x, empty, part("Max")],
        [stringAttribute("coordinate_transformation_mode", "asymmetric"), stringAttribute("nearest_mode", "floor")],
      )
    : x;
  return withAttributes(
    { ...asymmetric, inputs: [grown, empty, part("Min")] },
    stringAttribute("nearest_mode", "ceil"),
  );
}

/** Only linear, and nearest rounding down, at asymmetric coordinates can be said in opset 10. */
export function toOpset10(node: Node): Node | undefined {
  const value = (name: string, absent: string): string => {
    const attribute = attributeOf(node, name);
    return attribute?.kind === "string" ? attribute.value : absent;
  };
  const linear = value("mode", "nearest") === "linear";
  const plain = linear || (value("mode", "nearest") === "nearest" && value("nearest_mode", "") === "floor");
  if (!plain || value("coordinate_transformation_mode", "half_pixel") !== "asymmetric") return undefined;
  if ((node.inputs[3] ?? "") !== "" || (attributeOf(node, "exclude_outside")?.value ?? 0n) !== 0n) return undefined;
  return {
    ...node,
    inputs: [node.inputs[0], node.inputs[2]],
    attributes: node.attributes.filter(({ name }) => name === "mode"),
  };
}

/** opset 11 wants roi and scales, be they empty. */
export function withEmptyInputs(node: Node, rewrite: RewriteContext): Node {
  const inputs = Array.from({ length: Math.max(3, node.inputs.length) }, (_, i) => node.inputs[i] ?? "");
  if (inputs[1] !== "" && inputs[2] !== "") return node;
  const empty = rewrite.constant(tensorFrom("f32", [0], []));
  return { ...node, inputs: inputs.map((name, i) => (name === "" && i < 3 ? empty : name)) };
}

const NEW_IN_18 = ["antialias", "axes", "keep_aspect_ratio_policy"];

/** What opset 18 brought must be at its defaults. */
export function toOpset13(node: Node): Node | undefined {
  const policy = attributeOf(node, "keep_aspect_ratio_policy");
  const stretched = policy?.kind !== "string" || policy.value === "stretch";
  if (!stretched || usesAny(node, "antialias") || attributeOf(node, "axes") !== undefined) return undefined;
  return withoutAttributes(node, ...NEW_IN_18);
}

/** half_pixel_symmetric came with opset 19. */
export function isSymmetric(node: Node): boolean {
  const mode = attributeOf(node, "coordinate_transformation_mode");
  return mode?.kind === "string" && mode.value === "half_pixel_symmetric";
}
