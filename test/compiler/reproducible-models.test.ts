import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadModel, readTensor, type Tensor } from "hodu";
import { describe, expect, it } from "vitest";

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

/** Models with all that differs between targets: convolutions, products, softmax, normalisations, exp, erf, integers. */
const MODELS = [
  { name: "digits", folder: path("examples/digits") },
  ...["mnist-8", "micro-kws-fp32", "micro-kws-int8-qdq", "cct-2-32-transformer", "ultraface-rfb-320"].map((name) => ({
    name,
    folder: path(`../shared/data/models/${name}`),
  })),
];

async function outputsOf(folder: string, options: Parameters<typeof loadModel>[1]): Promise<Record<string, unknown>> {
  const model = await loadModel(`${folder}/model.onnx`, { ...options, reproducible: true, cache: false });
  try {
    const image = await readTensor(`${folder}/test_data_set_0/input_0.pb`);
    const outputs = await model.run({ [model.inputs[0].name]: image });
    return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, bitsOf(value as Tensor)]));
  } finally {
    await model.dispose();
  }
}

const bitsOf = ({ data }: Tensor): string => {
  const { buffer, byteOffset, byteLength } = data as Float32Array;
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
};

describe("a model with --reproducible", { timeout: 300_000 }, () => {
  it.each(MODELS.filter(({ folder }) => existsSync(folder)))(
    "$name gives the same bits on wasm and cpu, on one thread and two",
    async ({ folder }) => {
      const expected = await outputsOf(folder, { backend: "wasm", threads: 1 });
      expect(await outputsOf(folder, { backend: "wasm", threads: 2 })).toEqual(expected);
      for (const threads of [1, 2]) expect(await outputsOf(folder, { backend: "cpu", threads })).toEqual(expected);
    },
  );
});
