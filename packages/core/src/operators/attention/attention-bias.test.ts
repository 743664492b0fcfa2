import { expect, it } from "vitest";
import { kernelContext } from "../../evaluate/kernel-context.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { type BiasOptions, biasWriter } from "./attention-bias.ts";

const context = kernelContext(
  { op: "Test", domain: "", name: "test", inputs: [], outputs: [], attributes: [], origin: [] },
  {},
);
const open: BiasOptions = {
  shape: [1, 1, 3, 4],
  mask: undefined,
  causal: false,
  left: -1,
  right: -1,
  offsets: [0],
  valid: [4],
};

/** What each query sees: a row of 1 and 0; "-" for one that sees nothing. */
function seen(options: Partial<BiasOptions>): string[] {
  const write = biasWriter({ ...open, ...options }, context);
  const row = new Float64Array(4);
  return [0, 1, 2].map((query) =>
    write(row, 0, 0, query) ? Array.from(row, (bias) => (bias === -Infinity ? 0 : 1)).join("") : "-",
  );
}

it("lets every query see every key without options", () => {
  expect(seen({})).toEqual(["1111", "1111", "1111"]);
});

it("ends a causal query's keys at its own position, after those that came before", () => {
  expect(seen({ causal: true })).toEqual(["1000", "1100", "1110"]);
  expect(seen({ causal: true, offsets: [1] })).toEqual(["1100", "1110", "1111"]);
  expect(seen({ causal: true, offsets: [-1], valid: [2] })).toEqual(["-", "1000", "1100"]);
});

it("keeps to the window on both sides", () => {
  expect(seen({ left: 1, right: 1 })).toEqual(["1100", "1110", "0111"]);
  expect(seen({ left: 0, right: 2, causal: true })).toEqual(["1000", "0100", "0010"]);
});

it("hides padding, and keys that the mask does not cover", () => {
  expect(seen({ valid: [2] })).toEqual(["1100", "1100", "1100"]);
  expect(seen({ mask: tensorFrom("bool", [3, 2], [1, 1, 0, 1, 0, 0]) })).toEqual(["1100", "0100", "-"]);
});

it("adds masks of numbers, broadcast over batch and heads", () => {
  const row = new Float64Array(4);
  const write = biasWriter({ ...open, mask: tensorFrom("i64", [1, 4], [0, -3, 7, 1]), causal: true }, context);
  expect(write(row, 0, 0, 2)).toBe(true);
  expect([...row]).toEqual([0, -3, 7, -Infinity]);
});

it("refuses masks that do not fit", () => {
  expect(() => biasWriter({ ...open, mask: tensorFrom("f32", [2, 4], new Array(8).fill(0)) }, context)).toThrow(
    "attn_mask has shape [2, 4]",
  );
});
