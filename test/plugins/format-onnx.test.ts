import { readFileSync } from "node:fs";
import { type FormatFixture, formatSuite, sameFormatSuite } from "hodu-plugin-sdk/testing";
import { afterAll, describe } from "vitest";
import plugin from "../../plugins/format-onnx/src/index.ts";
import { floats, modelBytes, oneNode, value } from "../../plugins/format-onnx/src/testing/build-onnx.ts";
import { buildProcesses } from "./build-processes.ts";
import { describeBothWays } from "./suites.ts";

const processes = buildProcesses();
afterAll(async () => (await processes).remove());

const digits = new URL("../../examples/digits/", import.meta.url);
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, digits)));

/** A model whose weight is in the file "w.bin" beside it. */
function externalModel(): FormatFixture {
  const weight = floats("w", [3], []);
  const bytes = modelBytes(
    oneNode(
      { opType: "Add", input: ["x", "w"] },
      {
        input: [value("x", [3])],
        initializer: [
          {
            ...weight,
            rawData: new Uint8Array(0),
            dataLocation: 1,
            externalData: [
              { key: "location", value: "w.bin" },
              { key: "length", value: "12" },
            ],
          },
        ],
      },
    ),
  );
  const file = new Uint8Array(Float32Array.of(1, 2, 3).buffer);
  return { name: "external.onnx", kind: "model", bytes, siblings: new Map([["w.bin", file]]) };
}

const fixtures: readonly FormatFixture[] = [
  { name: "model.onnx", kind: "model", bytes: read("model.onnx") },
  externalModel(),
  { name: "input_0.pb", kind: "tensors", bytes: read("test_data_set_0/input_0.pb") },
  { name: "output_0.pb", kind: "tensors", bytes: read("test_data_set_0/output_0.pb") },
];

describe("the ONNX format", () => {
  describeBothWays(plugin, plugin.manifest, async () => (await processes).program("onnx"), {
    each: (load) => formatSuite(load, fixtures, { rewrites: true }),
    both: (one, other) => sameFormatSuite(one, other, fixtures),
  });
});
