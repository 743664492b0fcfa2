import {
  type Graph,
  GraphBuilder,
  type HoduError,
  numbers,
  type Snapshot,
  symbolDim,
  type Tensor,
  tensorFrom,
  tensorType,
} from "@hodu/core";
import { newSha256 } from "#sha256";
import { describe, expect, it } from "vitest";
import type { Artifact } from "../../contracts/backend.ts";
import { quietContext } from "../../testing/contract-test.ts";
import { compiledBackend } from "../compiled-backend.ts";
import { evaluatorGenerator } from "../testing/evaluator-generator.ts";
import { checkPlan } from "./check-plan.ts";
import { readArtifact } from "./read-artifact.ts";

const backend = compiledBackend(evaluatorGenerator());
const options = { device: "cpu", precision: "native" } as const;
const inputs = [{ name: "x", value: tensorFrom("f32", [2], [1, -2]) }];

/** A kernel with a weight and a call. */
function small(): Snapshot {
  const graph = new GraphBuilder("small");
  const x = graph.input("x", tensorType("f32", [2]));
  const [y] = graph.node("Mul", [x, graph.weight("w", tensorFrom("f32", [2], [3, 4]))]);
  const [z] = graph.node("NonZero", [y]);
  graph.output(y);
  graph.output(z);
  return graph.build();
}

const compile = (): Promise<Artifact> =>
  backend.compile({ snapshot: small(), source: undefined }, options, quietContext());

/** What a run of an artifact's bytes gives: the first output, or the code of the error. */
async function outcome(artifact: Artifact, bytes: Uint8Array): Promise<readonly number[] | string> {
  try {
    const limits = { threads: 1, maxMemory: 1 << 20 };
    const session = await backend.load({ ...artifact, bytes, isVerified: false }, undefined, limits, quietContext());
    const { outputs } = await session.run(inputs, {}, quietContext());
    return Array.from(numbers(outputs[0].value as Tensor));
  } catch (error) {
    return (error as HoduError).code;
  }
}

/** The same artifact with another text in its header, its digest put right. */
function withText(bytes: Uint8Array, change: (text: string) => string): Uint8Array {
  const length = new DataView(bytes.buffer).getUint32(12, true);
  const text = new TextDecoder().decode(bytes.subarray(48, 48 + length));
  const changed = new TextEncoder().encode(change(text));
  expect(changed.length, "the length of the text may not change").toBe(length);
  const hash = newSha256();
  hash.update(changed);
  const out = new Uint8Array(bytes);
  out.set(changed, 48);
  out.set(hash.digest(), 16);
  return out;
}

describe("an artifact", () => {
  it("is refused with any bit of it changed, unless nothing depends on that", async () => {
    const artifact = await compile();
    const right = await outcome(artifact, artifact.bytes);
    expect(right).toEqual([3, -8]);
    let refused = 0;
    for (let at = 0; at < artifact.bytes.length; at++) {
      const bytes = new Uint8Array(artifact.bytes);
      bytes[at] ^= 1 << (at % 8);
      const found = await outcome(artifact, bytes);
      if (found === "BAD_MODEL") refused++;
      else expect(found, `byte ${at}`).toEqual(right);
    }
    // zeros between the parts may be anything
    expect(refused).toBeGreaterThan(0.8 * artifact.bytes.length);
  });

  it("is refused when it is cut or has more at its end", async () => {
    const artifact = await compile();
    for (let length = 0; length < artifact.bytes.length; length += 7)
      expect(await outcome(artifact, artifact.bytes.slice(0, length)), `${length} bytes`).toBe("BAD_MODEL");
    const longer = new Uint8Array(artifact.bytes.length + 1);
    longer.set(artifact.bytes);
    expect(await outcome(artifact, longer)).toBe("BAD_MODEL");
  });

  it("is refused when its plan says what cannot be, though its digest is right", async () => {
    const artifact = await compile();
    const changes: readonly (readonly [from: string, to: string])[] = [
      ['"buffers":[0,1,2]', '"buffers":[0,1,9]'],
      ['"bytes":8', '"bytes":9'],
      ['"constantBytes":64', '"constantBytes":65'],
      ['"kind":"constant","offset":0', '"kind":"constant","offset":8'],
      ['"kind":"input","name":"x"', '"kind":"input","name":"q"'],
      ['"place":{"kind":"output","name":"Mul_0_out"}', '"place":{"kind":"output","name":"Mul_0_ouu"}'],
      ['"memory":"f32"', '"memory":"f64"'],
      ['"dims":[2]', '"dims":[3]'],
      ['"node":0', '"node":7'],
      ['"from":0', '"from":8'],
      ['"operator":"Mul","flops":2', '"operator":"","flops":-222'],
    ];
    for (const [from, to] of changes) {
      const bytes = withText(artifact.bytes, (text) => {
        expect(text).toContain(from);
        return text.replace(from, to);
      });
      expect(await outcome(artifact, bytes), `${from} -> ${to}`).toBe("BAD_MODEL");
    }
  });

  it("is refused when a kernel would read and write the same memory as two buffers", async () => {
    const graph = new GraphBuilder("rows");
    const x = graph.input("x", tensorType("f32", [4, 4]));
    graph.output(graph.node("MatMul", [graph.node("Softmax", [x])[0], x])[0]);
    const artifact = await backend.compile({ snapshot: graph.build(), source: undefined }, options, quietContext());
    const { unit } = await readArtifact(artifact.bytes, () => undefined);
    expect(() => checkPlan(unit!)).not.toThrow();
    const { plan } = unit!;
    const together = plan.buffers.map((buffer) =>
      buffer.place.kind === "arena" ? { ...buffer, place: { kind: "arena", offset: 0 } as const } : buffer,
    );
    expect(() => checkPlan({ ...unit!, plan: { ...plan, buffers: together } })).toThrow(/in one step/);
  });

  it("is refused when its plan has a size that inputs or results do not have", async () => {
    const graph = new GraphBuilder("rows");
    const x = graph.input("x", tensorType("f32", [symbolDim("n"), 4]));
    const w = graph.weight("w", tensorFrom("f32", [4], [1, 2, 3, 4]));
    graph.output(graph.node("Softmax", [graph.node("Add", [x, w])[0]])[0]);
    const artifact = await backend.compile({ snapshot: graph.build(), source: undefined }, options, quietContext());
    const unit = (await readArtifact(artifact.bytes, () => undefined)).unit!;
    const { plan } = unit;
    expect([unit.sized, plan.size]).toEqual([["x"], 1]);
    expect(() => checkPlan(unit)).not.toThrow();
    const sizedAlong = (kind: string, sizedAxis: number) =>
      plan.buffers.map((buffer) => (buffer.place.kind === kind ? { ...buffer, sizedAxis } : buffer));
    const { sized: _, ...without } = unit;
    for (const wrong of [
      without,
      { ...unit, sized: [] },
      { ...unit, sized: ["w"] },
      { ...unit, plan: { ...plan, size: 2 } },
      { ...unit, plan: { ...plan, buffers: sizedAlong("constant", 0) } },
      { ...unit, plan: { ...plan, buffers: sizedAlong("input", 1) } },
      { ...unit, plan: { ...plan, buffers: sizedAlong("output", 9) } },
    ])
      expect(() => checkPlan(wrong)).toThrow(/size/);
  });

  it("is refused when an input of its program may be left out", async () => {
    const { unit } = await readArtifact((await compile()).bytes, () => undefined);
    const { graph } = unit!.calls;
    const withInputs = (all: Graph["inputs"]) => ({
      ...unit!,
      calls: { ...unit!.calls, graph: { ...graph, inputs: all } },
    });
    expect(() => checkPlan(withInputs(graph.inputs))).not.toThrow();
    expect(() => checkPlan(withInputs(graph.inputs.map((input) => ({ ...input, default: "w" }))))).toThrow(
      "found a default",
    );
  });

  it("of another backend or version is refused", async () => {
    const artifact = await compile();
    expect(await outcome({ ...artifact, version: "9.9.9" }, artifact.bytes)).toBe("UNSUPPORTED");
    expect(await outcome({ ...artifact, backend: "other" }, artifact.bytes)).toBe("UNSUPPORTED");
  });

  it("holds the bytes of the program and of what it calls, not those of weights that kernels have in another form", async () => {
    const graph = new GraphBuilder("products");
    const weights = tensorFrom(
      "f32",
      [64, 64],
      Array.from({ length: 4096 }, (_, i) => i % 7),
    );
    const [y] = graph.node("MatMul", [graph.input("x", tensorType("f32", [1, 64])), graph.weight("w", weights)]);
    graph.output(y);
    const model = { snapshot: graph.build(), source: undefined };
    const { bytes, report } = await backend.compile(model, options, quietContext());
    const code = report!.constantBytes;
    expect(code).toBeGreaterThanOrEqual(4 * 4096);
    expect(bytes.length - code).toBeLessThan(4 * 4096);
  });
});
