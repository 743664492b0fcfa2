import fc from "fast-check";
import { HoduError } from "hodu-plugin-sdk";
import { describe, expect, it } from "vitest";
import type { CompiledCode } from "./compiled-code.ts";
import { decodeCode } from "./decode-code.ts";
import { encodeCode } from "./encode-code.ts";

const code: CompiledCode = {
  isShared: true,
  kernels: [
    { stackBytes: 32, phases: [{ name: "kernel_0_0", turns: 12 }, { name: "kernel_0_1" }] },
    { stackBytes: 16, phases: [{ name: "kernel_1_0" }] },
    {
      stackBytes: 16,
      isSized: true,
      phases: [{ name: "kernel_2_0", turns: { extent: ["div", ["mul", "size", 37], 8], step: 8 } }],
    },
  ],
  module: Uint8Array.of(0, 97, 115, 109),
};

describe("compiled code", () => {
  it("is read as it was written", () => {
    expect(decodeCode(encodeCode(code))).toEqual(code);
  });

  it("is refused when it is cut short, whatever the place", () => {
    const bytes = encodeCode(code);
    for (let length = 0; length < bytes.length - code.module.length; length++)
      expect(() => decodeCode(bytes.subarray(0, length))).toThrow(HoduError);
  });

  it("is read or refused, and nothing else, when bytes of it are others", () => {
    const bytes = encodeCode(code);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const damaged = bytes.slice();
        damaged[at] = value;
        try {
          decodeCode(damaged);
        } catch (error) {
          expect(error).toMatchObject({ code: "UNSUPPORTED" });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["a stack of more than the emitter allows", { kernels: [{ stackBytes: 2 ** 40, phases: [] }] }],
    [
      "a loop of more turns than an integer holds",
      { kernels: [{ stackBytes: 16, phases: [{ name: "kernel_0_0", turns: 2 ** 40 }] }] },
    ],
    [
      "a loop over what is no index",
      {
        kernels: [{ stackBytes: 16, phases: [{ name: "kernel_0_0", turns: { extent: ["pow", "size", 2], step: 1 } }] }],
      },
    ],
    [
      "a loop without a step",
      { kernels: [{ stackBytes: 16, phases: [{ name: "kernel_0_0", turns: { extent: "size", step: 0 } }] }] },
    ],
    ["an export of another name", { kernels: [{ stackBytes: 16, phases: [{ name: "memory" }] }] }],
  ])("is refused with %s", (_what, change) => {
    const damaged = { ...code, ...change } as CompiledCode;
    expect(() => decodeCode(encodeCode(damaged))).toThrow(/Cannot load code/);
  });
});
