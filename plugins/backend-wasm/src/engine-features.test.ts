import { encodeModule, FIRST_BUFFER_ADDRESS, ModuleBuilder } from "hodu-plugin-sdk/compiler/wasm";
import { expect, it } from "vitest";
import { BUFFERS_ADDRESS } from "./engine/linear-memory.ts";
import { RELAXED_PROBE } from "./engine-features.ts";

it("is found out with a module of one relaxed instruction", () => {
  const builder = new ModuleBuilder("probe");
  const probe = builder.addFunction("probe", { params: ["v128", "v128", "v128"], results: ["v128"] });
  builder.define(probe, (code, a, b, c) => {
    for (const operand of [a, b, c]) code.local.get(operand);
    code.f32x4.relaxed_madd();
  });
  const CUSTOM_SECTION = 0;
  expect([...encodeModule(builder.build()).subarray(0, RELAXED_PROBE.length + 1)]).toEqual([
    ...RELAXED_PROBE,
    CUSTOM_SECTION,
  ]);
});

it("has buffers where the emitter wants them", () => {
  expect(BUFFERS_ADDRESS).toBe(FIRST_BUFFER_ADDRESS);
});
