import { describe, expect, it } from "vitest";
import { verifyKernel } from "@hodu/core/kernel-ir";
import { compareValues, type OperatorDef, allOperators, toleranceOf } from "@hodu/core";
import { expectedOf, kernelsOf, outputsOf, type SampleModel } from "./testing/sample-schedule.ts";
import { WITHOUT_LOWERING } from "./testing/without-lowering.ts";
import type { Schedule } from "./types.ts";

const lowered = allOperators().filter(({ lower, deprecated }) => lower !== undefined && deprecated === undefined);

/** Bytes of the vectors that kernels are written for: none, two f32, four f32. */
const WIDTHS = [0, 8, 16];

function check(definition: OperatorDef, model: SampleModel, schedule: Schedule, what: string): void {
  for (const step of schedule.steps) if (step.kind === "kernel") verifyKernel(step.kernel);
  const expected = expectedOf(model);
  outputsOf(model, schedule).forEach((actual, i) => {
    const value = expected[i];
    const tolerance = toleranceOf(definition.accuracy, value.kind === "tensor" ? value.dtype : "f32");
    expect(compareValues(actual, value, tolerance), `${what}, output ${i}`).toBeUndefined();
  });
}

it("is there for every operator that is not listed with a reason", () => {
  const living = allOperators().filter(({ deprecated }) => deprecated === undefined);
  const without = living.filter(({ lower }) => lower === undefined).map(({ name }) => name);
  expect(without.toSorted()).toEqual(Object.values(WITHOUT_LOWERING).flat().toSorted());
});

describe("the lowering of", () => {
  for (const definition of lowered)
    it(`${definition.name} gives what its reference kernel gives`, () => {
      let compiled = 0;
      definition.samples!().forEach((sample, i) => {
        for (const vectorBytes of WIDTHS) {
          const kernels = kernelsOf(definition, sample, vectorBytes);
          if (kernels === undefined) continue;
          compiled++;
          check(definition, ...kernels, `sample ${i}, vectors of ${vectorBytes} bytes`);
        }
      });
      expect(compiled).toBeGreaterThan(0);
    });
});
