/** Rows H-321 to H-327: what plugins need of the system, by the names that manifests give it. */
import type { Manifest } from "hodu-plugin-sdk";
import { describe, expect, it } from "vitest";
import type { Machine } from "../resolve/machine.ts";
import { checkSystem, refuseMissing } from "./check-system.ts";
import { hasTool, systemTool, waysToInstall } from "./system-tools.ts";

const machineWith = (programs: readonly string[], libraries: readonly string[] = []): Machine => ({
  has: (name) => programs.includes(name) || libraries.includes(name),
  library: (name) => (libraries.includes(name) ? "" : undefined),
});

const manifestWith = (requires: Manifest["requires"]): Manifest => ({
  id: "hodu-backend-cuda",
  version: "0.2.0",
  description: "d",
  author: "a",
  license: "MIT",
  sdk: "^0.3.0",
  components: [{ kind: "backend", name: "cuda", devices: ["cuda"], capabilities: ["run"] }],
  requires,
});

describe("tools of the system", () => {
  it.each([
    ["clang", "clang", machineWith(["clang"])],
    ["CUDA toolkit", "CUDA toolkit", machineWith(["nvcc"])],
    ["cuda_toolkit", "CUDA toolkit", machineWith(["nvcc"])],
    ["openblas", "OpenBLAS", machineWith([], ["openblas"])],
    ["cuDNN", "cuDNN", machineWith([], ["cudnn"])],
    ["python", "Python 3", machineWith(["python3"])],
    ["golang", "Go", machineWith(["go"])],
    ["my-tool", "my-tool", machineWith(["my-tool"])],
    ["constructor", "constructor", machineWith(["constructor"])],
  ])("%s is %s, and found by what it has", (name, title, machine) => {
    expect(systemTool(name).title).toBe(title);
    expect(hasTool(systemTool(name), machine)).toBe(true);
    expect(hasTool(systemTool(name), machineWith([]))).toBe(false);
  });

  it("Xcode is for macOS only", () => {
    const has = hasTool(systemTool("Xcode"), machineWith(["xcodebuild"]));
    expect(has).toBe(process.platform === "darwin");
  });

  it("are installed by the machine's own tool for packages, or from where they are described", () => {
    expect(waysToInstall(systemTool("clang"), machineWith(["apt-get"]))[0]).toBe("sudo apt install clang");
    expect(waysToInstall(systemTool("cc"), machineWith(["apk"]))[0]).toBe("sudo apk add gcc musl-dev");
    expect(waysToInstall(systemTool("go"), machineWith(["dnf"]))[0]).toBe("sudo dnf install golang");
    expect(waysToInstall(systemTool("cuda"), machineWith([]))).toEqual(["https://developer.nvidia.com/cuda-downloads"]);
  });
});

describe("what a plugin needs of the system", () => {
  const manifest = manifestWith({ system: ["cuda", "clang"], optionalSystem: ["cudnn"] });

  it("is looked for one by one", () => {
    expect(checkSystem(manifest, machineWith(["clang"]))).toEqual([
      { title: "CUDA toolkit", isThere: false, isOptional: false },
      { title: "clang", isThere: true, isOptional: false },
      { title: "cuDNN", isThere: false, isOptional: true },
    ]);
  });

  it("and what is missing is an error in the document's form, unless it is optional", () => {
    const retry = "hodu plugin install --path ./cuda";
    expect(() => refuseMissing(manifest, machineWith(["clang", "nvcc"]), retry)).not.toThrow();
    expect(() => refuseMissing(manifest, machineWith(["clang"]), retry)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining("CUDA toolkit not found, expected on this machine") as string,
        report: {
          sections: [
            { title: "Install CUDA toolkit first:", lines: ["https://developer.nvidia.com/cuda-downloads"] },
            { title: "Then retry:", lines: ["hodu plugin install --path ./cuda"] },
          ],
        },
      }),
    );
  });
});
