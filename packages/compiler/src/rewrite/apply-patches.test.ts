import {
  findingsOf,
  type Graph,
  GraphBuilder,
  type Node,
  type Patch,
  type Snapshot,
  tensorFrom,
  tensorType,
} from "@hodu/core";
import { describe, expect, it } from "vitest";
import { heldTensor } from "../testing/held-tensor.ts";
import { applyPatches } from "./apply-patches.ts";

const pair = tensorType("f32", [2]);

const node = (op: string, name: string, inputs: readonly string[], outputs: readonly string[]): Node => {
  return { op, domain: "", name, inputs, outputs, attributes: [], origin: [] };
};

const patch = (parts: Partial<Patch>): Patch => ({
  pattern: "p",
  remove: [],
  add: [],
  weights: [],
  rename: [],
  ...parts,
});

/** x -> Abs -> a -> Neg -> b -> Exp -> y. */
function chain(...outputs: readonly string[]): Snapshot {
  const builder = new GraphBuilder("chain");
  builder.input("x", pair);
  builder.node("Abs", ["x"], {}, { name: "abs", outputs: ["a"] });
  builder.node("Neg", ["a"], {}, { name: "neg", outputs: ["b"] });
  builder.node("Exp", ["b"], {}, { name: "exp", outputs: ["y"] });
  for (const name of outputs) builder.output(name);
  return builder.build();
}

/** The nodes as `Op(inputs) outputs`. */
const text = ({ nodes }: Graph): readonly string[] =>
  nodes.map(({ op, inputs, outputs }) => `${op}(${inputs.join()}) ${outputs.join()}`);

function apply(snapshot: Snapshot, ...patches: readonly Patch[]): Snapshot {
  const patched = applyPatches(snapshot, patches).snapshot;
  expect(findingsOf(patched)).toEqual([]);
  return patched;
}

describe("applyPatches", () => {
  it("puts a node for others, which joins their origins", () => {
    const one = patch({ remove: ["abs", "neg"], add: [node("Sign", "sign", ["x"], ["b"])] });
    const { graph } = apply(chain("y"), one);
    expect(text(graph)).toEqual(["Sign(x) b", "Exp(b) y"]);
    expect(graph.nodes[0].origin).toEqual(["abs", "neg"]);
  });

  it("lets the maker of a value take the name of an output that is renamed to it", () => {
    expect(text(apply(chain("y"), patch({ remove: ["exp"], rename: [["y", "b"]] })).graph)).toEqual([
      "Abs(x) a",
      "Neg(a) y",
    ]);
  });

  it("copies a value where an output is renamed to an input, or to another output", () => {
    const patched = apply(chain("a"), patch({ remove: ["abs"], rename: [["a", "x"]] }));
    expect(text(patched.graph).at(-1)).toBe("Identity(x) a");
    expect(patched.graph.nodes.at(-1)?.origin).toEqual(["abs"]);
    expect(text(apply(chain("b", "y"), patch({ remove: ["exp"], rename: [["y", "b"]] })).graph).at(-1)).toBe(
      "Identity(b) y",
    );
  });

  it("follows renames of several patches to the value that stays", () => {
    const patches = [
      patch({ remove: ["abs"], rename: [["a", "x"]] }),
      patch({ remove: ["neg"], rename: [["b", "a"]] }),
    ];
    expect(text(apply(chain("y"), ...patches).graph)).toEqual(["Exp(x) y"]);
  });

  it("leaves a patch for later that touches what another touches", () => {
    const first = patch({ remove: ["abs", "neg"], add: [node("Sign", "sign", ["x"], ["b"])] });
    const second = patch({ remove: ["neg", "exp"], add: [node("Sign", "sign2", ["a"], ["y"])] });
    const reads = patch({ remove: ["exp"], add: [node("Sign", "sign3", ["a"], ["y"])] });
    const { applied, deferred } = applyPatches(chain("y"), [first, second, reads]);
    expect([applied, deferred]).toEqual([[first], [second, reads]]);
  });

  it("applies patches one at a time that together would form a cycle", () => {
    const builder = new GraphBuilder("g");
    builder.input("x", pair);
    for (const side of ["l", "r"]) {
      builder.node("Abs", ["x"], {}, { name: `${side}1`, outputs: [`${side}a`] });
      builder.node("Neg", [`${side}a`], {}, { name: `${side}2`, outputs: [`${side}b`] });
      builder.output(`${side}b`);
    }
    // each joins two nodes that do not depend on one another
    const join = (one: string, other: string, inputs: string[], outputs: string[]): Patch =>
      patch({ remove: [one, other], add: [node("Split", `${one}${other}`, inputs, outputs)] });
    const patches = [join("l1", "r2", ["ra"], ["la", "rb"]), join("r1", "l2", ["la"], ["ra", "lb"])];
    const { applied, deferred } = applyPatches(builder.build(), patches);
    expect([applied, deferred]).toEqual([[patches[0]], [patches[1]]]);
  });

  it("sorts nodes that come before what they read, and keeps the others in their order", () => {
    const early = patch({
      remove: ["abs"],
      add: [node("Add", "add", ["x", "late"], ["a"]), node("Sign", "s", ["x"], ["late"])],
    });
    expect(text(apply(chain("y"), early).graph)).toEqual(["Sign(x) late", "Add(x,late) a", "Neg(a) b", "Exp(b) y"]);
  });

  it("renames what graphs inside of nodes read", () => {
    const builder = new GraphBuilder("g");
    builder.input("x", pair);
    builder.node("Identity", ["x"], {}, { name: "id", outputs: ["h"] });
    const condition = builder.weight("c", tensorFrom("bool", [], [1]));
    const branch = (name: string) => {
      const inner = builder.subgraph(name);
      inner.output(inner.node("Neg", ["h"])[0]);
      return inner.graph();
    };
    const bare = builder.subgraph("bare");
    bare.output("h");
    const [y] = builder.node("If", [condition], { then_branch: branch("t"), else_branch: bare.graph() });
    builder.output(y);
    const { graph } = apply(builder.build(), patch({ remove: ["id"], rename: [["h", "x"]] }));
    const [then, otherwise] = graph.nodes[0].attributes.map(({ value }) => value.value as Graph);
    expect([then.nodes[0].inputs, otherwise.outputs[0].name]).toEqual([["x"], "x"]);
  });

  it("adds weights in one store, and drops those that nothing reads", () => {
    const builder = new GraphBuilder("g");
    const x = builder.input("x", pair);
    builder.weight("old", tensorFrom("f32", [2], [1, 2]));
    builder.node("Add", [x, "old"], {}, { name: "add", outputs: ["y"] });
    builder.output("y");
    const value = tensorFrom("f32", [2], [3, 4]);
    const add = [node("Mul", "mul", ["x", "new"], ["y"])];
    const one = patch({ remove: ["add"], add, weights: [{ name: "new", value }], dropWeights: ["old"] });
    const patched = apply(builder.build(), one);
    expect(patched.graph.weights.map(({ name, store }) => [name, store])).toEqual([["new", 1]]);
    expect(heldTensor(patched, "new").data).toEqual(new Float32Array([3, 4]));
  });

  it("refuses a patch that breaks a rule by itself", () => {
    const refused: readonly [Partial<Patch>, string][] = [
      [{ remove: ["none"] }, 'there is no node "none" to remove'],
      [{ remove: ["neg"] }, 'nothing makes "b", which "exp" reads'],
      [{ remove: ["exp"] }, 'nothing makes the output "y"'],
      [
        {
          remove: ["neg"],
          rename: [
            ["b", "a"],
            ["a", "x"],
          ],
        },
        'it renames "a", which no removed node makes',
      ],
      [{ add: [node("Neg", "new", ["x"], ["a"])] }, 'it makes "a", which is there already'],
      [{ add: [node("Neg", "abs", ["x"], ["new"])] }, 'there is a node "abs" already'],
      [{ remove: ["abs"], add: [node("Neg", "n", ["b"], ["a"])] }, "its nodes would form a cycle"],
    ];
    for (const [parts, message] of refused) expect(() => applyPatches(chain("y"), [patch(parts)])).toThrow(message);
  });
});
