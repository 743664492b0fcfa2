import { describe, expect, test } from "vitest";
import { activationsOf } from "./activations.ts";

const context = {
  fail(rule: string): never {
    throw new Error(rule);
  },
};
const none = { activations: undefined, activation_alpha: undefined, activation_beta: undefined, clip: undefined };

describe("activationsOf", () => {
  test("repeats the defaults for each direction", () => {
    const all = activationsOf(none, ["Sigmoid", "Tanh"], 2, context);
    expect(all.map((own) => own.map((f) => f(0.5)))).toEqual(
      new Array(2).fill([1 / (1 + Math.exp(-0.5)), Math.tanh(0.5)]),
    );
  });

  test("hands alpha and beta to the functions that take them, in order", () => {
    const attributes = {
      ...none,
      activations: ["Tanh", "LeakyRelu", "Affine"],
      activation_alpha: [0.5, 3],
      activation_beta: [7],
    };
    const [[tanh, leaky, affine]] = activationsOf(attributes, ["Sigmoid", "Tanh", "Tanh"], 1, context);
    expect([tanh(1), leaky(-1), affine(2)]).toEqual([Math.tanh(1), -0.5, 13]);
  });

  test("falls back to the defaults of the operator of that name", () => {
    const attributes = { ...none, activations: ["HardSigmoid", "ThresholdedRelu", "Elu"] };
    const [[hard, thresholded, elu]] = activationsOf(attributes, ["Sigmoid", "Tanh", "Tanh"], 1, context);
    expect([hard(1), thresholded(0.5), thresholded(1), elu(-1)]).toEqual([0.7, 0, 1, Math.expm1(-1)]);
  });

  test("clips what goes into each function", () => {
    const [[relu]] = activationsOf({ ...none, activations: ["Relu"], clip: 2 }, ["Tanh"], 1, context);
    expect([relu(5), relu(1), relu(-5)]).toEqual([2, 1, 0]);
  });

  test("refuses names and clips that mean nothing", () => {
    expect(() => activationsOf({ ...none, activations: ["Cos"] }, ["Tanh"], 1, context)).toThrow(
      /"Cos" must be one of/,
    );
    expect(() => activationsOf({ ...none, activations: ["Tanh"] }, ["Tanh"], 2, context)).toThrow(
      /2 functions, found 1/,
    );
    expect(() => activationsOf({ ...none, clip: 0 }, ["Tanh"], 1, context)).toThrow(/clip 0 must be positive/);
  });
});
