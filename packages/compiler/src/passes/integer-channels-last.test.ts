import { GraphBuilder, type Snapshot, tensorFrom, tensorType } from "@hodu/core";
import { expect, it } from "vitest";
import { ops, runPass } from "../testing/run-pass.ts";
import { integerChannelsLast } from "./integer-channels-last.ts";

/** Two convolutions of bytes, or of floats. */
function convolutions(dtype: "u8" | "f32"): Snapshot {
  const graph = new GraphBuilder("g");
  const scale = graph.weight("scale", tensorFrom("f32", [], [0.5]));
  const zero = graph.weight("zero", tensorFrom("u8", [], [0]));
  let x = graph.input("x", tensorType(dtype, [1, 4, 6, 6]));
  for (const name of ["first", "second"]) {
    const w = graph.weight(
      name,
      tensorFrom(
        dtype,
        [4, 4, 1, 1],
        Array.from({ length: 16 }, (_, i) => i),
      ),
    );
    const quantized = [x, scale, zero, w, scale, zero, scale, zero];
    x = dtype === "f32" ? graph.node("Conv", [x, w])[0] : graph.node("QLinearConv", quantized)[0];
  }
  graph.output(x);
  return graph.build();
}

it("lays values around convolutions of integers out with channels last, and leaves those of floats", async () => {
  const found = ops(await runPass(convolutions("u8"), integerChannelsLast));
  const one = "Transpose QLinearConv Transpose";
  expect(found.join(" ")).toBe(`Transpose ${one} ${one} Transpose`);
  expect(ops(await runPass(convolutions("f32"), integerChannelsLast))).toEqual(["Conv", "Conv"]);
});
