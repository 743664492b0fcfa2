import { attributeOf, type Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { float, floats, string } from "../attributes.ts";
import { stringAttribute, withAttributes, withoutAttributes } from "../edit-node.ts";
import { defineOperator, required, type RewriteContext } from "../operator.ts";
import { ANY_1, REAL_AND_BOOL_1 } from "../type-sets.ts";

/** Resize of opset 10 under its older name. ONNX Upsample. */
export const upsample = defineOperator({
  name: "Upsample",
  versions: [
    { since: 9, changed: "renamed Resize", upgrade: (node) => ({ ...node, op: "Resize" }) },
    {
      since: 7,
      changed: "scales became an input",
      upgrade: withScalesInput,
      inputs: [required("X", "T")],
      attributes: { mode: string({ default: "nearest" }), scales: floats({ required: true }) },
    },
    {
      since: 1,
      changed: "one scale for each axis",
      upgrade: withScales,
      types: { T: REAL_AND_BOOL_1 },
      attributes: {
        height_scale: float({ required: true }),
        mode: string({ default: "nearest" }),
        width_scale: float({ required: true }),
      },
    },
  ],
  deprecated: 10,
  inputs: [required("X", "T"), required("scales", "f32")],
  outputs: [required("Y", "T")],
  types: { T: ANY_1 },
  attributes: { mode: string({ default: "nearest" }) },
  accuracy: "rounding",
});

/** height_scale and width_scale of an image [N, C, H, W] as scales; "bilinear" is "linear". */
function withScales(node: Node): Node {
  const [height, width, mode] = ["height_scale", "width_scale", "mode"].map((name) => attributeOf(node, name));
  const scales = [1, 1, height?.value as number, width?.value as number];
  const upgraded = withoutAttributes(node, "height_scale", "width_scale");
  return withAttributes(
    upgraded,
    { name: "scales", value: { kind: "floats", value: scales } },
    ...(mode?.value === "bilinear" ? [stringAttribute("mode", "linear")] : []),
  );
}

/** scales as an input. */
function withScalesInput(node: Node, rewrite: RewriteContext): Node {
  const scales = attributeOf(node, "scales")?.value as readonly number[];
  const input = rewrite.constant(tensorFrom("f32", [scales.length], scales));
  return { ...withoutAttributes(node, "scales"), inputs: [node.inputs[0], input] };
}
