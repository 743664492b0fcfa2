import { endPluginSystem, globalRegistry, PluginRegistry } from "@hodu/plugin-host";
import { type FormatPlugin, PluginMetadata, tensorFrom } from "hodu-plugin-sdk";
import { afterEach, describe, expect, it } from "vitest";
import { readTensors } from "../index.ts";
import { initPluginSystem } from "./plugin-system.ts";

afterEach(endPluginSystem);

const ones: FormatPlugin = {
  loadTensors: async () => ({ values: [{ name: "one", value: tensorFrom("f32", [1], [1]) }], metadata: [] }),
};
const manifest = new PluginMetadata("hodu-format-ones", "1.0.0")
  .withComponent({
    kind: "format",
    name: "ones",
    title: "Ones",
    modelExtensions: [],
    tensorExtensions: [".ones"],
    capabilities: ["load_tensor"],
  })
  .build();

describe("the plugin system of a program", () => {
  it("is made once, knows what comes with Hodu, and is refused before", () => {
    expect(() => globalRegistry()).toThrow(expect.objectContaining({ code: "BAD_USAGE", hint: "initPluginSystem()" }));
    const registry = initPluginSystem();
    expect(registry).toBeInstanceOf(PluginRegistry);
    expect([initPluginSystem(), globalRegistry()]).toEqual([registry, registry]);
    expect(registry.find("onnx").manifest.id).toBe("hodu-format-onnx");
  });

  it("reads files by the plugins that a program registers, loaded when they are used", async () => {
    const bytes = new File(["1"], "x.ones");
    await expect(readTensors(bytes)).rejects.toThrow(".ones");
    const registry = initPluginSystem();
    let loads = 0;
    registry.register({ manifest, formats: { ones }, onLoad: () => void (loads += 1) });
    expect(loads).toBe(0);
    const { values } = await readTensors(bytes, { format: "ones" });
    expect([...values.one.data]).toEqual([1]);
    expect([loads, registry.find("ones").state]).toEqual([1, "active"]);
    await endPluginSystem();
    expect(registry.find("ones").state).toBe("unloaded");
  });
});
