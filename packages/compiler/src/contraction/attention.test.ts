import { compareValues, GraphBuilder, heldWeights, inferGraph, tensorFrom, tensorType } from "@hodu/core";
import { verifyKernel } from "@hodu/core/kernel-ir";
import fc from "fast-check";
import { expect, it } from "vitest";
import { scheduleGraph } from "../schedule/schedule-graph.ts";
import { attentionModel, DRAWN_FOR_ATTENTION } from "../schedule/testing/attention-models.ts";
import { expectedOf, outputsOf, type SampleModel } from "../schedule/testing/sample-schedule.ts";
import { testTarget } from "../schedule/testing/test-target.ts";
import type { Schedule, ScheduleTarget } from "../schedule/types.ts";

const numbers = fc.array(fc.nat(1000), { minLength: DRAWN_FOR_ATTENTION, maxLength: DRAWN_FOR_ATTENTION });

function scheduled({ snapshot }: SampleModel, target: ScheduleTarget): Schedule {
  const facts = inferGraph(snapshot.graph, { constantOf: heldWeights(snapshot.stores) });
  const schedule = scheduleGraph(snapshot.graph, facts, target);
  for (const step of schedule.steps) {
    expect(step.kind).toBe("kernel");
    if (step.kind === "kernel") verifyKernel(step.kernel);
  }
  return schedule;
}

it("gives attention with any mask, past, window and form of heads as the reference kernel does", () => {
  fc.assert(
    fc.property(numbers, fc.constantFrom(0, 16, 64), (drawn, vectorBytes) => {
      const model = attentionModel(drawn);
      const schedule = scheduled(model, testTarget(vectorBytes));
      const [actual] = outputsOf(model, schedule);
      const [expected] = expectedOf(model);
      const tolerance = expected.kind === "tensor" && expected.dtype === "f16" ? 2e-3 : 1e-4;
      expect(compareValues(actual, expected, { relative: tolerance, absolute: tolerance })).toBeUndefined();
    }),
    { numRuns: 60 },
  );
}, 120_000);
