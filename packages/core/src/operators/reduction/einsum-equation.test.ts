import { describe, expect, it } from "vitest";
import { labelExtents, parseEquation } from "./einsum-equation.ts";

const context = {
  fail(rule: string): never {
    throw new Error(rule);
  },
  fresh: () => 0,
};

describe("parseEquation", () => {
  it("reads explicit equations with spaces", () => {
    expect(parseEquation("ij, jk -> ik", [2, 2], context)).toEqual({
      terms: [
        ["i", "j"],
        ["j", "k"],
      ],
      output: ["i", "k"],
    });
  });

  it("puts letters that occur once in the order of their codes when there is no output", () => {
    expect(parseEquation("bA,cb", [2, 2], context).output).toEqual(["A", "c"]);
  });

  it("numbers the axes of ... from the last on", () => {
    expect(parseEquation("...ii->...i", [4], context)).toEqual({
      terms: [[".1", ".0", "i", "i"]],
      output: [".1", ".0", "i"],
    });
    expect(parseEquation("i...,...", [2, 3], context)).toEqual({
      terms: [
        ["i", ".0"],
        [".2", ".1", ".0"],
      ],
      output: [".2", ".1", ".0", "i"],
    });
  });

  it.each([
    ["ij->k", [2], /must be one of an input/],
    ["ij->ii", [2], /must stand there once/],
    ["ij,j", [2], /has 2 terms, expected one for each of 1/],
    ["ij", [3], /names 2 axes, the input has rank 3/],
    ["ijk...", [2], /names 3 axes, the input has rank 2/],
    ["i..j", [2], /must be letters/],
    ["i->i->i", [1], /more than one "->"/],
  ] as const)("refuses %s for ranks %s", (equation, ranks, message) => {
    expect(() => parseEquation(equation, ranks, context)).toThrow(message);
  });
});

describe("labelExtents", () => {
  it("repeats axes of extent 1 and refuses other differences", () => {
    const equation = parseEquation("ij,jk", [2, 2], context);
    expect([
      ...labelExtents(
        equation,
        [
          [2, 1],
          [5, 3],
        ],
        context,
      ),
    ]).toEqual([
      ["i", 2],
      ["j", 5],
      ["k", 3],
    ]);
    expect(() =>
      labelExtents(
        equation,
        [
          [2, 4],
          [5, 3],
        ],
        context,
      ),
    ).toThrow('label "j" stands for axes of 4 and 5');
    expect(() => labelExtents(parseEquation("ii", [2], context), [[1, 2]], context)).toThrow(/axes of 1 and 2/);
  });
});
