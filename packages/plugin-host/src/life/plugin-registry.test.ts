import { HoduError } from "@hodu/core";
import {
  customEvent,
  type FormatPlugin,
  type HoduEvent,
  type KnownPlugin,
  type Plugin,
  type PluginContext,
  PluginMetadata,
  serviceType,
} from "hodu-plugin-sdk";
import { describe, expect, it } from "vitest";
import { listInProcess, type ListedPlugin, type PluginOrigin } from "../listed-plugin.ts";
import { PluginRegistry } from "./plugin-registry.ts";
import { StaticPluginLoader } from "./static-plugin-loader.ts";

/** A plugin that notes what happens to it. */
function noting(
  id: string,
  notes: string[],
  requires: Record<string, string> = {},
  more: Omit<Plugin, "manifest"> = {},
): KnownPlugin {
  let metadata = new PluginMetadata(id, "1.0.0");
  for (const [other, range] of Object.entries(requires)) metadata = metadata.withDependency(other, range);
  return {
    manifest: metadata.build(),
    onLoad: () => void notes.push(`+${id}`),
    onUnload: () => void notes.push(`-${id}`),
    ...more,
  };
}

function registryOf(...plugins: readonly (KnownPlugin | ListedPlugin)[]): PluginRegistry {
  const registry = new PluginRegistry();
  for (const plugin of plugins) registry.register(plugin);
  return registry;
}

const failing = (): never => {
  throw new HoduError("IO", "Cannot open the device: it is not there");
};

describe("loading", () => {
  it("loads a plugin once, after what it requires, for all that want it at a time", async () => {
    const notes: string[] = [];
    const registry = registryOf(
      noting("a", notes, { b: "^1", c: "^1" }),
      noting("b", notes, { c: "^1" }),
      noting("c", notes),
    );
    const [first, second] = await Promise.all([registry.load("a"), registry.load("a"), registry.load("c")]);
    expect(notes).toEqual(["+c", "+b", "+a"]);
    expect(second).toBe(first);
    expect(await registry.load("A")).toBe(first);
    expect(registry.list().map(({ state }) => state)).toEqual(["active", "active", "active"]);
  });

  it("refuses what a plugin requires and is not there, before anything is loaded", async () => {
    const notes: string[] = [];
    const registry = registryOf(noting("a", notes, { b: "^2" }), noting("b", notes));
    await expect(registry.load("a")).rejects.toThrow("a 1.0.0 -> b ^2 (found 1.0.0)");
    expect(notes).toEqual([]);
    expect(registry.find("a")).toMatchObject({ state: "failed", error: { code: "PLUGIN_DEPENDENCY" } });
    expect(registry.find("b").state).toBe("validated");
  });

  it("fails for those that require one whose onLoad fails, and for no other", async () => {
    const notes: string[] = [];
    const registry = registryOf(
      noting("a", notes, { b: "*" }),
      noting("b", notes, { c: "*" }),
      noting("c", notes, {}, { onLoad: failing }),
      noting("free", notes),
    );
    const { loaded, failed } = await registry.initializeAll();
    expect(loaded).toEqual(["free"]);
    expect(notes).toEqual(["+free"]);
    expect(failed.get("c")).toMatchObject({ code: "IO", where: { plugin: "c" } });
    expect(failed.get("a")).toMatchObject({
      code: "PLUGIN_DEPENDENCY",
      message:
        'Cannot load plugin "a": a 1.0.0 -> b 1.0.0 failed: Cannot load plugin "b": b 1.0.0 -> c 1.0.0 failed: Cannot open the device: it is not there',
    });
  });

  it("may be tried again after a failure", async () => {
    let isBroken = true;
    const registry = registryOf(noting("a", [], {}, { onLoad: () => (isBroken ? failing() : undefined) }));
    await expect(registry.load("a")).rejects.toThrow("Cannot open the device");
    isBroken = false;
    await registry.load("a");
    expect(registry.find("a")).toMatchObject({ state: "active", error: undefined });
  });

  it("refuses to wait for itself", async () => {
    const registry: PluginRegistry = registryOf(
      noting("a", [], {}, { onLoad: async () => void (await registry.load("a")) }),
    );
    await expect(registry.load("a")).rejects.toThrow('Cannot load plugin "a": it is just being loaded or unloaded');
  });

  it("lets a plugin ask for transitions later by what it has begun in its onLoad", async () => {
    let ask = (): void => {};
    const asked = new Promise<void>((resolve) => (ask = resolve));
    const registry: PluginRegistry = registryOf(
      noting("a", [], {}, { onLoad: () => void asked.then(() => registry.unload("a")) }),
    );
    await registry.load("a");
    ask();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(registry.find("a").state).toBe("unloaded");
  });

  it("gives components by kind and name, and the calls of a plugin that is an object of a class", async () => {
    class Counting implements KnownPlugin {
      readonly manifest = new PluginMetadata("hodu-format-text", "1.0.0").withComponent(textFormat).build();
      loads = 0;
      readonly formats = { text: {} satisfies FormatPlugin };
      onLoad(): void {
        this.loads += 1;
      }
    }
    const plugin = new Counting();
    const registry = registryOf(plugin);
    expect(registry.findComponent("format", "TEXT")[1]).toBe(textFormat);
    expect(await registry.get("format", "text")).toEqual({});
    expect(plugin.loads).toBe(1);
    await expect(registry.get("backend", "text")).rejects.toThrow(
      expect.objectContaining({
        code: "PLUGIN_NOT_FOUND",
        message: 'Cannot use backend "text": there is none of that name',
      }),
    );
  });
});

const textFormat = {
  kind: "format",
  name: "text",
  title: "Text",
  modelExtensions: [],
  tensorExtensions: [".txt"],
  capabilities: ["load_tensor"],
} as const;

describe("unloading", () => {
  it("goes in the reverse order, and only with those that need it", async () => {
    const notes: string[] = [];
    const registry = registryOf(
      noting("a", notes, { b: "*" }),
      noting("b", notes, { c: "*" }),
      noting("c", notes),
      noting("d", notes),
    );
    await registry.initializeAll();
    await expect(registry.unload("c")).rejects.toThrow(
      expect.objectContaining({
        code: "PLUGIN_DEPENDENCY",
        message: 'Cannot unload plugin "c": b 1.0.0, a 1.0.0 need it, expected nobody to',
      }),
    );
    notes.length = 0;
    await registry.unload("c", { cascade: true });
    expect(notes).toEqual(["-a", "-b", "-c"]);
    expect(registry.list({ state: "active" }).map(({ manifest }) => manifest.id)).toEqual(["d"]);
    await registry.shutDown();
    expect(notes.at(-1)).toBe("-d");
  });

  it("waits for calls in flight, and for sessions", async () => {
    let finish = (): void => {};
    const slow: FormatPlugin = {
      loadTensors: () => new Promise((resolve) => (finish = () => resolve({ values: [], metadata: [] }))),
    };
    const notes: string[] = [];
    const manifest = new PluginMetadata("slow", "1.0.0").withComponent(textFormat).build();
    const registry = registryOf({ ...noting("slow", notes), manifest, formats: { text: slow } });
    const format = await registry.get("format", "text");
    const call = format.loadTensors!({ name: "x", size: 0 } as never, {}, {
      signal: new AbortController().signal,
    } as never);
    const unloading = registry.unload("slow");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(registry.find("slow").state).toBe("draining");
    finish();
    await Promise.all([call, unloading]);
    expect(registry.find("slow").state).toBe("unloaded");
    expect(notes).toEqual(["+slow", "-slow"]);
  });

  it("goes on when onUnload fails, and says so", async () => {
    const registry = registryOf(noting("a", [], {}, { onUnload: failing }));
    const failures = heard(registry, "PluginFailed");
    await registry.load("a");
    await registry.unload("a");
    expect(registry.find("a").state).toBe("unloaded");
    expect(failures).toEqual([{ type: "PluginFailed", plugin: "a", error: "Cannot open the device: it is not there" }]);
  });

  it("may come from the plugin itself, while it is told of an event", async () => {
    const notes: string[] = [];
    const registry: PluginRegistry = registryOf(
      noting(
        "suicidal",
        notes,
        {},
        { onLoad: (context) => void context.subscribe("EpochStart", () => registry.unload("suicidal")) },
      ),
      noting(
        "other",
        notes,
        {},
        { onLoad: (context) => void context.subscribe("EpochStart", () => void notes.push("heard")) },
      ),
    );
    await registry.initializeAll();
    await registry.publish({ type: "EpochStart", epoch: 1 });
    expect(notes).toEqual(["heard", "-suicidal"]);
    expect(registry.find("suicidal").state).toBe("unloaded");
  });

  it("is refused for who is loaded meanwhile by its own listener", async () => {
    const registry: PluginRegistry = registryOf(
      noting("a", [], {}, { onLoad: ({ eventBus }) => eventBus.publish({ type: "EpochStart", epoch: 1 }) }),
    );
    const failures = heard(registry, "PluginFailed");
    registry.subscribe("EpochStart", () => registry.unload("a"));
    await registry.load("a");
    expect(failures).toEqual([
      expect.objectContaining({ plugin: "hodu", error: expect.stringContaining("it is just being loaded") as string }),
    ]);
  });
});

function heard<Type extends HoduEvent["type"]>(registry: PluginRegistry, type: Type): HoduEvent[] {
  const events: HoduEvent[] = [];
  registry.subscribe<string>(type, (event) => void events.push(event));
  return events;
}

describe("what a plugin registers", () => {
  const greeter = serviceType<{ greet(): string }>("greeter", "greet");

  it("is gone when its onLoad fails", async () => {
    const registry = registryOf(
      noting(
        "a",
        [],
        {},
        {
          onLoad: (context) => {
            context.registerService(greeter, { greet: () => "hello" });
            context.subscribe("*", failing);
            failing();
          },
        },
      ),
    );
    await expect(registry.load("a")).rejects.toThrow("Cannot open the device");
    expect(registry.getService(greeter)).toBeUndefined();
    const failures = heard(registry, "PluginFailed");
    await registry.publish({ type: "EpochStart", epoch: 1 });
    expect(failures).toEqual([]);
  });

  it("is gone when it is unloaded, and nothing is registered any more", async () => {
    let later = (): unknown => undefined;
    const registry = registryOf(
      noting(
        "a",
        [],
        {},
        {
          onLoad: (context) => {
            context.registerService(greeter, { greet: () => "hello" });
            later = () => context.subscribe("*", failing);
          },
        },
      ),
    );
    await registry.load("a");
    expect(registry.getService(greeter)?.greet()).toBe("hello");
    await registry.unload("a");
    expect(registry.getService(greeter)).toBeUndefined();
    expect(later).toThrow('Cannot subscribe to "*": plugin "a" is not loaded any more');
  });

  it("is offered to others under its name; one of another type is as if it were not there", async () => {
    const stranger = serviceType<{ shout(): string }>("greeter", "shout");
    const registry = registryOf(
      noting(
        "a",
        [],
        {},
        { onLoad: (context) => context.registerService(greeter, { greet: () => "Hello from service!" }) },
      ),
      noting(
        "b",
        [],
        { a: "*" },
        {
          onLoad: (context) => {
            expect(context.getService(greeter)?.greet()).toBe("Hello from service!");
            expect(context.getService(stranger)).toBeUndefined();
            expect(context.getService(serviceType("missing"))).toBeUndefined();
            context.registerService(greeter, { greet: () => "mine" });
          },
        },
      ),
    );
    await expect(registry.load("b")).rejects.toThrow(
      'Cannot register service "greeter" of plugin "b": plugin "a" offers it, expected another name',
    );
  });

  it("must have the methods of its type", async () => {
    const registry = registryOf(
      noting("a", [], {}, { onLoad: (context) => context.registerService(greeter, {} as never) }),
    );
    await expect(registry.load("a")).rejects.toThrow('it has no method "greet", expected one');
  });

  it("comes with settings of its own, and onEvent gets what registers nothing", async () => {
    const registry = new PluginRegistry({ configOf: (plugin) => new Map([["of", plugin]]) });
    const seen: unknown[] = [];
    registry.register(
      noting(
        "a",
        [],
        {},
        {
          onLoad: ({ config }) => void seen.push(config.get("of")),
          onEvent: (event, view) => void seen.push(event.type, "subscribe" in view, view.config.get("of")),
        },
      ),
    );
    await registry.load("a");
    expect(seen).toEqual(["a", "PluginLoaded", false, "a"]);
  });
});

describe("reloading", () => {
  it("puts the new one in the place of the old, whose calls end as they are", async () => {
    const notes: string[] = [];
    let finish = (): void => {};
    const slow: FormatPlugin = {
      loadTensors: () =>
        new Promise((resolve) => (finish = () => resolve({ values: [], metadata: [["from", "old"]] }))),
    };
    const quick: FormatPlugin = { loadTensors: async () => ({ values: [], metadata: [["from", "new"]] }) };
    const manifest = new PluginMetadata("p", "1.0.0").withComponent(textFormat).build();
    const old = { ...noting("p", notes), manifest, formats: { text: slow } };
    const registry = registryOf(old);
    const reloads = heard(registry, "PluginReloaded");
    const context = { signal: new AbortController().signal } as never;
    const call = (await registry.get("format", "text")).loadTensors!({ name: "x" } as never, {}, context);
    const newer = { ...manifest, version: "1.1.0" };
    await registry.reload(
      "p",
      listInProcess(newer, "path", async () => ({ ...noting("p", notes), manifest: newer, formats: { text: quick } })),
    );
    expect(notes).toEqual(["+p", "+p"]);
    expect(
      (await (await registry.get("format", "text")).loadTensors!({ name: "x" } as never, {}, context)).metadata,
    ).toEqual([["from", "new"]]);
    finish();
    expect((await call).metadata).toEqual([["from", "old"]]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(notes).toEqual(["+p", "+p", "-p"]);
    expect(reloads).toEqual([{ type: "PluginReloaded", plugin: "p", version: "1.1.0" }]);
    expect(registry.find("p").manifest.version).toBe("1.1.0");
  });

  it("keeps the old one, with its services, when the new one fails", async () => {
    const service = serviceType<{ which(): string }>("which", "which");
    const offering = (which: string, more = (): void => {}): KnownPlugin =>
      noting(
        "p",
        [],
        {},
        {
          onLoad: (context) => {
            context.registerService(service, { which: () => which });
            more();
          },
        },
      );
    const registry = registryOf(offering("old"));
    await registry.load("p");
    const { manifest } = offering("new");
    await expect(
      registry.reload(
        "p",
        listInProcess(manifest, "path", async () => offering("new", failing)),
      ),
    ).rejects.toThrow("Cannot open the device");
    expect(registry.getService(service)?.which()).toBe("old");
    await registry.reload(
      "p",
      listInProcess(manifest, "path", async () => offering("new")),
    );
    expect(registry.getService(service)?.which()).toBe("new");
  });
});

describe("the plugins of a registry", () => {
  const listed = (id: string, origin: PluginOrigin, digest?: string): ListedPlugin => ({
    ...listInProcess(new PluginMetadata(id, "1.0.0").build(), origin, async () => ({})),
    ...(digest !== undefined && { digest }),
  });

  it("are each there once: the first place counts, and a project never takes the place of what comes with Hodu", () => {
    const [user, path, project, bundled] = (["user", "path", "project", "bundled"] as const).map((origin) =>
      listed("p", origin),
    );
    const registry = registryOf(bundled, project, user, path);
    expect(registry.list().map(({ origin }) => origin)).toEqual(["path"]);
    expect(registry.shadowed.map(({ plugin, by }) => [plugin.origin, by.origin])).toEqual([
      ["project", "bundled"],
      ["bundled", "user"],
      ["user", "path"],
    ]);
  });

  it("are skipped when they are the same, and refused when they clash in one place", () => {
    const plugin = noting("a", []);
    const registry = registryOf(plugin, plugin, listed("p", "user", "sha256:1"), listed("p", "user", "sha256:1"));
    expect(registry.list()).toHaveLength(2);
    expect(() => registry.register(listed("P", "user", "sha256:2"))).toThrow(
      expect.objectContaining({
        code: "BAD_PLUGIN",
        message: expect.stringContaining("it is there twice in one place") as string,
      }),
    );
    expect(() => registry.register({} as KnownPlugin)).toThrow(expect.objectContaining({ code: "BAD_PLUGIN" }));
  });

  it("are told of once each, to who listens from the beginning or from their first load on", async () => {
    const registry = registryOf(listed("early", "user"));
    await registry.initializeAll();
    const heard: string[] = [];
    registry.subscribe("PluginDiscovered", ({ plugin, version }) => void heard.push(`${plugin} ${version}`));
    const late = listed("late", "user");
    registry.register(late);
    registry.register(late);
    await registry.initializeAll();
    expect(heard).toEqual(["late 1.0.0"]);
    const all: string[] = [];
    const other = registryOf(listed("a", "user"), {
      manifest: new PluginMetadata("b", "1.0.0").build(),
      onLoad: (context) => void context.subscribe("PluginDiscovered", ({ plugin }) => void all.push(plugin)),
    });
    await other.initializeAll();
    expect(all).toEqual(["a", "b"]);
  });

  it("are not loaded while they are disabled", async () => {
    const notes: string[] = [];
    const registry = registryOf(noting("a", notes, { b: "*" }), noting("b", notes));
    await registry.initializeAll();
    await expect(registry.disable("b")).rejects.toThrow("a 1.0.0 needs it");
    await registry.disable("b", { cascade: true });
    await expect(registry.load("b")).rejects.toThrow(
      expect.objectContaining({
        code: "POLICY",
        message: 'Cannot load plugin "b": it is disabled',
        hint: "hodu plugin enable b",
      }),
    );
    await expect(registry.load("a")).rejects.toThrow("it is disabled");
    await registry.enable("b");
    await registry.load("a");
    expect(notes).toEqual(["+b", "+a", "-a", "-b", "+b", "+a"]);
  });

  it("are listed by what they are and can", async () => {
    const registry = registryOf(
      {
        manifest: new PluginMetadata("t", "1.0.0")
          .withComponent({ kind: "transform", name: "t", stage: "graph_cleanup" })
          .build(),
      },
      { manifest: new PluginMetadata("w", "1.0.0").withCapability("Backend(WGPU)").build() },
      { manifest: new PluginMetadata("f", "1.0.0").withComponent(textFormat).build(), formats: { text: {} } },
    );
    await registry.load("f");
    const ids = (filter: Parameters<PluginRegistry["list"]>[0]): string[] =>
      registry.list(filter).map(({ manifest }) => manifest.id);
    expect(ids({ kind: "transform" })).toEqual(["t"]);
    expect(ids({ stage: "graph_cleanup" })).toEqual(["t"]);
    expect(ids({ stage: "topology_optimization" })).toEqual([]);
    expect(ids({ capability: "backend: WGPU" })).toEqual(["w"]);
    expect(ids({ capability: "LOAD-tensor" })).toEqual(["f"]);
    expect(ids({ state: "active" })).toEqual(["f"]);
    expect(ids({ origin: "user" })).toEqual([]);
  });
});

describe("the examples of the document", () => {
  it("registers, initializes, and tells of tensor operations", async () => {
    const printed: string[] = [];
    const service = serviceType<{ apply(): void }>("my_operator", "apply");
    const create = (): readonly KnownPlugin[] => [
      {
        manifest: new PluginMetadata("my_operator_plugin", "1.0.0")
          .withName("My Operator Plugin")
          .withCapability("Operators")
          .build(),
        onLoad(context) {
          printed.push("Loading operator plugin: my_op");
          context.registerService(service, { apply() {} });
          context.subscribe("TensorOp", (event) => void printed.push(`Tensor op event: ${JSON.stringify(event)}`));
        },
        onUnload: () => void printed.push("Unloading operator plugin"),
      },
    ];
    const registry = new PluginRegistry();
    await new StaticPluginLoader(create).loadInto(".", registry);
    const { loaded, failed } = await registry.initializeAll();
    expect([loaded, failed.size]).toEqual([["my_operator_plugin"], 0]);
    expect(registry.getService(service)).toBeDefined();
    await registry.publish({ type: "TensorOp", op: "Add" });
    await registry.shutDown();
    expect(printed).toEqual([
      "Loading operator plugin: my_op",
      'Tensor op event: {"type":"TensorOp","op":"Add"}',
      "Unloading operator plugin",
    ]);
  });

  it("has a backend that follows changes, and custom events with data", async () => {
    const printed: string[] = [];
    class WgpuBackendPlugin implements KnownPlugin {
      readonly manifest = new PluginMetadata("wgpu_backend", "1.0.0")
        .withName("WGPU Backend")
        .withAuthor("SpiralTorch Team")
        .withCapability("Backend(WGPU)")
        .withMetadata("gpu_api", "WebGPU")
        .build();
      initialized = false;
      onLoad(context: PluginContext): void {
        printed.push("Initializing WGPU backend...");
        this.initialized = true;
        context.subscribe("BackendChanged", ({ backend }) => void printed.push(`Backend changed to: ${backend}`));
        context.subscribe("EpochStart", ({ epoch }) => void printed.push(`Epoch ${epoch} started`));
        context.subscribe("MyEvent", ({ data }) => void printed.push(`MyEvent ${JSON.stringify(data)}`));
        context.subscribe("*", ({ type }) => void printed.push(`Event: ${type}`));
        printed.push("WGPU backend ready");
      }
      onUnload(): void {
        printed.push("Shutting down WGPU backend");
        this.initialized = false;
      }
    }
    const plugin = new WgpuBackendPlugin();
    const registry = registryOf(plugin);
    await registry.initializeAll();
    expect(plugin.initialized).toBe(true);
    await registry.publish({ type: "BackendChanged", backend: "cpu" });
    await registry.publish({ type: "EpochStart", epoch: 1 });
    await registry.publish(customEvent("MyEvent", { value: 42 }));
    await registry.shutDown();
    expect(plugin.initialized).toBe(false);
    expect(printed).toEqual([
      "Initializing WGPU backend...",
      "WGPU backend ready",
      "Event: PluginLoaded",
      "Event: SystemInit",
      "Event: PluginDiscovered",
      "Backend changed to: cpu",
      "Event: BackendChanged",
      "Epoch 1 started",
      "Event: EpochStart",
      'MyEvent {"value":42}',
      "Event: Custom",
      "Event: SystemShutdown",
      "Shutting down WGPU backend",
    ]);
  });
});
