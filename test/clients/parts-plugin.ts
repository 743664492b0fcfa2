import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PluginProgram } from "@hodu/plugin-host";
import type { Manifest } from "hodu-plugin-sdk";
import { compileC } from "./compile-c.ts";
import { hasC, hasGo, hasPython } from "./example-plugins.ts";

export const partsManifest: Manifest = {
  id: "hodu-test-client",
  version: "1.2.0",
  description: "One of each part, and a backend that fails as it is told.",
  author: "The Hodu authors",
  license: "Apache-2.0",
  sdk: "^0.3.0",
  components: [
    { kind: "transform", name: "relu-of-relu", stage: "graph_cleanup" },
    { kind: "operator", name: "shop", domain: "com.example", operators: ["Twice", "Half"] },
    { kind: "kernel", name: "matmul", operator: "MatMul" },
    { kind: "kernel-backend", name: "matmul-hls", kernel: "matmul", language: "hls" },
    { kind: "hw-transform", name: "fold", stage: "kernel_mapping" },
    { kind: "extension", name: "counter" },
    { kind: "backend", name: "faulty", devices: ["none"], capabilities: ["run"] },
  ],
};

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The same plugin in each language that is there. */
export interface PartsPlugins {
  readonly program: Readonly<Record<Language, PluginProgram>>;
  remove(): void;
}

export type Language = "python" | "go" | "c";

/** Languages with whether their tools are here; those that lack them are skipped by name. */
export const LANGUAGES = [
  {
    language: "python",
    isHere: hasPython,
    title: hasPython ? "in Python" : "in Python (skipped: there is no python3)",
  },
  { language: "go", isHere: hasGo, title: hasGo ? "in Go" : "in Go (skipped: there is no go)" },
  { language: "c", isHere: hasC, title: hasC ? "in C" : "in C (skipped: there is no cc)" },
] as const satisfies readonly { readonly language: Language; readonly isHere: boolean; readonly title: string }[];

/** Builds what has to be built, beside a copy of the client, without the network. */
export function partsPlugins(): PartsPlugins {
  const folder = mkdtempSync(join(tmpdir(), "hodu-parts-"));
  const binary = join(folder, "plugin");
  if (hasGo) {
    cpSync(here("fixtures/parts_go"), folder, { recursive: true });
    mkdirSync(join(folder, "hodu"));
    for (const name of readdirSync(here("../../clients/go"))) {
      if (name.endsWith(".go")) cpSync(join(here("../../clients/go"), name), join(folder, "hodu", name));
    }
    execFileSync("go", ["build", "-o", binary, "."], {
      cwd: folder,
      stdio: "pipe",
      env: { ...process.env, GOPROXY: "off" },
    });
  }
  const ofC = join(folder, "plugin-c");
  if (hasC) compileC([here("fixtures/parts_c/plugin.c"), "hodu_plugin.c"], ofC);
  return {
    program: {
      python: {
        command: "python3",
        arguments: [here("fixtures/parts.py")],
        environment: { PYTHONDONTWRITEBYTECODE: "1" },
      },
      go: { command: binary, arguments: [] },
      c: { command: ofC, arguments: [] },
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
