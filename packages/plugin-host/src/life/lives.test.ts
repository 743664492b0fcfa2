import { HoduError } from "@hodu/core";
import { type KnownPlugin, type Plugin, PluginMetadata } from "hodu-plugin-sdk";
import { describe, expect, it } from "vitest";
import { type ListedPlugin, listInProcess } from "../listed-plugin.ts";
import { crashesInMemory } from "./crash-record.ts";
import { PluginRegistry } from "./plugin-registry.ts";

/** A plugin that requires others and notes what happens to it. */
function noting(
  id: string,
  notes: string[],
  requires: readonly string[] = [],
  more: Omit<Plugin, "manifest"> = {},
): KnownPlugin {
  const metadata = requires.reduce((made, other) => made.withDependency(other, "*"), new PluginMetadata(id, "1.0.0"));
  return {
    manifest: metadata.build(),
    onLoad: () => void notes.push(`+${id}`),
    onUnload: () => void notes.push(`-${id}`),
    ...more,
  };
}

const listed = (plugin: KnownPlugin): ListedPlugin => listInProcess(plugin.manifest, "path", async () => plugin);

const failing = (): never => {
  throw new HoduError("IO", "Cannot open the device: it is not there");
};

/** Holds something up until it is opened. */
function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}

function registryOf(...plugins: readonly (KnownPlugin | ListedPlugin)[]): PluginRegistry {
  const registry = new PluginRegistry();
  for (const plugin of plugins) registry.register(plugin);
  return registry;
}

describe("a newer build", () => {
  it("that requires one which was loaded after the old ends before that one, and after those that require it", async () => {
    const notes: string[] = [];
    const registry = registryOf(
      noting("above", notes, ["p"]),
      noting("p", notes),
      noting("new", notes, ["newer"]),
      noting("newer", notes),
    );
    await registry.load("above");
    await registry.reload("p", listed(noting("p", notes, ["new"])));
    await expect(registry.unload("newer")).rejects.toThrow("new 1.0.0, p 1.0.0, above 1.0.0 need it");
    notes.length = 0;
    await registry.shutDown();
    expect(notes).toEqual(["-above", "-p", "-new", "-newer"].filter((note) => notes.includes(note)));
    expect(registry.list({ state: "active" })).toEqual([]);
  });

  it("takes the place of one that is just being loaded", async () => {
    const notes: string[] = [];
    const { open, passed } = gate();
    const old = noting("p", notes, [], { onLoad: () => passed });
    const registry = registryOf(listed(old));
    const loading = registry.load("p");
    while (registry.find("p").state !== "loaded") await new Promise((resolve) => setImmediate(resolve));
    const reloading = registry.reload("p", listed(noting("p", notes, [], { onLoad: () => void notes.push("+new") })));
    open();
    await Promise.all([loading, reloading]);
    expect(notes).toContain("+new");
    expect(registry.find("p").state).toBe("active");
  });
});

describe("a shutdown", () => {
  it("ends what is just being loaded, and nothing is loaded after it", async () => {
    const notes: string[] = [];
    const registry = registryOf(noting("a", notes, ["b"]), noting("b", notes));
    const loading = registry.load("a");
    await registry.shutDown();
    await loading.catch(() => {});
    await expect(registry.load("b")).rejects.toMatchObject({ code: "BAD_USAGE", where: { plugin: "b" } });
    expect(registry.list({ state: "active" })).toEqual([]);
    expect(notes.filter((note) => note.startsWith("+"))).toHaveLength(notes.length / 2);
  });
});

describe("a plugin that is not wanted", () => {
  it("is refused as such, before what it requires is loaded", async () => {
    const registry = registryOf(noting("a", [], ["b"]), noting("b", [], [], { onLoad: failing }));
    await registry.disable("a");
    await expect(registry.load("a")).rejects.toMatchObject({
      code: "POLICY",
      message: 'Cannot load plugin "a": it is disabled',
    });
    expect(registry.find("b").state).toBe("resolved");
  });

  it("since it crashed too often, is refused as such", async () => {
    const crashes = crashesInMemory();
    for (let i = 0; i < 3; i++) await crashes.add("a");
    const registry = new PluginRegistry({ crashes });
    registry.register(noting("a", [], ["b"]));
    registry.register(noting("b", [], [], { onLoad: failing }));
    for (let i = 0; i < 2; i++) await expect(registry.load("a")).rejects.toMatchObject({ code: "POLICY" });
    expect(registry.find("a").state).toBe("quarantined");
  });
});

describe("a plugin that is being unloaded", () => {
  it("ends as it should when it is wanted meanwhile and what it requires fails", async () => {
    const notes: string[] = [];
    const { open, passed } = gate();
    let crash: (error: HoduError) => void = () => {};
    const required = noting("b", notes);
    let loads = 0;
    const registry = registryOf(noting("a", notes, ["b"], { onUnload: () => passed }), {
      ...listed(required),
      load: async () => {
        if (loads++ > 0) failing();
        return { ...required, dispose: async () => {}, crashed: new Promise((resolve) => (crash = resolve)) };
      },
    });
    await registry.load("a");
    const unloading = registry.unload("a");
    crash(new HoduError("PLUGIN_CRASH", "It crashed"));
    while (registry.find("b").state === "active") await new Promise((resolve) => setImmediate(resolve));
    await expect(registry.load("a")).rejects.toMatchObject({ code: "PLUGIN_DEPENDENCY" });
    open();
    await unloading;
    expect(registry.find("a").state).toBe("unloaded");
  });
});
