import { GraphBuilder, HoduError, type Snapshot, tensorFrom, tensorType } from "@hodu/core";
import { describe, expect, it } from "vitest";
import type { BackendPlugin } from "../contracts/backend.ts";
import type { FormatPlugin } from "../contracts/format.ts";
import type { BackendComponent, FormatComponent, Manifest } from "../contracts/manifest.ts";
import type { Plugin } from "../contracts/plugin.ts";
import { encodeSnapshot } from "../protocol/snapshot-bytes.ts";
import { backendSuite } from "./backend-suite.ts";
import type { ContractTest } from "./contract-test.ts";
import { type FormatFixture, formatSuite } from "./format-suite.ts";
import { sameFormatSuite } from "./same-results.ts";

const manifest: Omit<Manifest, "components"> = {
  id: "hodu-test",
  version: "1.0.0",
  description: "A test.",
  author: "The Hodu authors",
  license: "Apache-2.0",
  sdk: "^0.3.0",
};
const component: FormatComponent = {
  kind: "format",
  name: "toy",
  title: "Toy",
  modelExtensions: [".toy"],
  tensorExtensions: [],
  capabilities: ["load_model"],
};
const backendComponent: BackendComponent = { kind: "backend", name: "toy", devices: ["cpu"], capabilities: ["run"] };

/** The names of the tests that fail, `:` and what follows cut off. */
async function failing(tests: readonly ContractTest[]): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of tests) await run().catch(() => failed.push(name));
  return failed;
}

function toyModel(size: number): Snapshot {
  const graph = new GraphBuilder("toy");
  const x = graph.input("x", tensorType("f32", [size]));
  const [y] = graph.node("Add", [x, graph.weight("w", tensorFrom("f32", [1], [size]))]);
  graph.output(y);
  return graph.build();
}

/** Files of "toy" and one digit. */
const good: FormatPlugin = {
  async loadModel(source, { signal }) {
    const bytes = await source.read(0, source.size);
    signal.throwIfAborted();
    const text = new TextDecoder().decode(bytes);
    if (/^toy\d$/.test(text)) return toyModel(Number(text[3]));
    throw new HoduError("BAD_MODEL", `Cannot read ${source.name}: found other text, expected "toy" and a digit`, {
      where: { file: source.name },
    });
  },
};

function formatPlugin(format: Partial<FormatPlugin>, changed: Partial<FormatComponent> = {}): Plugin {
  return {
    manifest: { ...manifest, components: [{ ...component, ...changed }] },
    formats: { toy: { ...good, ...format } },
  };
}

const fixture: FormatFixture = { name: "a.toy", kind: "model", bytes: new TextEncoder().encode("toy3") };
const failingFormat = (plugin: Plugin): Promise<string[]> => failing(formatSuite(() => plugin, [fixture]));

describe("the format suite", () => {
  it("passes a good format", async () => {
    expect(await failingFormat(formatPlugin({}))).toEqual([]);
  });

  it("finds a format that is not what its manifest says", async () => {
    expect(await failingFormat(formatPlugin({}, { modelExtensions: ["toy"] }))).toEqual(["has a valid manifest"]);
    const plugin = formatPlugin({ loadTensors: async () => ({ values: [], metadata: [] }) });
    expect(await failingFormat(plugin)).toEqual(["implements the components of its manifest, and no others"]);
  });

  it("finds a format that gives something else each time, or something that is no data", async () => {
    let count = 0;
    const counting = formatPlugin({ loadModel: async () => ({ ...toyModel(3), producer: String(count++) }) });
    expect(await failingFormat(counting)).toContain("reads a.toy, the same each time, and gives data");
    const withFunction = formatPlugin({
      loadModel: async () => ({ ...toyModel(3), close: () => {} }),
    });
    expect(await failingFormat(withFunction)).toContain("reads a.toy, the same each time, and gives data");
    const invalid = formatPlugin({
      loadModel: async () => ({ ...toyModel(3), stores: [] }),
    });
    expect(await failingFormat(invalid)).toContain("reads a.toy, the same each time, and gives data");
  });

  it("finds a format that takes anything, fails in its own way, or cannot be stopped", async () => {
    expect(await failingFormat(formatPlugin({ loadModel: async () => toyModel(3) }))).toEqual([
      "refuses a.toy when it holds other bytes, and names the file",
      "passes on what goes wrong when a.toy is read",
      "ends a reading of a.toy that is cancelled",
    ]);
    const crude = formatPlugin({
      async loadModel(source, context) {
        await source.read(0, source.size);
        context.signal.throwIfAborted();
        return toyModel(Number(JSON.parse(new TextDecoder().decode(await source.read(3, source.size - 3)))));
      },
    });
    expect(await failingFormat(crude)).toEqual([
      "refuses a.toy when it holds other bytes, and names the file",
      "fails on a damaged a.toy with a HoduError, if it fails",
    ]);
  });

  it("finds that two plugins do not give the same", async () => {
    const other = formatPlugin({ loadModel: async () => toyModel(4) });
    const tests = sameFormatSuite(
      () => formatPlugin({}),
      () => other,
      [fixture],
    );
    expect(await failing(tests)).toEqual([
      "reads the same from a.toy both ways",
      "refuses a damaged a.toy with the same words both ways",
    ]);
  });
});

describe("the backend suite", () => {
  it("finds a backend that gives back what it gets, checks nothing, and cannot be stopped", async () => {
    const backend: BackendPlugin = {
      supports: async (node) => (node.op === "Identity" || node.op === "Loop" ? true : "it has only Identity"),
      compile: async ({ snapshot }, { device, precision }) => ({
        backend: "another",
        version: manifest.version,
        device,
        precision,
        bytes: encodeSnapshot(snapshot),
      }),
      load: async () => ({ run: async (inputs) => ({ outputs: inputs, peakBytes: 0 }), dispose: async () => {} }),
    };
    const plugin: Plugin = { manifest: { ...manifest, components: [backendComponent] }, backends: { toy: backend } };
    const failed = await failing(backendSuite(() => plugin));
    expect(failed).not.toContain("runs Identity on f32[5], or says why not");
    expect(failed).toEqual(
      expect.arrayContaining([
        "runs Add on f32[2, 2], or says why not",
        "compiles to the same bytes each time, and says what they are",
        "refuses a device that it does not have",
        "ends a run within 50 ms when it is cancelled",
        "refuses inputs that do not fit the model",
        "refuses to run a session that was disposed of",
        "does not take more memory than it may",
      ]),
    );
  });
});
