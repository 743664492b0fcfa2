import { GraphBuilder, tensorType } from "@hodu/core";
import { describe, expect, it } from "vitest";
import { defineTransform } from "./define-transform.ts";
import { transform, Transformation, type TransformationClass, transformInfoOf, transformOf } from "./transform.ts";

const context = { signal: new AbortController().signal, log: () => {}, progress: () => {} };

function emptyModel() {
  const builder = new GraphBuilder("g");
  builder.output(builder.input("x", tensorType("f32", [1])));
  return builder.build();
}

describe("defineTransform", () => {
  it("takes aliases of stages and says what the transform is (B-097, B-099, B-100)", () => {
    const { info } = defineTransform({ name: "RemoveIdentity", stage: "cleanup", requires: ["dead-code"] }, () => []);
    expect(info).toEqual({
      type: "transform",
      name: "RemoveIdentity",
      stage: "graph_cleanup",
      version: "0.0.0",
      requires: ["dead-code"],
    });
  });

  it("wants a name and a stage that there is", () => {
    expect(() => defineTransform({ name: "", stage: "cleanup" }, () => [])).toThrow('found the name ""');
    expect(() => defineTransform({ name: "x", stage: "clean_up" }, () => [])).toThrow('Cannot use stage "clean_up"');
    expect(() => defineTransform({ name: "x" } as never, () => [])).toThrow("it has no stage");
  });

  it("turns what a function throws into a rejection", async () => {
    const failing = defineTransform({ name: "x", stage: "cleanup" }, () => {
      throw new Error("no");
    });
    await expect(failing.apply(emptyModel(), {}, context)).rejects.toThrow("no");
  });
});

describe("transform", () => {
  class Pattern extends Transformation {
    apply(_snapshot: unknown, config: { readonly pattern?: unknown }) {
      return [{ pattern: String(config.pattern), remove: [], add: [], weights: [], rename: [] }];
    }
  }

  it("gives the class back as it is, with what was said of it (B-009, B-099, B-102)", async () => {
    expect(transform({ name: "pattern", stage: "topology_opt", version: "1.2.0" })(Pattern)).toBe(Pattern);
    expect(transformInfoOf(Pattern)).toMatchObject({ stage: "topology_optimization", version: "1.2.0" });
    const patches = await transformOf(Pattern).apply(emptyModel(), { pattern: "p" }, context);
    expect(patches.map(({ pattern }) => pattern)).toEqual(["p"]);
  });

  it("is a TypeError on a class that does not extend Transformation (B-098)", () => {
    class Other {}
    const decorate = transform({ name: "other", stage: "cleanup" });
    expect(() => decorate(Other as unknown as TransformationClass)).toThrow(TypeError);
    expect(() => transformOf(Other as unknown as TransformationClass)).toThrow(TypeError);
    expect(transformInfoOf(Other as unknown as TransformationClass)).toBeUndefined();
  });
});
