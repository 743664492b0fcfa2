import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { modelBytes, oneNode } from "../../plugins/format-onnx/src/testing/build-onnx.ts";
import { DIGITS, hodu, temporaryFolder } from "./hodu.ts";

// each starts the command several times, and that a process for the plugin
vi.setConfig({ testTimeout: 120_000 });

const folder = realpathSync(temporaryFolder());

/** A transform that puts one operator for another, and operators of a domain: Twice is lowered, Half is not. */
const MODULE = `
  const without = (nodes, { from = "Relu", to = "Identity" }) =>
    nodes.filter(({ op }) => op === from).map((node) => ({
      pattern: from, remove: [node.name], add: [{ ...node, op: to }], weights: [], rename: [],
    }));
  const info = { type: "transform", name: "swap-op", stage: "graph_cleanup", version: "1.0.0", requires: [] };
  export default {
    transforms: { "swap-op": { info, apply: async ({ graph }, config) => without(graph.nodes, config) } },
    operators: {
      shop: {
        infer: async (node, [type]) => [type],
        lower: async ({ graph }) => graph.nodes.filter(({ op }) => op === "Twice").map((node) => ({
          pattern: "Twice", remove: [node.name],
          add: [{ ...node, op: "Add", domain: "", inputs: [node.inputs[0], node.inputs[0]] }],
          weights: [], rename: [],
        })),
        run: async (node, [x]) => [{ ...x, data: x.data.map((value) => value / 2) }],
      },
    },
  };
`;

const MANIFEST = {
  name: "hodu-transform-swap",
  version: "1.0.0",
  description: "Swaps operators.",
  author: "Someone",
  license: "MIT",
  type: "module",
  exports: "./index.js",
  peerDependencies: { "hodu-plugin-sdk": "*" },
  hodu: {
    components: [
      { kind: "transform", name: "swap-op", stage: "graph_cleanup" },
      { kind: "operator", name: "shop", domain: "com.example", operators: ["Twice", "Half"] },
    ],
  },
};

/** The command with the plugin, an empty home, and y = op(x) of its domain in m.onnx. */
function place(op: string) {
  const home = mkdtempSync(join(folder, "home-"));
  const plugins = mkdtempSync(join(folder, "plugins-"));
  mkdirSync(join(plugins, "swap"));
  writeFileSync(join(plugins, "swap", "package.json"), JSON.stringify(MANIFEST));
  writeFileSync(join(plugins, "swap", "index.js"), MODULE);
  const opsetImport = [
    { domain: "", version: 21n },
    { domain: "com.example", version: 1n },
  ];
  const model = join(home, "m.onnx");
  writeFileSync(model, modelBytes(oneNode({ opType: op, domain: "com.example" }), { opsetImport }));
  writeFileSync(join(home, "x.json"), '{"dtype":"f32","shape":[2],"data":[1,-3]}');
  const env = { HODU_HOME: home, HODU_PLUGIN_PATH: plugins };
  const run = (args: readonly string[], more: Record<string, string> = env) => hodu(args, { cwd: DIGITS, env: more });
  return {
    home,
    run,
    runModel: (more: readonly string[], settings: Record<string, string> = {}) =>
      run(["run", model, "-i", `x=${join(home, "x.json")}`, ...more], { ...env, ...settings }),
  };
}

const RUN = ["run", "model.onnx", "-i", "seven.json", "--json"];
const outputsOf = (stdout: string): unknown => (JSON.parse(stdout) as { outputs: unknown }).outputs;

it("runs a transform of a plugin, by its name, its plugin's or both, and keeps the result apart", async () => {
  const { run } = place("Twice");
  const plain = await run(RUN);
  const changed = await run([...RUN, "--transform", "swap-op", "--verbose"]);
  expect(changed.stderr).toMatch(/Applied swap-op: [1-9]/);
  expect(outputsOf(changed.stdout)).not.toEqual(outputsOf(plain.stdout));
  const names = ["SwapOp", "hodu-transform-swap", "hodu-transform-swap:swap-op"];
  for (const again of await Promise.all(names.map((name) => run([...RUN, "--transform", name]))))
    expect(outputsOf(again.stdout)).toEqual(outputsOf(changed.stdout));
  const other = await run([...RUN, "--transform", "swap-op:from=Relu,to=Abs"]);
  expect(outputsOf(other.stdout)).not.toEqual(outputsOf(changed.stdout));
  expect(outputsOf((await run(RUN)).stdout)).toEqual(outputsOf(plain.stdout));
});

it("warns of a transform that is not there or fails, and ends with it under --strict", async () => {
  const { run } = place("Twice");
  const missing = await run([...RUN, "--transform", "swap-opp"]);
  expect(missing.status).toBe(0);
  expect(missing.stderr).toContain('there is no transform "swap-opp", did you mean "swap-op"?');
  expect((await run([...RUN, "--transform", "swap-opp", "--strict"])).status).toBe(2);
  const failed = await run([...RUN, "--transform", "swap-op:to=NoSuch"]);
  expect(failed.status).toBe(0);
  expect(failed.stderr).toContain("the model stays as it was before it");
  expect((await run([...RUN, "--transform", "a=b"])).status).toBe(2);
});

it("runs and converts models with operators of a plugin, lowered or by its reference", async () => {
  const twice = place("Twice");
  const { stdout, stderr } = await twice.runModel(["--json"]);
  expect([stdout, stderr].join("\n")).toContain("-6");
  const half = await place("Half").runModel(["--json"], { HODU_BACKENDS_PRIORITY: "wasm,interp" });
  expect(half.stdout).toContain("-1.5");
  expect(half.stderr).toContain("expected one that its plugin lowers");
  const out = join(twice.home, "out.onnx");
  expect((await twice.run(["convert", join(twice.home, "m.onnx"), "-o", out])).status).toBe(0);
  const bare = { HODU_HOME: twice.home };
  expect((await twice.run(["run", out, "-i", `x=${join(twice.home, "x.json")}`, "--json"], bare)).stdout).toContain(
    "-6",
  );
  const refused = await twice.run(["run", join(twice.home, "m.onnx"), "--random-inputs"], bare);
  expect(refused.stderr).toContain('domain "com.example"');
  expect(refused.stderr).toContain("hodu plugin install");
});
