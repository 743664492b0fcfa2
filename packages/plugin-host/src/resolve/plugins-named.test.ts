import type { Component, Manifest } from "hodu-plugin-sdk";
import { expect, it } from "vitest";
import { findPlugin } from "../find-plugin.ts";
import { shortName } from "./plugins-named.ts";

function plugin(id: string, ...components: readonly Component[]): { readonly manifest: Manifest } {
  return { manifest: { id, version: "1.0.0", description: "", author: "", license: "", sdk: "*", components } };
}

const onnxFormat = plugin("hodu-format-onnx");
const onnxRuntime = plugin("hodu-backend-onnx", { kind: "runtime", name: "xla:cuda", engine: "xla", device: "cuda" });
const npy = plugin("@acme/hodu-format-npy", { kind: "kernel", name: "MatMul", operator: "MatMul" });
const plugins = [onnxFormat, onnxRuntime, npy];

it.each([
  ["hodu-format-onnx", "onnx"],
  ["hodu-kernel-backend-hls", "hls"],
  ["@acme/hodu-transform-x", "x"],
  ["hodu-my-tool", "my-tool"],
  ["my-npy", "my-npy"],
  ["hodu-format-", "format-"],
])("shortens %s to %s", (id, name) => {
  expect(shortName(id)).toBe(name);
});

it.each([
  ["hodu-format-onnx", onnxFormat],
  [" HODU-Format-ONNX ", onnxFormat],
  ["npy", npy],
  ["@acme/hodu-format-npy", npy],
  ["xla:cuda", onnxRuntime],
  ["kernel:MatMul", npy],
])("finds %j", (name, expected) => {
  expect(findPlugin(plugins, name, "use")).toBe(expected);
});

it("lists the candidates of a name that could be several", () => {
  expect(() => findPlugin(plugins, "onnx", "use")).toThrow(
    expect.objectContaining({
      code: "BAD_USAGE",
      message: 'Cannot use "onnx": it could be hodu-format-onnx or hodu-backend-onnx, expected one',
    }),
  );
});

it("says what was probably meant", () => {
  const missing = { code: "PLUGIN_NOT_FOUND", hint: "did you mean hodu-format-onnx?" };
  expect(() => findPlugin(plugins, "hodu-format-onyx", "use")).toThrow(expect.objectContaining(missing));
  expect(() => findPlugin([], "x", "use")).toThrow(expect.objectContaining({ hint: "hodu plugin list --all" }));
});
