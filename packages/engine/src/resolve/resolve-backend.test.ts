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
  const named = offer("OpenVINO", ["cpu"]);
  expect(resolveBackend([...all, named], { device: "cpu", backend: "openvino" })).toBe(named);
});

test("a backend that only builds does not run", () => {
  expect(refusal(() => resolveBackend(all, { device: "cpu", backend: "llvm" })).code).toBe("BACKEND_NOT_FOUND");
});

test("a backend that was named is not replaced when it does not run on the device", () => {
  const error = refusal(() => resolveBackend(all, { device: "cuda:0", backend: "interp" }));
  expect(error.message).toContain("it runs on cpu only");
});

test("H-299 to H-301: without a backend the error says how it is had and which there are", () => {
  const error = refusal(() => resolveBackend(all, { device: "metal" }));
  expect(error.code).toBe("BACKEND_NOT_FOUND");
  expect(error.message).toBe('Cannot run on device "metal": no backend for it is installed');
  expect(error.report).toEqual({
    headline: "Backend 'metal' not found",
    sections: [
      {
        title: "To install:",
        lines: ["hodu plugin install metal --path FOLDER", "hodu plugin install metal --offline FILE.tgz"],
      },
      {
        title: "Available backends:",
        lines: [
          "interp (builtin) on cpu",
          "cpu (hodu-backend-cpu 1.0.0) on cpu",
          "cuda (hodu-backend-cuda 1.0.0) on cuda",
        ],
      },
    ],
  });
  expect(error.hint).toBe("hodu run model.onnx --backend interp --device cpu");
});

test("a backend that is disabled is to be enabled, one of another name was perhaps meant", () => {
  const [remedy] = refusal(() => resolveBackend(all, { device: "metal", disabled: [offer("metal", ["metal"])] }))
    .report!.sections;
  expect(remedy.lines).toEqual(["hodu plugin enable hodu-backend-metal"]);
  expect(refusal(() => resolveBackend(all, { device: "cpu", backend: "cpuu" })).hint).toContain("--backend cpu ");
});

test.each([
  ["named in another case", { device: "cpu", backend: "OpenVINO" }],
  ["that alone runs on the device", { device: "npu:1" }],
])("a backend %s is to be enabled where it is disabled", (_, request) => {
  const disabled = [offer("npu", ["npu"], ["build"]), offer("openvino", ["npu"])];
  const [remedy] = refusal(() => resolveBackend(all, { ...request, disabled })).report!.sections;
  expect(remedy.lines).toEqual(["hodu plugin enable hodu-backend-openvino"]);
});

test("what cannot be a plugin's name is not to be installed", () => {
  const { report } = refusal(() => resolveBackend(all, { device: "cpu", backend: "'; rm -rf /\n'" }));
  expect(report?.headline).toBe("Backend '\\'; rm -rf /\\n\\'' not found");
  expect(report?.sections.map(({ title }) => title)).toEqual(["Available backends:"]);
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
