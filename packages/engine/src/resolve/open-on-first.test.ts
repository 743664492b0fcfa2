import { GraphBuilder, HoduError, type ErrorCode, tensorType } from "@hodu/core";
import type { BackendComponent, BackendPlugin, CallContext, HoduEvent, Manifest, Session } from "hodu-plugin-sdk";
import { expect, test } from "vitest";
import { openOnFirst } from "./open-on-first.ts";
import type { BackendOffer } from "./resolve-backend.ts";

const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };
const session: Session = { run: async () => ({ outputs: [], peakBytes: 0 }), dispose: async () => {} };

const graph = new GraphBuilder("m");
const [y] = graph.node("Neg", [graph.input("x", tensorType("f32", [1]))]);
graph.output(y);
const model = { snapshot: graph.build(), source: undefined };

function offer(name: string): BackendOffer {
  const component: BackendComponent = { kind: "backend", name, devices: ["cpu"], capabilities: ["run"] };
  const manifest: Manifest = {
    id: name,
    version: "1.0.0",
    description: "",
    author: "",
    license: "",
    sdk: "*",
    components: [component],
  };
  return { plugin: { manifest }, component };
}

const working: BackendPlugin = {
  supports: async () => true,
  compile: async () => ({ backend: "b", version: "1", device: "cpu", precision: "native", bytes: new Uint8Array() }),
  load: async () => session,
};
const failing = (code: ErrorCode): BackendPlugin => ({
  ...working,
  compile: async () => {
    throw new HoduError(code, "Cannot compile it\nat all", { where: { file: "/tmp/cc.log" } });
  },
});
const missing: BackendPlugin = { ...working, available: async () => "no compiler on PATH" };

async function open(backends: Readonly<Record<string, BackendPlugin | HoduError>>, isOnly = false) {
  const passed: string[] = [];
  const events: HoduEvent[] = [];
  const { offer: found } = await openOnFirst(
    model,
    Object.keys(backends).map(offer),
    {
      async load({ component }) {
        const backend = backends[component.name];
        if (backend instanceof HoduError) throw backend;
        return backend;
      },
      tools: () => ({
        compile: { device: "cpu", precision: "native" },
        session: { threads: 1, maxMemory: 1 },
        context,
      }),
      isOnly,
      onTry() {},
      onPass: (text, kind) => void passed.push(`${kind}: ${text}`),
    },
    (event) => void events.push(event),
  );
  return { name: found.component.name, passed, hardware: events.filter(({ type }) => type === "HardwareDetected") };
}

test("the first backend that is available and compiles serves", async () => {
  expect(await open({ cpu: working, wasm: working })).toMatchObject({ name: "cpu", passed: [], hardware: [] });
  expect(await open({ cpu: missing, wasm: working })).toMatchObject({
    name: "wasm",
    passed: ["warning: cpu cannot be used: no compiler on PATH"],
  });
});

test("a backend that looked for its hardware and found it is told of", async () => {
  const found: BackendPlugin = { ...working, available: async () => true };
  const { hardware } = await open({ wgpu: missing, cpu: found, wasm: found });
  expect(hardware).toEqual([
    { type: "HardwareDetected", device: "cpu", description: "the backend cpu of cpu 1.0.0 runs on it" },
  ]);
});

test.each(["BUILD_FAILED", "UNSUPPORTED", "INVALID_KERNEL", "PLUGIN_PROTOCOL"] as const)(
  "%s leaves it to the next, with a warning of one line that names the log",
  async (code) => {
    expect(await open({ cpu: failing(code), wasm: working })).toMatchObject({
      name: "wasm",
      passed: ["warning: cpu does not run it: Cannot compile it (/tmp/cc.log)"],
    });
  },
);

test.each(["MEMORY_LIMIT", "DEADLINE", "ABORTED", "BAD_MODEL", "MISSING_INPUT"] as const)(
  "%s would be the same elsewhere: it ends the call",
  async (code) => {
    await expect(open({ cpu: failing(code), wasm: working })).rejects.toMatchObject({ code });
  },
);

test("what was asked for by name is not replaced", async () => {
  await expect(open({ cpu: failing("BUILD_FAILED"), wasm: working }, true)).rejects.toMatchObject({
    code: "BUILD_FAILED",
  });
  await expect(open({ cpu: missing, wasm: working }, true)).rejects.toMatchObject({
    code: "BACKEND_NOT_FOUND",
    message: 'Cannot use backend "cpu": no compiler on PATH',
  });
});

test("the last one's failure is the call's", async () => {
  await expect(open({ cpu: missing, wasm: failing("UNSUPPORTED") })).rejects.toMatchObject({ code: "UNSUPPORTED" });
});

test.each(["PLUGIN_CRASH", "PLUGIN_INCOMPATIBLE", "POLICY", "DEADLINE", "IO"] as const)(
  "a backend whose plugin does not load (%s) is passed over, unless it was asked for by name",
  async (code) => {
    const broken = new HoduError(code, "Cannot load it");
    expect(await open({ metal: broken, wasm: working })).toMatchObject({
      name: "wasm",
      passed: ["warning: metal cannot be used: Cannot load it"],
    });
    await expect(open({ metal: broken, wasm: working }, true)).rejects.toBe(broken);
    await expect(open({ metal: broken })).rejects.toBe(broken);
  },
);
