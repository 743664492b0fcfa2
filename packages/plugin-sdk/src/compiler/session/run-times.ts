import type { Node } from "@hodu/core";
import type { NodeTime } from "../../contracts/backend.ts";
import type { ProgramPlan } from "../code-generator.ts";

/** The times of one run: of kernels by step, of called nodes by node. */
export class RunTimes {
  /** Milliseconds of each step that is a kernel. */
  readonly steps: Float64Array;
  readonly #calls = new Map<Node, { calls: number; milliseconds: number }>();

  constructor(plan: ProgramPlan) {
    this.steps = new Float64Array(plan.steps.length);
  }

  add(node: Node, milliseconds: number): void {
    const time = this.#calls.get(node) ?? { calls: 0, milliseconds: 0 };
    time.calls++;
    time.milliseconds += milliseconds;
    this.#calls.set(node, time);
  }

  /** Each step in its order, then the nodes of graphs inside of calls. */
  list(plan: ProgramPlan): readonly NodeTime[] {
    const called = new Map([...this.#calls].map(([node, time]) => [node, timeOfCall(node, time)]));
    const steps = plan.steps.flatMap((step, i): readonly NodeTime[] => {
      if (step.kind === "kernel") {
        const { operator, origin, flops } = step;
        const name = origin.at(-1) ?? operator;
        return [{ name, operator, origin, calls: 1, milliseconds: this.steps[i], flops, compiled: true }];
      }
      const time = called.get(step.node);
      called.delete(step.node);
      return time === undefined ? [] : [time];
    });
    return [...steps, ...called.values()];
  }
}

function timeOfCall({ name, op, origin }: Node, time: Pick<NodeTime, "calls" | "milliseconds">): NodeTime {
  return { name, operator: op, origin, ...time, compiled: false };
}
