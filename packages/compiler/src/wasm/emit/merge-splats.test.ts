import { buildKernel, printKernel } from "@hodu/core/kernel-ir";
import { expect, it } from "vitest";
import { mergeSplats } from "./merge-splats.ts";

it("puts an element that only fills a vector into that, and leaves one that is read again", () => {
  const kernel = buildKernel("splats", ["fill"], (k) => {
    const x = k.input("x", "f32", 8);
    const y = k.output("y", "f32", 16);
    k.loop("i", 2, (i) => {
      const once = k.let("once", k.load(x, i));
      const filled = k.let("filled", k.broadcast(once, 4));
      const twice = k.let("twice", k.load(x, k.add(i, 1)));
      const other = k.let("other", k.broadcast(twice, 4));
      k.store(y, k.mul(i, 4), k.add(k.add(filled, other), k.broadcast(twice, 4)));
    });
  });
  expect(printKernel({ ...kernel, body: mergeSplats(kernel.body) })).toBe(
    `# "fill"
kernel splats(read x: f32[8], write y: f32[16]) {
  for i < 2 {
    let filled = x4(x[i]:f32)
    let twice = x[(i + 1)]:f32
    let other = x4(twice)
    y[(i * 4)] = ((filled + other) + x4(twice))
  }
}
`,
  );
});
