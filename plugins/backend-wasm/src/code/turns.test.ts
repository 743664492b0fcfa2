import { expect, it } from "vitest";
import { turnsAt } from "./turns.ts";

it("gives the turns of a loop for the size of a program", () => {
  expect(turnsAt(12, 3)).toBe(12);
  expect(turnsAt({ extent: ["mul", ["div", ["add", "size", 31], 32], 7], step: 1 }, 33)).toBe(14);
  expect(turnsAt({ extent: ["mul", "size", 5], step: 8 }, 2)).toBe(2);
  expect(turnsAt({ extent: ["sub", 1, "size"], step: 1 }, 2)).toBe(0);
});
