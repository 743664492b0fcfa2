import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bytesOfTensor, type NamedValue, tensorFrom, tensorOf, type Value } from "@hodu/core";
import { bytesSink, type CallContext } from "hodu-plugin-sdk";
import { afterAll, describe, expect, it } from "vitest";
import { formatsPlugin } from "./plugin.ts";
import { modelOfEveryKind } from "./testing/model-of-every-kind.ts";

const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };
const reader = fileURLToPath(new URL("testing/read_container.py", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "hodu-python-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function hasPython(): boolean {
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const readWithPython = (path: string): unknown =>
  JSON.parse(execFileSync("python3", [reader, path], { encoding: "utf8" }));
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe.skipIf(!hasPython())("a reader in Python, written from the page alone (skipped without python3)", () => {
  it.each([{}, { externalWeights: true }])("reads a .hdss, with %j", async (options) => {
    const sink = bytesSink("m.hdss");
    const snapshot = modelOfEveryKind();
    await formatsPlugin.formats!.hdss.saveModel!({ snapshot, source: undefined }, sink, options, context);
    for (const file of [sink, ...sink.siblings.values()]) writeFileSync(join(folder, file.name), file.bytes());
    const inner = snapshot.graph.nodes[1].attributes[0].value;
    const weights = [...snapshot.graph.weights, ...(inner.kind === "graph" ? inner.value.weights : [])];
    const expected = weights.map(({ name, dtype, shape, store, offset, length }) => {
      const body = snapshot.stores[store];
      const bytes = body.kind === "bytes" ? body.bytes.subarray(offset, offset + length) : new Uint8Array(0);
      return [name, dtype, shape, sha256(bytes)];
    });
    expect(readWithPython(join(folder, "m.hdss"))).toEqual({ nodes: ["Add", "Reshape"], found: expected });
  });

  it("reads a .hdt", async () => {
    const tensors = [
      tensorFrom("f16", [2, 1], [1, Number.NaN]),
      tensorOf("string", [2], ["é", ""]),
      tensorFrom("u4", [3], [1, 2, 15]),
    ];
    const nested: Value = { kind: "sequence", element: { kind: "tensor", dtype: "u4" }, items: [tensors[2]] };
    const values: NamedValue[] = [
      { name: "x", value: tensors[0] },
      { name: "__proto__", value: tensors[1] },
      { name: "s", value: nested },
    ];
    const sink = bytesSink("x.hdt");
    await formatsPlugin.formats!.hdt.saveTensors!({ values, metadata: [["k", "v"]] }, sink, context);
    writeFileSync(join(folder, "x.hdt"), sink.bytes());
    const names = ["x", "__proto__", "s[0]"];
    expect(readWithPython(join(folder, "x.hdt"))).toEqual({
      metadata: [["k", "v"]],
      found: tensors.map((tensor, i) => [names[i], tensor.dtype, tensor.shape, sha256(bytesOfTensor(tensor))]),
    });
  });
});
