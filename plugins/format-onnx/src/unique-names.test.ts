import { expect, test } from "vitest";
import { NodeNames } from "./unique-names.ts";

test("a node keeps its name; others of that name get one like it", () => {
  const names = new NodeNames();
  for (const own of ["a", "a", "a_2"]) names.reserve(own);
  expect(["a", "a", "a_2", "a"].map((own) => names.give(own, "Neg_0"))).toEqual(["a", "a_3", "a_2", "a_4"]);
});

test("a name that is made is not one that another node has", () => {
  const names = new NodeNames();
  names.reserve("Neg_0");
  expect(names.give("", "Neg_0")).toBe("Neg_0_2");
  expect(names.give("Neg_0", "Neg_1")).toBe("Neg_0");
});

test("many nodes of one name are named in no time", () => {
  const names = new NodeNames();
  const start = performance.now();
  for (let i = 0; i < 20_000; i++) names.give("same", "");
  expect(performance.now() - start).toBeLessThan(1000);
});
