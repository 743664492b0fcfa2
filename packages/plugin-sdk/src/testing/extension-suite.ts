import type { HoduEvent } from "../contracts/events.ts";
import type { KnownPlugin } from "../contracts/plugin.ts";
import type { ContractTest, PluginUnderTest } from "./contract-test.ts";
import { manifestTests } from "./manifest-tests.ts";
import { TestContext } from "./test-context.ts";

export interface ExtensionSuiteOptions {
  /** Settings that the plugin is loaded with. */
  readonly config?: ReadonlyMap<string, string>;
  /** What other plugins offer to it, by the names of their services. */
  readonly services?: ReadonlyMap<string, object>;
  /** Custom events of its own kind, that it listens to. */
  readonly events?: readonly HoduEvent[];
}

/** One of each event that a toolchain publishes. */
const EVENTS: readonly HoduEvent[] = [
  { type: "SystemInit" },
  { type: "PluginLoaded", plugin: "hodu-other", version: "1.0.0" },
  { type: "ModelLoaded", model: "m.onnx" },
  { type: "StageStart", stage: "load" },
  { type: "StageEnd", stage: "load", milliseconds: 0.5 },
  { type: "TransformApplied", transform: "t", stage: "graph_cleanup", changes: 1 },
  { type: "BackendChanged", backend: "cpu" },
  { type: "InferenceStart", model: "m.onnx" },
  { type: "TensorOp", op: "Add", node: "n" },
  { type: "InferenceEnd", model: "m.onnx", milliseconds: 0.5 },
  { type: "EpochStart", epoch: 1 },
  { type: "EpochEnd", epoch: 1 },
  { type: "Telemetry", name: "loss", value: Number.NaN },
  { type: "PluginFailed", plugin: "hodu-other", error: "no" },
  { type: "Custom", eventType: "nobody-knows", data: null },
  { type: "SystemShutdown" },
];

/** What a plugin promises that comes and goes, listens to events and offers services. */
export function extensionSuite(load: PluginUnderTest, options: ExtensionSuiteOptions = {}): readonly ContractTest[] {
  const during = async (work: (context: TestContext) => Promise<void>): Promise<void> => {
    const plugin = await load();
    const context = new TestContext(plugin.manifest.id, options);
    await plugin.onLoad?.(context);
    if (plugin.onEvent !== undefined) context.listenTo(plugin);
    try {
      await work(context);
    } finally {
      await plugin.onUnload?.(context);
    }
  };
  return [
    ...manifestTests(load),
    { name: "does something when it is loaded, or hears of events", run: async () => expectLife(await load()) },
    {
      name: "is loaded and unloaded, again and again",
      async run() {
        for (let i = 0; i < 3; i++) await during(async () => {});
      },
    },
    {
      name: "takes every event, also those that tell it nothing",
      run: () =>
        during(async (context) => {
          for (const event of [...EVENTS, ...(options.events ?? [])]) await context.deliver(event);
        }),
    },
    {
      name: "offers services that have their methods",
      run: () =>
        during(async ({ offered }) => {
          for (const [name, { methods, implementation }] of offered) {
            const missing = methods.filter(
              (method) => typeof (implementation as Readonly<Record<string, unknown>>)[method] !== "function",
            );
            if (missing.length > 0) throw new Error(`service "${name}" has no ${missing.join(", ")}`);
          }
        }),
    },
    {
      name: "publishes no more of its own than a bus would take",
      run: () =>
        during(async (context) => {
          for (const event of EVENTS) await context.deliver(event, true);
        }),
    },
  ];
}

function expectLife(plugin: KnownPlugin): void {
  if (plugin.onLoad === undefined && plugin.onEvent === undefined) throw new Error("it has neither onLoad nor onEvent");
}
