import { GraphBuilder, HoduError, type Snapshot, tensorFrom, tensorType } from "@hodu/core";
import { describe, expect, it } from "vitest";
import type { BackendPlugin } from "../contracts/backend.ts";
import type { FormatPlugin } from "../contracts/format.ts";
import type { BackendComponent, FormatComponent, Manifest } from "../contracts/manifest.ts";
import type { KnownPlugin } from "../contracts/plugin.ts";
import { decodeSnapshot, encodeSnapshot } from "../protocol/snapshot-bytes.ts";
import { backendSuite } from "./backend-suite.ts";
import type { ContractTest } from "./contract-test.ts";
import type { FormatFixture } from "./format-fixture.ts";
import { formatSuite } from "./format-suite.ts";
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

const MAGIC = [116, 111, 121, 33];
const withMagic = (bytes: Uint8Array): Uint8Array => Uint8Array.of(...MAGIC, ...bytes);

/** A model as `encodeSnapshot` has it, after four bytes of magic; its weights lie in the file. */
const decoding: FormatPlugin["loadModel"] = async (source, { signal }) => {
  const bytes = await source.read(0, source.size);
  signal.throwIfAborted();
  try {
    if (MAGIC.some((byte, i) => bytes[i] !== byte)) throw new Error("no magic");
    return decodeSnapshot(bytes.slice(MAGIC.length));
  } catch (cause) {
    throw new HoduError("BAD_MODEL", `Cannot read ${source.name}`, { cause, where: { file: source.name } });
  }
};

const encodingOf: NonNullable<FormatPlugin["saveModel"]> = async ({ snapshot }, sink, _options, { signal }) => {
  signal.throwIfAborted();
  await sink.write(withMagic(encodeSnapshot(snapshot)));
};

function formatPlugin(format: Partial<FormatPlugin>, changed: Partial<FormatComponent> = {}): KnownPlugin {
  return {
    manifest: { ...manifest, components: [{ ...component, ...changed }] },
    formats: { toy: { ...good, ...format } },
  };
}

const fixture: FormatFixture = { name: "a.toy", kind: "model", bytes: new TextEncoder().encode("toy3") };
const failingFormat = (plugin: KnownPlugin): Promise<string[]> => failing(formatSuite(() => plugin, [fixture]));

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

/** Files of "tensors", a digit for each, and a line of metadata; the digits are in a file of their own. */
const saving: Required<Pick<FormatPlugin, "loadTensors" | "saveTensors">> = {
  async loadTensors(source, _options, { signal }) {
    const [head = "", key, value] = new TextDecoder().decode(await source.read(0, source.size)).split("\n");
    if (head !== "tensors" || key === undefined || value === undefined) {
      throw new HoduError("BAD_TENSOR_FILE", `Cannot read ${source.name}: it is something else`, {
        where: { file: source.name },
      });
    }
    const digits = await source.sibling("digits");
    const bytes = await digits.read(0, digits.size);
    signal.throwIfAborted();
    const values = [...bytes].map((byte, i) => ({ name: `v${i}`, value: tensorFrom("u8", [], [byte]) }));
    return { values, metadata: [[key, value]] };
  },
  async saveTensors({ values, metadata: [[key, value]] }, sink, { signal }) {
    signal.throwIfAborted();
    await sink.write(new TextEncoder().encode(`tensors\n${key}\n${value}`));
    const digits = await sink.sibling("digits");
    for (const { value: digit } of values) {
      signal.throwIfAborted();
      await digits.write(Uint8Array.of(digit.kind === "tensor" ? Number(digit.data[0]) : 0));
    }
  },
};

const savingFixture: FormatFixture = {
  name: "a.toy",
  kind: "tensors",
  bytes: new TextEncoder().encode("tensors\nkey\nvalue"),
  siblings: new Map([["digits", Uint8Array.of(1, 2, 3)]]),
};

function savingPlugin(format: Partial<FormatPlugin>, changed: Partial<FormatComponent> = {}): KnownPlugin {
  const tensors: Partial<FormatComponent> = {
    modelExtensions: [],
    tensorExtensions: [".toy"],
    capabilities: ["load_tensor", "save_tensor"],
  };
  return {
    manifest: { ...manifest, components: [{ ...component, ...tensors, ...changed }] },
    formats: { toy: { ...saving, ...format } },
  };
}

describe("the format suite, on a format that saves", () => {
  const failingSaves = (plugin: KnownPlugin): Promise<string[]> => failing(formatSuite(() => plugin, [savingFixture]));
  const differs = "saves what it read from a.toy, and reads the same again";

  it("passes a good one", async () => {
    expect(await failingSaves(savingPlugin({}))).toEqual([]);
  });

  it("finds one that is not what its manifest says", async () => {
    const plugin = savingPlugin({}, { capabilities: ["load_tensor"] });
    expect(await failingSaves(plugin)).toEqual(["implements the components of its manifest, and no others"]);
    const unsaid = savingPlugin({}, { tensorExtensions: [] });
    expect(await failingSaves(unsaid)).toEqual(["has a valid manifest"]);
  });

  it("finds one that loses values, metadata or bits", async () => {
    const { saveTensors } = saving;
    const lossy: readonly FormatPlugin["saveTensors"][] = [
      (file, ...rest) => saveTensors({ ...file, values: file.values.slice(1) }, ...rest),
      (file, ...rest) => saveTensors({ ...file, metadata: [["key", ""]] }, ...rest),
      (file, ...rest) =>
        saveTensors(
          { ...file, values: file.values.map(({ name }, i) => ({ name, value: file.values[2 - i].value })) },
          ...rest,
        ),
    ];
    for (const wrong of lossy) expect(await failingSaves(savingPlugin({ saveTensors: wrong! }))).toEqual([differs]);
  });

  it("finds one that writes something else each time", async () => {
    let count = 0;
    const counting = savingPlugin({
      saveTensors: (file, ...rest) => saving.saveTensors({ ...file, metadata: [["key", String(count++)]] }, ...rest),
    });
    expect(await failingSaves(counting)).toContain("saves what it read from a.toy to the same bytes each time");
  });

  it("finds one that does not tell of a full disk, or cannot be stopped", async () => {
    const deaf = savingPlugin({
      async saveTensors(file, sink, context) {
        await saving.saveTensors(file, sink, context).catch(() => {});
      },
    });
    expect(await failingSaves(deaf)).toEqual([
      "passes on what goes wrong when a.toy is written, at any write",
      "ends a writing of a.toy that is cancelled",
    ]);
  });

  it("finds two that do not write the same", async () => {
    const other = savingPlugin({
      async saveTensors(file, sink, context) {
        await saving.saveTensors(file, sink, context);
        await (await sink.sibling("more")).write(Uint8Array.of(1));
      },
    });
    const tests = sameFormatSuite(
      () => savingPlugin({}),
      () => other,
      [savingFixture],
    );
    expect(await failing(tests)).toEqual(["saves the same bytes from a.toy both ways"]);
  });
});

describe("the model part of the format suite", () => {
  const saveModel = encodingOf;
  const plugin = (format: Partial<FormatPlugin>): KnownPlugin =>
    formatPlugin({ loadModel: decoding, saveModel, ...format }, { capabilities: ["load_model", "save_model"] });
  const model: FormatFixture = { name: "a.toy", kind: "model", bytes: withMagic(encodeSnapshot(toyModel(3))) };

  it("passes a format that keeps a Snapshot as it is, wherever it puts the weights", async () => {
    expect(await failing(formatSuite(() => plugin({}), [model]))).toEqual([]);
  });

  it("finds one that changes the bytes of a weight, or the graph", async () => {
    const changing = plugin({
      saveModel: async ({ snapshot }, ...rest) => {
        const stores = snapshot.stores.map(() => ({ kind: "bytes", bytes: new Uint8Array(4) }) as const);
        return saveModel({ snapshot: { ...snapshot, stores }, source: undefined }, ...rest);
      },
    });
    expect(await failing(formatSuite(() => changing, [model]))).toEqual([
      "saves what it read from a.toy, and reads the same again",
    ]);
    const renaming = plugin({
      saveModel: async (given, ...rest) =>
        saveModel({ ...given, snapshot: { ...given.snapshot, producer: "me" } }, ...rest),
    });
    expect(await failing(formatSuite(() => renaming, [model]))).toEqual([
      "saves what it read from a.toy, and reads the same again",
    ]);
  });

  it("lets one that rewrites nodes do so, if only once", async () => {
    const rename = (given: Snapshot, name: string): Snapshot => {
      const nodes = given.graph.nodes.map((node) => ({ ...node, name: name + node.name }));
      return { ...given, graph: { ...given.graph, nodes } };
    };
    const once = plugin({
      saveModel: async ({ snapshot, ...given }, ...rest) => {
        const isNew = !snapshot.graph.nodes[0].name.startsWith("new ");
        return saveModel({ ...given, snapshot: isNew ? rename(snapshot, "new ") : snapshot }, ...rest);
      },
    });
    expect(await failing(formatSuite(() => once, [model], { rewrites: true }))).toEqual([]);
    const always = plugin({
      saveModel: async ({ snapshot, ...given }, ...rest) =>
        saveModel({ ...given, snapshot: rename(snapshot, "new ") }, ...rest),
    });
    expect(await failing(formatSuite(() => always, [model], { rewrites: true }))).toEqual([
      "saves what it read from a.toy, and reads the same again",
    ]);
  });
});

describe("the backend suite", () => {
  it("finds a backend that says it builds and does not, or builds and does not say so", async () => {
    const compile = (): Promise<never> =>
      Promise.reject(new HoduError("UNSUPPORTED", "Cannot compile: it only builds"));
    const runner: BackendPlugin = { supports: async () => true, compile, load: compile };
    const builder: BackendPlugin = {
      ...runner,
      supportedTargets: async () => [{ triple: "x86_64-unknown-linux-gnu", device: "cpu" }],
      supportedFormats: async () => [{ name: "shared", extension: ".so" }],
      build: async (_model, { triple }, { name }, sink) => sink.write(new TextEncoder().encode(`${triple} ${name}`)),
    };
    const failsOf = (toy: BackendPlugin, capabilities: BackendComponent["capabilities"]): Promise<string[]> => {
      const components = [{ ...backendComponent, capabilities }];
      return failing(backendSuite(() => ({ manifest: { ...manifest, components }, backends: { toy } })));
    };
    const broken = "implements the components of its manifest, and no others";
    expect(await failsOf(builder, ["build"])).not.toContain(broken);
    expect(await failsOf(runner, ["run"])).not.toContain(broken);
    expect(await failsOf(runner, ["run", "build"])).toContain(broken);
    expect(await failsOf(builder, ["run"])).toContain(broken);
  });

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
    const plugin: KnownPlugin = {
      manifest: { ...manifest, components: [backendComponent] },
      backends: { toy: backend },
    };
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
