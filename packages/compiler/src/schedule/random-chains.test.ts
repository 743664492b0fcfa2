import { compareValues, heldWeights, inferGraph } from "@hodu/core";
import { verifyKernel } from "@hodu/core/kernel-ir";
import fc from "fast-check";
import { expect, inject, it } from "vitest";
import { chainModel, drawnChains } from "./testing/chain-models.ts";
import { testTarget } from "./testing/test-target.ts";
import { scheduleGraph } from "./schedule-graph.ts";
import { expectedOf, outputsOf } from "./testing/sample-schedule.ts";

it("gives for random graphs of operators, fused, what the reference kernels give one by one", () => {
  fc.assert(
    fc.property(drawnChains, fc.constantFrom(0, 8, 16, 32), (drawn, vectorBytes) => {
      const model = chainModel(drawn);
      const { graph, stores } = model.snapshot;
      const facts = inferGraph(graph, { constantOf: heldWeights(stores) });
      const schedule = scheduleGraph(graph, facts, testTarget(vectorBytes));
      for (const item of schedule.steps) {
        expect(item.kind).toBe("kernel");
        if (item.kind === "kernel") verifyKernel(item.kernel);
      }
      // errors of a dozen operators add up; one that is wrong is wrong by more
      const tolerance = { relative: 1e-3, absolute: 1e-3 };
      outputsOf(model, schedule).forEach((value, i) =>
        expect(compareValues(value, expectedOf(model)[i], tolerance)).toBeUndefined(),
      );
    }),
    { numRuns: Math.ceil(150 * inject("share")) },
  );
});
