import { HoduError } from "@hodu/core";
import type { BackendComponent, Manifest } from "hodu-plugin-sdk";
import { expect, test } from "vitest";
import { canonicalDevice } from "./devices.ts";
import { type BackendOffer, resolveBackend } from "./resolve-backend.ts";

function offer(
  name: string,
  devices: readonly string[],
  capabilities: BackendComponent["capabilities"] = ["run"],
): BackendOffer {
  const component: BackendComponent = { kind: "backend", name, devices, capabilities };
  const id = `hodu-backend-${name}`;
  const manifest: Manifest = {
    id,
    version: "1.0.0",
    description: "",
    author: "",
    license: "",
    sdk: "*",
    components: [component],
  };
  return { plugin: { manifest }, component };
}

const interp = offer("interp", ["cpu"]);
const cpu = offer("cpu", ["cpu"]);
const cuda = offer("cuda", ["cuda"]);
const builder = offer("llvm", ["cpu"], ["build"]);
const all = [interp, builder, cpu, cuda];

function refusal(call: () => unknown): HoduError {
  try {
    call();
  } catch (error) {
    if (error instanceof HoduError) return error;
  }
  throw new Error("it was not refused");
}

test("the first of the priority that runs on the device is taken", () => {
  expect(resolveBackend(all, { device: "cpu" })).toBe(cpu);
  expect(resolveBackend(all, { device: "cuda:1" })).toBe(cuda);
  expect(resolveBackend(all, { device: "cpu", priority: ["interp", "cpu"] })).toBe(interp);
  expect(resolveBackend(all, { device: "cpu", priority: ["hodu-backend-cpu"] })).toBe(cpu);
});

test("interp serves where the priority names nothing that does", () => {
  expect(resolveBackend(all, { device: "cpu", priority: ["metal"] })).toBe(interp);
  expect(resolveBackend([interp], { device: "cpu" })).toBe(interp);
});

test("a backend is named in short or in full, in any case", () => {
  expect(resolveBackend(all, { device: "cpu", backend: "interp" })).toBe(interp);
  expect(resolveBackend(all, { device: "cpu", backend: "HODU-backend-interp" })).toBe(interp);
});

test("a backend that only builds does not run", () => {
  expect(refusal(() => resolveBackend(all, { device: "cpu", backend: "llvm" })).code).toBe("BACKEND_NOT_FOUND");
});

test("a backend that was named is not replaced when it does not run on the device", () => {
  const error = refusal(() => resolveBackend(all, { device: "cuda:0", backend: "interp" }));
  expect(error.message).toContain("it runs on cpu only");
});

test("without a backend the error lists those that there are and the plugin that is missing", () => {
  const error = refusal(() => resolveBackend(all, { device: "metal" }));
  expect(error.code).toBe("BACKEND_NOT_FOUND");
  expect(error.message).toContain('"hodu-backend-metal"');
  expect(error.message).toContain("interp (hodu-backend-interp 1.0.0) on cpu");
  expect(error.hint).toBe("hodu run model.onnx --backend interp --device cpu");
});

test("a name that two plugins have is refused, with both", () => {
  const other = { ...cpu, plugin: { manifest: { ...cpu.plugin.manifest, id: "my-backend" } } };
  const error = refusal(() => resolveBackend([cpu, other], { device: "cpu", backend: "cpu" }));
  expect(error.code).toBe("BAD_USAGE");
  expect(error.message).toContain("my-backend");
});

test.each([
  ["cuda", "cuda:0"],
  ["cuda::0", "cuda:0"],
  ["cuda:3", "cuda:3"],
  ["CPU", "cpu"],
  ["cpu:0", "cpu"],
  ["metal", "metal"],
  ["metal:1", "metal:1"],
])("%s is %s", (name, canonical) => {
  expect(canonicalDevice(name)).toBe(canonical);
});

test.each(["", "cuda:", ":0", "cuda:x", "cuda:0:0", "a b"])("%j is no device", (name) => {
  expect(refusal(() => canonicalDevice(name)).code).toBe("BAD_USAGE");
});

test("a device that none of the priority runs on is run by a backend that does", () => {
  const own = offer("mine", ["mydevice"]);
  expect(resolveBackend([...all, own], { device: "mydevice" })).toBe(own);
  expect(resolveBackend([...all, own], { device: "mydevice", priority: ["cpu"] })).toBe(own);
  expect(resolveBackend([...all, own], { device: "cpu", priority: [] })).toBe(interp);
  expect(refusal(() => resolveBackend([...all, own], { device: "mydevice", precision: "f64" })).code).toBe(
    "BACKEND_NOT_FOUND",
  );
});
