import { describe, expect, it } from "vitest";
import { migrateStrategy } from "./migrate-strategy.ts";
import { PASSES, PIPELINES } from "./pipelines.ts";
import { resolveStrategy } from "./strategy.ts";
import { canonicalTransform } from "./transform-names.ts";
import { type ForeignTransform, stepInfo } from "./transform.ts";

const foreign = (name: string, requires: readonly string[] = []): ForeignTransform => {
  return { name, stage: "kernel_mapping", version: "1.0.0", requires, apply: async () => [] };
};

const namesIn = ({ stages }: ReturnType<typeof resolveStrategy>) =>
  [...stages].flatMap(([stage, steps]) => steps.map((step) => `${stage}/${stepInfo(step).name}`));

describe("resolveStrategy", () => {
  it("finds built-in and other transforms by any way to write their names (B-054, B-058, B-060)", () => {
    const names = ["RemoveIdentity", "transform:expand_norms", "InferHardware", "FoldConstants"];
    const strategy = { level: 0, transforms: names.map((name) => ({ name })) } as const;
    expect(namesIn(resolveStrategy(strategy, [foreign("infer-hardware")]))).toEqual([
      "graph_cleanup/remove-identity",
      "graph_cleanup/constant-folding",
      "topology_optimization/expand-norms",
      "kernel_mapping/infer-hardware",
    ]);
  });

  it("keeps the stages in their order (B-095)", () => {
    expect([...resolveStrategy({ level: 1 }).stages.keys()]).toEqual([
      "graph_cleanup",
      "topology_optimization",
      "kernel_mapping",
      "kernel_optimization",
      "graph_optimization",
    ]);
  });

  it("warns of a transform that is not there, and with strict refuses it (B-055, B-056)", () => {
    const strategy = { level: 1, transforms: [{ name: "RemoveIdentty" }] } as const;
    const { warnings } = resolveStrategy(strategy);
    expect(warnings).toEqual(['there is no transform "RemoveIdentty", did you mean "remove-identity"?']);
    expect(() => resolveStrategy(strategy, [], true)).toThrow('there is no transform "RemoveIdentty"');
  });

  it("leaves out a transform whose requirements do not run before it", () => {
    const strategy = { level: 1, transforms: [{ name: "a" }, { name: "b" }] } as const;
    const { warnings } = resolveStrategy(strategy, [foreign("a", ["b"]), foreign("b", ["DeadCode"])]);
    expect(warnings).toEqual(['transform "a" requires "b" before it']);
  });
});

describe("the pipelines", () => {
  it("hold passes whose names differ and whose requirements are met", () => {
    expect(new Set(PASSES.map(({ name }) => canonicalTransform(name))).size).toBe(PASSES.length);
    for (const passes of Object.values(PIPELINES)) {
      expect(passes.every((pass) => PASSES.includes(pass))).toBe(true);
      passes.forEach(({ requires }, i) => {
        const before = passes.slice(0, i).map(({ name }) => name);
        expect(before).toEqual(expect.arrayContaining([...requires]));
      });
    }
  });
});

describe("migrateStrategy", () => {
  it("reads lists of transforms by stage (B-061, B-062)", () => {
    const old = {
      opt_level: 1,
      cleanup: ["RemoveIdentity"],
      topology_opt: [{ name: "ExpandNorms", config: { a: 1 } }],
    };
    expect(migrateStrategy(old)).toEqual({
      level: 1,
      transforms: [
        { name: "RemoveIdentity", stage: "graph_cleanup" },
        { name: "ExpandNorms", stage: "topology_optimization", config: { a: 1 } },
      ],
    });
  });

  it("says all that it cannot read", () => {
    const old = { opt_level: 7, cleanups: [], kernel_opt: [1], dataflow_opt: "x" };
    expect(() => migrateStrategy(old)).toThrow(
      /opt_level is "7".*Cannot use stage "cleanups".*kernel_optimization lists "1".*dataflow_opt is no list/,
    );
  });
});
