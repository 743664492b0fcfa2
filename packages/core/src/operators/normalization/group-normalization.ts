import type { InferContext } from "../../inference/context.ts";
import { contiguous } from "../../kernels/move.ts";
import { rowsOf, writeRows } from "../../kernels/rows.ts";
import { groupNormalizationPoints } from "../../lowering/normalization-points.ts";
import type { Dim } from "../../snapshot/dims.ts";
import { attributeOf, type Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { elementCount, reshaped, type Tensor } from "../../tensors/tensor.ts";
import { float, int } from "../attributes.ts";
import { intAttribute, withoutAttributes } from "../edit-node.ts";
import { defineOperator, required, type RewriteContext } from "../operator.ts";
import { types } from "../type-sets.ts";
import { channelsOf, checkPerChannel, perChannel } from "./channels.ts";
import { moments } from "./moments.ts";

/**
 * scale * (x - mean) / sqrt(variance + epsilon) + bias for [N, C, ...]: moments for each instance and group of channels,
 * scale and bias [C] for each channel. ONNX GroupNormalization.
 */
export const groupNormalization = defineOperator({
  name: "GroupNormalization",
  versions: [
    { since: 21 },
    {
      since: 18,
      attributes: { epsilon: float({ default: 1e-5 }), num_groups: int({ required: true }) },
      changed: "scale and bias are given for each channel, before for each group; stash_type",
      upgrade: repeatForChannels,
      downgrade: whenGroupsAreChannels,
      withdrawn: true,
    },
  ],
  inputs: [required("X", "T"), required("scale", "T"), required("bias", "T")],
  outputs: [required("Y", "T")],
  types: { T: types("f16 bf16 f32 f64") },
  attributes: {
    epsilon: float({ default: 1e-5 }),
    num_groups: int({ required: true }),
    stash_type: int({ default: 1 }),
  },
  infer(context) {
    const shape = context.shape(0);
    const channels = shape && channelsOf(shape, 2, context);
    checkGroups(context.attributes.num_groups, channels, context);
    checkPerChannel([1, 2], channels, context);
    return [context.type(0)];
  },
  *reference(inputs, { epsilon, num_groups }, context) {
    const x = inputs[0] as Tensor;
    const channels = channelsOf(x.shape, 2, context);
    checkGroups(num_groups, channels, context);
    const [scale, bias] = [perChannel(inputs, 1, channels, context), perChannel(inputs, 2, channels, context)];
    const out = context.output(x.dtype, x.shape);
    const group = channels / num_groups;
    const spatial = elementCount(x.shape.slice(2));
    const rows = yield* rowsOf(
      reshaped(yield* contiguous(x, context), [x.shape[0] * num_groups, group * spatial]),
      [1],
      context,
    );
    const { means, variances } = yield* moments(rows, context);
    for (let row = 0; row < rows.count; row++) variances[row] = 1 / Math.sqrt(variances[row] + epsilon);
    yield* writeRows(rows, out.data, (value, row, column) => {
      const channel = (row % num_groups) * group + Math.floor(column / spatial);
      return (value - means[row]) * variances[row] * scale[channel] + bias[channel];
    });
    return [yield* out.rounded()];
  },
  lower: groupNormalizationPoints,
  accuracy: "reduction",
  samples() {
    const x = tensorFrom("f64", [1, 4, 1], [1, 3, 2, 6]);
    return [
      {
        inputs: [x, tensorFrom("f64", [4], [1, 1, 2, 1]), tensorFrom("f64", [4], [0, 0, 0, 1])],
        attributes: { num_groups: 2, epsilon: 0 },
        outputs: [tensorFrom("f64", [1, 4, 1], [-1, 1, -2, 2])],
      },
      {
        inputs: [
          tensorFrom("f16", [2, 2, 2], [1, 2, 3, 5, 0, 0, 1, 7]),
          tensorFrom("f16", [2], [2, 1]),
          tensorFrom("f16", [2], [1, 0]),
        ],
        attributes: { num_groups: 1 },
      },
    ];
  },
  errors: () => [
    {
      inputs: [
        tensorFrom("f32", [1, 3, 1], [1, 2, 3]),
        tensorFrom("f32", [3], [1, 1, 1]),
        tensorFrom("f32", [3], [0, 0, 0]),
      ],
      attributes: { num_groups: 2 },
      message: /num_groups is 2, expected a divisor of the 3 channels/,
    },
    {
      inputs: [tensorFrom("f32", [1, 1, 1], [1]), tensorFrom("f32", [1], [1]), tensorFrom("f32", [1], [0])],
      attributes: { num_groups: 0 },
      message: /num_groups is 0/,
    },
  ],
});

function checkGroups(groups: number, channels: Dim | undefined, context: Pick<InferContext, "fail">): void {
  const known = typeof channels === "number";
  if (groups >= 1 && (!known || channels % groups === 0)) return;
  context.fail(`num_groups is ${groups}, expected a divisor of the ${known ? `${channels} ` : ""}channels`);
}

/** Scale and bias [groups] repeated to [channels]: as [groups, 1], expanded to [groups, channels / groups], flattened. */
function repeatForChannels(node: Node, rewrite: RewriteContext): Node {
  const [x, scale, bias] = node.inputs;
  const groups = attributeOf(node, "num_groups");
  const vector = (...values: readonly (number | bigint)[]): string =>
    rewrite.constant(tensorFrom("i64", [values.length], values));
  const count = vector(groups?.kind === "int" ? groups.value : 1n);
  const channels = rewrite.emit("Shape", [x], [intAttribute("start", 1), intAttribute("end", 2)]);
  const repeats = rewrite.emit("Div", [channels, count]);
  const target = rewrite.emit("Concat", [count, repeats], [intAttribute("axis", 0)]);
  const repeat = (values: string): string => {
    const column = rewrite.emit("Reshape", [values, vector(-1, 1)]);
    return rewrite.emit("Reshape", [rewrite.emit("Expand", [column, target]), vector(-1)]);
  };
  return { ...node, inputs: [x, repeat(scale), repeat(bias)] };
}

/** With one channel a group, both ways are one. */
function whenGroupsAreChannels(node: Node, rewrite: RewriteContext): Node | undefined {
  const type = rewrite.typeOf(node.inputs[0]);
  const channels = type?.kind === "tensor" ? type.shape?.[1] : undefined;
  const groups = attributeOf(node, "num_groups");
  const same = groups?.kind === "int" && typeof channels === "number" && groups.value === BigInt(channels);
  return same ? withoutAttributes(node, "stash_type") : undefined;
}
