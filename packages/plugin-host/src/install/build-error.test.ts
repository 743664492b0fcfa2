/** Rows H-303 to H-306: what is said when a build fails. */
import { expect, it } from "vitest";
import type { Machine } from "../resolve/machine.ts";
import { buildError } from "./build-error.ts";

const machine: Machine = { has: () => false, library: () => undefined };
const manifest = {
  id: "hodu-backend-cuda",
  version: "0.2.0",
  description: "d",
  author: "a",
  license: "MIT",
  sdk: "^0.3.0",
  components: [{ kind: "backend", name: "cuda", devices: ["cuda"], capabilities: ["run"] }],
  requires: { optionalSystem: ["cuda"] },
} as const;

const errorOf = (output: string): ReturnType<typeof buildError> =>
  buildError(
    { manifest, failure: "exit code 2", output, logFile: "/h/logs/b.log", retry: "hodu plugin install cuda" },
    machine,
  );

const textOf = (output: string): string =>
  (errorOf(output).report?.sections ?? []).map(({ title, lines = [] }) => [title, ...lines].join("\n")).join("\n\n");

it("has the compiler's words, causes, fixes by number, the log and the command to type again", () => {
  const { message, code, hint, report } = errorOf("kernels.cu:1: unknown type\n");
  expect(message).toBe('Cannot build plugin "hodu-backend-cuda": its build ended with exit code 2, expected a success');
  expect(report).toEqual({
    sections: [
      { title: "Build failed!" },
      { lines: ["kernels.cu:1: unknown type"] },
      { title: "Possible causes:", lines: ["- Missing system dependency: CUDA toolkit"] },
      {
        title: "To fix:",
        lines: [
          "1. Install CUDA toolkit: https://developer.nvidia.com/cuda-downloads",
          "2. Retry: hodu plugin install cuda",
        ],
      },
      { title: "Build log: /h/logs/b.log" },
    ],
  });
  expect({ code, hint }).toEqual({ code: "PLUGIN_BUILD", hint: "hodu plugin install cuda" });
});

it.each([
  ["src/a.ts(1,1): error TS2307: Cannot find module 'left-pad' or its types", "Missing package: left-pad"],
  ["src/a.ts(1,1): error TS2307: Cannot find module '@a/b' or its types", "Missing package: @a/b"],
  ["src/a.ts(1,1): error TS2591: Cannot find name 'process'.", "Missing types of Node"],
  ["error TS5083: Cannot read file '/tsconfig.base.json'.", "Its tsconfig.json needs a file that is not in its folder"],
  ["src/a.ts(1,1): error TS2322: no", "or have a fault"],
  ["a.c:1:10: fatal error: 'cblas.h' file not found", "Missing header: cblas.h"],
  ["a.c:1:10: fatal error: cblas.h: No such file or directory", "Missing header: cblas.h"],
  ["/usr/bin/ld: cannot find -lopenblas", "Missing library: openblas"],
  ["main.go:3:2: no required module provides package x.y/z", "Go wants modules that are not here"],
])("%s", (output, cause) => {
  expect(textOf(output)).toContain(cause);
});

it("shows the first lines of much output", () => {
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
  expect(textOf(lines.join("\n"))).toContain("line 19\n... and 80 more lines\n");
});

it("is about the disk where that is full", () => {
  expect(errorOf("go: write: no space left on device")).toMatchObject({ code: "IO", exitCode: 74 });
});
