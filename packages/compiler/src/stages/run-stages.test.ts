import { digestSnapshot, GraphBuilder, type Patch, type Snapshot, tensorFrom, tensorType } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { MAX_ROUNDS } from "./limits.ts";
import { optimizeModel } from "./optimize.ts";
import { definePass, type Pass } from "./pass.ts";
import { formatReport } from "./report.ts";
import { runStages } from "./run-stages.ts";
import type { ForeignTransform, Step } from "./transform.ts";

const pair = tensorType("f32", [2]);

/** x + (1 + 2), then an Identity; and a chain that nothing reads. */
function sample(): Snapshot {
  const builder = new GraphBuilder("g");
  const x = builder.input("x", pair);
  const three = builder.node("Add", [
    builder.weight("one", tensorFrom("f32", [], [1])),
    builder.weight("two", tensorFrom("f32", [], [2])),
  ])[0];
  const [sum] = builder.node("Add", [x, three]);
  builder.node("Neg", [builder.node("Abs", [x])[0]]);
  builder.output(builder.node("Identity", [sum], {}, { outputs: ["y"] })[0]);
  return builder.build();
}

const foreign = (apply: ForeignTransform["apply"], name = "Other"): ForeignTransform => {
  return { name, stage: "graph_cleanup", version: "1.0.0", requires: [], apply };
};

const without = (names: readonly string[]): Patch => ({
  pattern: "w",
  remove: names,
  add: [],
  weights: [],
  rename: [],
});

describe("runStages", () => {
  it("optimises until nothing changes, and lists what was done as hodu.txt shows it (H-139, H-142, H-143, H-148, H-149)", async () => {
    const given = sample();
    const digest = digestSnapshot(given);
    const { snapshot, report } = await optimizeModel(given, { level: 1 }, { verify: true });
    expect(snapshot.graph.nodes.map(({ op, outputs }) => [op, outputs])).toEqual([["Add", ["y"]]]);
    expect(snapshot.graph.weights).toHaveLength(1);
    expect(snapshot.stores.map(({ kind }) => kind)).toEqual(["bytes", "bytes", "bytes"]);
    expect(digestSnapshot(given)).toBe(digest);
    expect(formatReport(report).split("\n")).toEqual([
      "Optimizations applied:",
      "  ✓ Constant folding: 1 op eliminated",
      "  ✓ Identity removal: 1 op removed",
      "  ✓ Dead code elimination: 2 ops removed",
      "  Total: 5 ops → 1 op",
    ]);
  });

  it("sums fusions by pattern, the most frequent first (H-144)", () => {
    const step = (title: string, patterns: readonly (readonly [string, number])[]) => {
      return {
        name: title,
        summary: { title, counts: "patterns" },
        rounds: 1,
        removed: 1,
        patterns: new Map(patterns),
      } as const;
    };
    const steps = [
      step("Operator fusion", [["Conv+ReLU", 3]]),
      step("Operator fusion", [
        ["Conv+BatchNorm", 4],
        ["MatMul+Add", 1],
      ]),
    ];
    expect(formatReport({ before: 152, after: 129, steps, warnings: [] }).split("\n")).toEqual([
      "Optimizations applied:",
      "  ✓ Operator fusion: 8 patterns matched",
      "    - Conv+BatchNorm: 4",
      "    - Conv+ReLU: 3",
      "    - MatMul+Add: 1",
      "  Total: 152 ops → 129 ops",
    ]);
  });

  it("leaves a model at -O0 as it is (H-138)", async () => {
    const given = sample();
    expect((await optimizeModel(given, { level: 0 })).snapshot).toEqual(given);
  });

  it("runs transforms from elsewhere beside its own, with their settings (B-043, B-058)", async () => {
    const seen: unknown[] = [];
    const other = foreign(async ({ graph }, config) => {
      seen.push(config);
      const unread = graph.nodes.find(({ op }) => op === "Neg");
      return unread === undefined ? [] : [without([unread.name])];
    });
    const strategy = {
      level: 0,
      transforms: [{ name: "other", config: { a: 1 } }, { name: "RemoveIdentity" }],
    } as const;
    const { snapshot, report } = await optimizeModel(sample(), strategy, { foreign: [other] });
    expect(snapshot.graph.nodes.map(({ op }) => op)).toEqual(["Add", "Add", "Abs"]);
    expect(seen).toEqual([{ a: 1 }, { a: 1 }]);
    expect(report.steps.map(({ name, patterns }) => [name, [...patterns]])).toEqual([
      ["Other", [["w", 1]]],
      ["remove-identity", [["Identity", 1]]],
    ]);
  });

  it("goes on without a transform that fails or breaks the graph, and stops with strict (B-042)", async () => {
    const failing = [
      foreign(async () => Promise.reject(new Error("out of ideas"))),
      foreign(async ({ graph }) => [without([graph.nodes[0].name])]),
      foreign(async ({ graph }) => [
        { ...without([]), add: [{ ...graph.nodes[0], name: "n", outputs: ["n"], inputs: ["none"] }] },
      ]),
    ];
    for (const transform of failing) {
      const strategy = { level: 0, transforms: [{ name: "Other" }] } as const;
      const given = sample();
      const { snapshot, report } = await optimizeModel(given, strategy, { foreign: [transform] });
      expect(snapshot).toEqual(given);
      expect(report.warnings).toEqual([expect.stringContaining('transform "Other" failed')]);
      await expect(optimizeModel(given, strategy, { foreign: [transform], strict: true })).rejects.toMatchObject({
        code: "INVALID_GRAPH",
      });
    }
  });

  it("ends a stage that goes in circles", async () => {
    const [first] = sample().graph.nodes;
    let turn = 0;
    const rename = definePass({
      name: "rename",
      stage: "graph_cleanup",
      requires: [],
      accuracy: "exact",
      summary: { title: "Renaming", counts: "patterns" },
      run: ({ graph }) => [{ ...without([graph.nodes[0].name]), add: [{ ...first, name: `n${turn++}` }] }],
    });
    const steps: readonly Step[] = [{ kind: "pass", pass: rename }];
    const { report } = await runStages(sample(), { stages: new Map([["graph_cleanup", steps]]), warnings: [] });
    expect([turn, report.warnings]).toEqual([MAX_ROUNDS, [expect.stringContaining("still changes the model")]]);
  });

  it("runs a late pass in rounds in which the others changed nothing", async () => {
    const order: string[] = [];
    const noting = (name: string, isLate: boolean, times: number) => {
      let left = times;
      const run: Pass["run"] = ({ graph }) => {
        order.push(name);
        const node = left-- > 0 ? graph.nodes.find(({ op }) => op === "Add")! : undefined;
        return node === undefined
          ? []
          : [{ ...without([node.name]), add: [{ ...node, name: `${name}${left}`, origin: ["o"] }] }];
      };
      const summary = { title: name, counts: "patterns" } as const;
      return definePass({ name, stage: "graph_cleanup", requires: [], accuracy: "exact", summary, isLate, run });
    };
    const steps = [noting("a", false, 2), noting("b", true, 1)].map((pass) => ({ kind: "pass", pass }) as const);
    await runStages(sample(), { stages: new Map([["graph_cleanup", steps]]), warnings: [] });
    expect(order).toEqual(["a", "a", "a", "b", "a", "b"]);
  });

  it("stops when it is cancelled", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(optimizeModel(sample(), { level: 1 }, { signal })).rejects.toThrow("enough");
  });
});
