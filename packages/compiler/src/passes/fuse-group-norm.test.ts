import { attributeOf, type Snapshot, tensorFrom } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { expectNoRewrite, expectRewrite } from "../testing/expect-rewrite.ts";
import { writeGraph } from "../testing/write-graph.ts";
import { fuseGroupNorm } from "./fuse-group-norm.ts";

/** GroupNorm of 2 groups as PyTorch exports it; `one` is the scale of its InstanceNormalization. */
function torchNorm(scaleShape: readonly number[], one = 1, shape: readonly number[] = [0, 2, -1]): Snapshot {
  return writeGraph(({ n, c, i, x, builder }) => {
    const data = x(2, 4, 3, 3);
    const [scale, bias] = [one, 0].map((value) =>
      builder.weight(`all${value}`, tensorFrom("f32", [2], [value, value])),
    );
    const normal = n("InstanceNormalization", [n("Reshape", [data, i(...shape)]), scale, bias], { epsilon: 1e-3 });
    const restored = n("Reshape", [normal, i(2, 4, 3, 3)]);
    return n("Add", [n("Mul", [restored, c(scaleShape)]), c([4, 1, 1])]);
  });
}

describe("fuse-group-norm", () => {
  it("finds PyTorch's form", async () => {
    for (const scaleShape of [[4, 1, 1], [1, 4, 1, 1], [1]]) {
      const { graph } = await expectRewrite(torchNorm(scaleShape), fuseGroupNorm, ["GroupNormalization"]);
      expect(attributeOf(graph.nodes[1], "num_groups")?.value).toBe(2n);
      expect(graph.weights.map(({ shape }) => shape)).toEqual([[4], [4]]);
    }
  });

  it("leaves a scale along another axis, one inside, and groups that mix batches", async () => {
    await expectNoRewrite(torchNorm([3]), fuseGroupNorm);
    await expectNoRewrite(torchNorm([4, 1, 1], 2), fuseGroupNorm);
    await expectNoRewrite(torchNorm([4, 1, 1], 1, [1, 2, -1]), fuseGroupNorm);
  });
});
