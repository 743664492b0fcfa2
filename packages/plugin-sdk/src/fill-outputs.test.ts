import { type NamedValue, tensorFrom, transposed } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { fillOutputs } from "./fill-outputs.ts";

const matrix = tensorFrom("f32", [2, 2], [1, 2, 3, 4]);
const outputs: readonly NamedValue[] = [
  { name: "y", value: transposed(matrix, [1, 0]) },
  { name: "words", value: tensorFrom("string", [2], ["a", "b"]) },
  { name: "items", value: { kind: "sequence", element: { kind: "tensor", dtype: "f32" }, items: [] } },
];

describe("fillOutputs", () => {
  it("copies elements in row-major order, strings too, and leaves other outputs", () => {
    const y = new Float32Array(4);
    const words = ["", ""];
    const filled = fillOutputs(outputs, [
      { name: "words", data: words },
      { name: "y", data: y },
    ]);
    expect([Array.from(y), words]).toEqual([
      [1, 3, 2, 4],
      ["a", "b"],
    ]);
    expect(filled[0].value).toMatchObject({ shape: [2, 2], strides: [2, 1], offset: 0, data: y });
    expect(filled[2]).toBe(outputs[2]);
  });

  it.each([
    [
      "an output that is no tensor",
      [{ name: "items", data: new Float32Array(1) }],
      "it is a sequence, expected a tensor",
    ],
    [
      "an output that is not given",
      [{ name: "z", data: [] }],
      'the run does not give it, it gives "y", "words", "items"',
    ],
    ["another class", [{ name: "y", data: new Uint8Array(4) }], "found Uint8Array(4), expected Float32Array(4)"],
    ["another length", [{ name: "words", data: [] }], "found Array(0), expected Array(2) for string[2]"],
    [
      "an output named twice",
      [
        { name: "y", data: new Float32Array(4) },
        { name: "y", data: new Float32Array(4) },
      ],
      "an output is named twice",
    ],
  ])("refuses %s", (_, into, message) => {
    expect(() => fillOutputs(outputs, into)).toThrow(message);
  });

  it("writes nothing when one of several does not fit", () => {
    const y = new Float32Array(4);
    const into = [
      { name: "y", data: y },
      { name: "words", data: [] },
    ];
    expect(() => fillOutputs(outputs, into)).toThrow("words");
    expect(Array.from(y)).toEqual([0, 0, 0, 0]);
  });
});
