import { expect, it } from "vitest";
import { PluginMetadata } from "./plugin-metadata.ts";

it("makes the manifest of the document's backend example", () => {
  const manifest = new PluginMetadata("wgpu_backend", "1.0.0")
    .withName("WGPU Backend")
    .withDescription("WebGPU backend for portable GPU compute")
    .withAuthor("SpiralTorch Team")
    .withCapability("Backend(WGPU)")
    .withMetadata("gpu_api", "WebGPU")
    .withMetadata("platforms", "Windows,Linux,macOS")
    .build();
  expect(manifest).toEqual({
    id: "wgpu_backend",
    version: "1.0.0",
    name: "WGPU Backend",
    description: "WebGPU backend for portable GPU compute",
    author: "SpiralTorch Team",
    license: "",
    sdk: "^0.3.0",
    components: [{ kind: "extension", name: "wgpu_backend" }],
    capabilities: ["backend:WGPU"],
    metadata: { gpu_api: "WebGPU", platforms: "Windows,Linux,macOS" },
  });
});

it("keeps all dependencies, and leaves what it was made of as it was", () => {
  const before = new PluginMetadata("my_plugin", "1.0.0").withDependency("base_plugin", ">=1.0.0");
  const { requires } = before.withDependency("utils_plugin", "^2.0.0").build();
  expect(requires?.plugins).toEqual({ base_plugin: ">=1.0.0", utils_plugin: "^2.0.0" });
  expect(before.build().requires?.plugins).toEqual({ base_plugin: ">=1.0.0" });
});

it("takes names that objects have of their own for what they are", () => {
  const { metadata } = new PluginMetadata("p", "1.0.0").withMetadata("__proto__", "x").build();
  expect(Object.entries(metadata ?? {})).toEqual([["__proto__", "x"]]);
});

it("has the components that it was given, and no extension then", () => {
  const { components } = new PluginMetadata("p", "1.0.0")
    .withComponent({ kind: "transform", name: "t", stage: "graph_cleanup" })
    .build();
  expect(components.map(({ kind }) => kind)).toEqual(["transform"]);
});
