import {
  addDims,
  compareValues,
  GraphBuilder,
  type NamedValue,
  type Snapshot,
  symbolDim,
  tensorType,
} from "@hodu/core";
import { describe, expect, it } from "vitest";
import type { Session } from "../../contracts/backend.ts";
import { quietContext } from "../../testing/contract-test.ts";
import type { CodeGenerator } from "../code-generator.ts";
import { evaluatorGenerator, type EvaluatorOptions } from "../testing/evaluator-generator.ts";
import { batchedAttention as attention, batchedNetwork as network, wave } from "../testing/batch-models.ts";
import { openSession, runReference } from "../testing/run-compiled.ts";

const context = quietContext();
const TOLERANCE = { relative: 1e-4, absolute: 1e-5 };

/** A generator that counts the programs that it makes code of, and those that are loaded. */
function counting(options: EvaluatorOptions = {}): { generator: CodeGenerator; made: () => number } {
  const inner = evaluatorGenerator(options);
  let made = 0;
  return {
    generator: {
      ...inner,
      async generate(...all) {
        made++;
        return inner.generate(...all);
      },
    },
    made: () => made,
  };
}

async function expectRight(session: Session, snapshot: Snapshot, inputs: readonly NamedValue[]): Promise<void> {
  const expected = await runReference(snapshot, inputs);
  const { outputs } = await session.run(inputs, {}, context);
  expected.forEach((value, i) => expect(compareValues(outputs[i].value, value, TOLERANCE)).toBeUndefined());
}

describe("a session of a model whose batch is open", () => {
  it.each([
    ["images", network(), [2, 6, 6], true],
    ["images, in memory of the engine", network(), [2, 6, 6], false],
    ["an attention", attention(5), [5, 8], true],
  ])(
    "runs any batch of %s by code that was made once, with the artifact",
    async (_, snapshot, dims, reachesAllMemory) => {
      const { generator, made } = counting({ reachesAllMemory, vectorBytes: 32 });
      const session = await openSession(generator, snapshot);
      expect(made()).toBe(1);
      for (const batch of [2, 1, 3, 7, 64, 2])
        await expectRight(session, snapshot, [{ name: "x", value: wave([batch, ...dims]) }]);
      expect(made()).toBe(1);
      await session.dispose();
    },
  );

  it("compiles once for each other symbol's value, whatever the batch is, and keeps that for later sessions", async () => {
    const kept = new Map<string, Uint8Array>();
    const keep = async (key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> => {
      const found = kept.get(key) ?? (await make());
      kept.set(key, found);
      return found;
    };
    const { generator, made } = counting();
    const snapshot = attention("length");
    for (let turn = 0; turn < 2; turn++) {
      const session = await openSession(generator, snapshot, {}, 1 << 24, keep);
      for (const [batch, length] of [
        [1, 3],
        [4, 3],
        [4, 6],
        [2, 3],
        [7, 6],
      ])
        await expectRight(session, snapshot, [{ name: "x", value: wave([batch, length, 8]) }]);
      expect(made()).toBe(2);
      await session.dispose();
    }
  });

  it("compiles for each batch where its number is part of the code, and gives what the reference gives", async () => {
    const graph = new GraphBuilder("mixed");
    const x = graph.input("x", tensorType("f32", [symbolDim("batch"), 3]));
    graph.output(graph.node("Softmax", [x], { axis: 0 })[0]);
    const snapshot = graph.build();
    const { generator, made } = counting();
    const kept = new Map<string, Uint8Array>();
    const keep = async (key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> => {
      const found = kept.get(key) ?? (await make());
      kept.set(key, found);
      return found;
    };
    for (let turn = 0; turn < 2; turn++) {
      const session = await openSession(generator, snapshot, {}, 1 << 24, keep);
      for (const batch of [1, 2, 7, 2]) await expectRight(session, snapshot, [{ name: "x", value: wave([batch, 3]) }]);
      expect(made()).toBe(3);
      await session.dispose();
    }
  });

  it("takes the batch from the first of several inputs, refuses another in a second one, and runs none at all", async () => {
    const graph = new GraphBuilder("two");
    const batch = symbolDim("batch");
    const [a, b] = ["a", "b"].map((name) => graph.input(name, tensorType("f32", [batch, 2])));
    graph.output(graph.node("Add", [a, b])[0]);
    const snapshot = graph.build();
    const { generator, made } = counting();
    const session = await openSession(generator, snapshot);
    const inputs = (rowsOfA: number, rowsOfB: number): NamedValue[] => [
      { name: "a", value: wave([rowsOfA, 2]) },
      { name: "b", value: wave([rowsOfB, 2]) },
    ];
    await expectRight(session, snapshot, inputs(3, 3));
    expect(made()).toBe(1);
    await expect(session.run(inputs(3, 2), {}, context)).rejects.toMatchObject({ code: "BAD_INPUT" });
    await expectRight(session, snapshot, inputs(0, 0));
    await session.dispose();
  });

  it("leaves a batch that is part of another dim to programs of their own", async () => {
    const graph = new GraphBuilder("shifted");
    const n = symbolDim("n");
    const a = graph.input("a", tensorType("f32", [n, 2]));
    const b = graph.input("b", tensorType("f32", [addDims(n, 1), 2]));
    graph.output(graph.node("Concat", [a, b], { axis: 0 })[0]);
    const snapshot = graph.build();
    const session = await openSession(evaluatorGenerator(), snapshot);
    for (const rows of [1, 4])
      await expectRight(session, snapshot, [
        { name: "a", value: wave([rows, 2]) },
        { name: "b", value: wave([rows + 1, 2]) },
      ]);
    await session.dispose();
  });
});
