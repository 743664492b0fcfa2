/** Our ONNX files against the onnx package: its checker on models in every opset that can say them, its reader on tensors. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  denseData,
  downgradeModel,
  DTYPE_NAMES,
  allOperators,
  type Snapshot,
  type Tensor,
  tensorFrom,
} from "@hodu/core";
import { bytesSink, type CallContext } from "hodu-plugin-sdk";
import { afterAll, describe, expect, it } from "vitest";
import { sampleModel } from "../../packages/core/src/operators/sample-model.ts";
import { saveModel } from "../../plugins/format-onnx/src/save/save-model.ts";
import { saveTensors } from "../../plugins/format-onnx/src/save/save-tensors.ts";
import { findPython } from "../../tools/python-packages.ts";

const python = findPython();
const folder = mkdtempSync(join(tmpdir(), "hodu-peers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const script = fileURLToPath(new URL("fixtures/onnx_peer.py", import.meta.url));
const context: CallContext = { signal: new AbortController().signal, log: () => {}, progress: () => {} };

function ask<T>(question: "check" | "values"): T {
  const options = { encoding: "utf8", maxBuffer: 1 << 28 } as const;
  return JSON.parse(execFileSync(python.interpreter ?? "", [script, question, folder], options)) as T;
}

async function write(name: string, snapshot: Snapshot, opset: number | undefined): Promise<void> {
  const sink = bytesSink(name);
  await saveModel({ snapshot, source: undefined }, sink, opset === undefined ? {} : { opset }, context);
  writeFileSync(join(folder, name), sink.bytes());
}

/** What the checker of onnx 1.23 says of models that are as the standard wants them, by operator, and why. */
const KNOWN_COMPLAINTS: Readonly<Record<string, { readonly text: string; readonly why: string }>> = {
  LinearClassifier: { text: "differ in dimension 1", why: "it counts no class where there are no labels" },
  MeanVarianceNormalization: {
    text: "Inference error",
    why: "the body of its function is of another opset, and of f32",
  },
  Pad: { text: "Expected:int64 Actual:int32", why: "it reads axes of i32 as i64" },
  RMSNormalization: { text: "inconsistent type", why: "the body of its function does not cast the scale" },
  STFT: { text: "differ in dimension 2", why: "it takes onesided for 0 where it is left out" },
};

/** Every sample of every operator, in the lowest opset that can say it and in all later ones that changed the operator. */
async function writeSamples(): Promise<number> {
  let count = 0;
  for (const definition of allOperators()) {
    const { name, domain = "", versions } = definition;
    if (definition.reference === undefined) continue;
    for (const [i, sample] of (definition.samples?.() ?? []).entries()) {
      for (const held of [false, true]) {
        const snapshot = sampleModel(definition, sample, held);
        if (snapshot === undefined) continue;
        const { opsets, graph } = downgradeModel(snapshot);
        // it wants outputs of known rank
        if (graph.outputs.some(({ type }) => type?.kind === "tensor" && type.shape === undefined)) continue;
        const lowest = opsets.get("")!;
        const later = domain === "" ? versions.map(({ since }) => since).filter((since) => since > lowest) : [];
        for (const opset of [undefined, ...later]) {
          await write(`${name}.${i}.${held ? "held" : "given"}.${opset ?? "lowest"}.onnx`, snapshot, opset);
          count++;
        }
      }
    }
  }
  return count;
}

/** [3, 1] of a dtype. */
function columnOf(dtype: Tensor["dtype"]): Tensor {
  const lanes = dtype === "c64" || dtype === "c128" ? [1, -0, 2, 3, 4, 5] : [1, 0, 1];
  return tensorFrom(dtype, [3, 1], dtype === "string" ? ["", "a\0b", "한국어"] : lanes);
}

describe.skipIf(python.interpreter === undefined)("with the onnx package", () => {
  it("passes the checker with a sample of every operator in every opset", { timeout: 300_000 }, async () => {
    const count = await writeSamples();
    expect(count).toBeGreaterThan(2000);
    const complaints = Object.entries(ask<Record<string, string>>("check"));
    const isKnown = (name: string, text: string): boolean => {
      const known = KNOWN_COMPLAINTS[name.slice(0, name.indexOf("."))];
      return known !== undefined && text.includes(known.text);
    };
    expect(complaints.filter(([name, text]) => !isKnown(name, text))).toEqual([]);
    const seen = new Set(complaints.map(([name]) => name.slice(0, name.indexOf("."))));
    expect([...seen].sort()).toEqual(Object.keys(KNOWN_COMPLAINTS));
  });

  it("gives the elements of tensors of every dtype", { timeout: 60_000 }, async () => {
    for (const dtype of DTYPE_NAMES) {
      const sink = bytesSink(`${dtype}.pb`);
      await saveTensors({ values: [{ name: dtype, value: columnOf(dtype) }], metadata: [] }, sink, context);
      writeFileSync(join(folder, `${dtype}.pb`), sink.bytes());
    }
    const expected = DTYPE_NAMES.map((dtype) => {
      const data = denseData(columnOf(dtype));
      const isText = Array.isArray(data);
      const raw = isText ? null : Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex");
      return [`${dtype}.pb`, { name: dtype, shape: [3, 1], raw, texts: isText ? data : null }];
    });
    expect(ask("values")).toEqual(Object.fromEntries(expected));
  });
});
