import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamicPluginLoader, type ListedPlugin, PluginRegistry } from "@hodu/plugin-host";
import { type HoduEvent, serviceType } from "hodu-plugin-sdk";
import { afterAll, describe, expect, it } from "vitest";

const root = mkdtempSync(join(tmpdir(), "hodu-life-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A folder with a plugin in a package of its own, whose module this is. */
function packageIn(folder: string, name: string, module: string, requires: Record<string, string> = {}): void {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  const manifest = {
    name,
    version: "1.0.0",
    description: "A test.",
    author: "Somebody",
    license: "MIT",
    type: "module",
    exports: "./index.js",
    peerDependencies: { "hodu-plugin-sdk": "*" },
    hodu: { components: [{ kind: "extension", name }], requires: { plugins: requires } },
  };
  writeFileSync(join(place, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(place, "index.js"), module);
}

const newFolder = (): string => mkdtempSync(join(root, "plugins-"));

async function registryOf(folder: string, inProcess: boolean): Promise<PluginRegistry> {
  const registry = new PluginRegistry();
  await new DynamicPluginLoader({ inProcess }).loadInto(folder, registry);
  return registry;
}

function heard(registry: PluginRegistry): HoduEvent[] {
  const events: HoduEvent[] = [];
  registry.subscribe("*", (event) => void events.push(event));
  return events;
}

describe.each([
  ["in this process", true],
  ["in processes of their own", false],
])("plugins from a folder, %s", (_, inProcess) => {
  it("come after what they require, use its services, hear events, and go in reverse", async () => {
    const folder = newFolder();
    const tell = (what: string): string =>
      `context.eventBus.publish({ type: "Custom", eventType: "told", data: ${what} })`;
    packageIn(
      folder,
      "greeter",
      `export default {
        onLoad: (context) => context.registerService({ name: "greeter", methods: ["greet"] }, { greet: async (name) => "Hello, " + name }),
        onUnload: (context) => ${tell('"greeter goes"')},
      };`,
    );
    packageIn(
      folder,
      "guest",
      `export default {
        async onLoad(context) {
          const greeter = context.getService({ name: "greeter", methods: ["greet"] });
          await ${tell('await greeter.greet("guest")')};
          context.subscribe("EpochStart", ({ epoch }) => ${tell('"Epoch " + epoch + " started"')});
        },
        onUnload: (context) => ${tell('"guest goes"')},
      };`,
      { greeter: "^1.0.0" },
    );
    const registry = await registryOf(folder, inProcess);
    const told: unknown[] = [];
    registry.subscribe("told", ({ data }) => void told.push(data));
    const { loaded } = await registry.initializeAll();
    expect([...loaded].sort()).toEqual(["greeter", "guest"]);
    await registry.publish({ type: "EpochStart", epoch: 3 });
    const greeter = registry.getService(serviceType<{ greet(name: string): Promise<string> }>("greeter", "greet"));
    expect(await greeter?.greet("host")).toBe("Hello, host");
    await registry.shutDown();
    expect(told).toEqual(["Hello, guest", "Epoch 3 started", "guest goes", "greeter goes"]);
    expect(registry.getService(serviceType("greeter"))).toBeUndefined();
  });

  it("may answer an event with the same one for ever, and others are still told", async () => {
    const folder = newFolder();
    packageIn(
      folder,
      "echo",
      `export default {
        onLoad(context) {
          context.subscribe("EpochStart", ({ epoch }) => void context.eventBus.publish({ type: "EpochStart", epoch: epoch + 1 }));
        },
      };`,
    );
    const registry = await registryOf(folder, inProcess);
    await registry.load("echo");
    const events = heard(registry);
    await registry.publish({ type: "EpochStart", epoch: 1 });
    await until(() => events.some(({ type }) => type === "PluginFailed"), 5000);
    expect(events.filter(({ type }) => type === "EpochStart")).toHaveLength(8);
    expect(events.find(({ type }) => type === "PluginFailed")).toMatchObject({
      plugin: "echo",
      error: expect.stringContaining("events that bring about each other") as string,
    });
    await registry.shutDown();
  });

  it("are not loaded when a service of theirs lacks a method", async () => {
    const folder = newFolder();
    packageIn(
      folder,
      "lacking",
      'export default { onLoad: (context) => context.registerService({ name: "s", methods: ["one", "two"] }, { one() {} }) };',
    );
    const registry = await registryOf(folder, inProcess);
    await expect(registry.load("lacking")).rejects.toThrow('it has no method "two"');
    expect(registry.getService(serviceType("s"))).toBeUndefined();
    await registry.shutDown();
  });

  it("are told of when they are broken, and stop no other", async () => {
    const folder = newFolder();
    packageIn(folder, "good", "export default {};");
    packageIn(folder, "broken", "export default {};");
    writeFileSync(join(folder, "broken", "package.json"), '{ "name": "broken", "hodu": {} }');
    packageIn(folder, "throwing", "throw new Error('at import');");
    packageIn(folder, "needy", "export default {};", { throwing: "*" });
    const registry = new PluginRegistry();
    const events = heard(registry);
    const { registered, broken } = await new DynamicPluginLoader({ inProcess }).loadInto(folder, registry);
    expect(registered.map(({ manifest }) => manifest.id).sort()).toEqual(["good", "needy", "throwing"]);
    expect(broken).toEqual([expect.objectContaining({ folder: join(folder, "broken") })]);
    const { loaded, failed } = await registry.initializeAll();
    expect(loaded).toEqual(["good"]);
    expect(failed.get("throwing")?.message).toContain("at import");
    expect(failed.get("needy")?.message).toContain("needy 1.0.0 -> throwing 1.0.0 failed");
    const failures = events.flatMap((event) => (event.type === "PluginFailed" ? [event.plugin] : []));
    expect(failures.sort()).toEqual([join(folder, "broken"), "needy", "throwing"]);
    await registry.shutDown();
  });
});

describe("a plugin's process that crashes", () => {
  const crashing = `export default {
    onLoad(context) {
      const crash = async () => process.kill(process.pid, "SIGKILL");
      context.registerService({ name: "crash", methods: ["crash"] }, { crash });
    },
  };`;
  const crash = async (registry: PluginRegistry): Promise<void> => {
    const service = registry.getService(serviceType<{ crash(): Promise<void> }>("crash", "crash"));
    await expect(service?.crash()).rejects.toThrow("was ended by signal SIGKILL");
  };

  it("is seen within a second, takes its services along, and comes back when it is wanted, until it crashed too often", async () => {
    const folder = newFolder();
    packageIn(folder, "crasher", crashing);
    const registry = await registryOf(folder, false);
    const events = heard(registry);
    for (let crashes = 1; crashes <= 3; crashes++) {
      await registry.load("crasher");
      await crash(registry);
      await until(() => registry.find("crasher").state !== "active", 1000);
      expect(registry.getService(serviceType("crash"))).toBeUndefined();
      expect(registry.find("crasher").state).toBe(crashes < 3 ? "failed" : "quarantined");
    }
    const refusal = { code: "POLICY", hint: "hodu plugin enable crasher" };
    await expect(registry.load("crasher")).rejects.toThrow(expect.objectContaining(refusal));
    const failures = events.flatMap((event) => (event.type === "PluginFailed" ? [event.error] : []));
    expect(failures.slice(0, 3)).toEqual([
      expect.stringContaining('the process of plugin "crasher" was ended by signal SIGKILL'),
      expect.stringContaining("was ended by signal SIGKILL"),
      'Cannot load plugin "crasher": it crashed 3 times in 5 minutes, so it is not loaded any more',
    ]);
    await registry.enable("crasher");
    await registry.load("crasher");
    expect(registry.find("crasher").state).toBe("active");
    await registry.shutDown();
  });

  it("while it is loaded counts, too", async () => {
    const folder = newFolder();
    packageIn(
      folder,
      "crasher",
      'export default { onLoad() { process.kill(process.pid, "SIGKILL"); return new Promise(() => {}); } };',
    );
    const registry = await registryOf(folder, false);
    for (let i = 0; i < 3; i++)
      await expect(registry.load("crasher")).rejects.toThrow(expect.objectContaining({ code: "PLUGIN_CRASH" }));
    expect(registry.find("crasher").state).toBe("quarantined");
  });

  it("is no end for those that do not require it", async () => {
    const folder = newFolder();
    packageIn(folder, "crasher", crashing);
    packageIn(
      folder,
      "other",
      'export default { onLoad: (context) => context.registerService({ name: "other", methods: ["pid"] }, { pid: async () => process.pid }) };',
    );
    const registry = await registryOf(folder, false);
    await registry.initializeAll();
    await crash(registry);
    await until(() => registry.find("crasher").state === "failed", 1000);
    const other = registry.getService(serviceType<{ pid(): Promise<number> }>("other", "pid"));
    expect(await other?.pid()).toBeGreaterThan(0);
    await registry.shutDown();
  });
});

describe("a process that is reloaded", () => {
  it("gives way to a new one with the new code, and ends", async () => {
    const folder = newFolder();
    const module = (version: string): string =>
      `export default { onLoad: (context) => context.registerService({ name: "version", methods: ["version"] }, { version: async () => "${version}" }) };`;
    packageIn(folder, "changing", module("old"));
    const registry = await registryOf(folder, false);
    const version = (): Promise<string> =>
      registry.getService(serviceType<{ version(): Promise<string> }>("version", "version"))!.version();
    await registry.load("changing");
    expect(await version()).toBe("old");
    const before = childrenOfThis();
    packageIn(folder, "changing", module("new"));
    const listed: ListedPlugin | undefined = registry.plugins[0];
    expect(listed.isApart).toBe(true);
    await registry.reload("changing");
    expect(await version()).toBe("new");
    await until(() => childrenOfThis() === before, 5000);
    await registry.shutDown();
  });
});

async function until(isSo: () => boolean, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!isSo() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isSo()).toBe(true);
}

/** How many processes this one has started and still has; 0 where the system does not say. */
function childrenOfThis(): number {
  const file = `/proc/${process.pid}/task/${process.pid}/children`;
  return existsSync(file) ? readFileSync(file, "utf8").trim().split(" ").length : 0;
}
