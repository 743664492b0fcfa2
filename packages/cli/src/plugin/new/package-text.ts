import type { Manifest } from "hodu-plugin-sdk";
import { SDK_VERSION } from "hodu-plugin-sdk";
import type { PluginPlan } from "./plan-plugin.ts";
import type { Language } from "./plugin-kinds.ts";

/** What a package.json says of a plugin in one language. */
interface LanguagePart {
  readonly members: object;
  readonly hodu: Pick<Manifest, "program" | "requires">;
  readonly files: readonly string[];
  /** Its own tests, after it was built and held to its contract. */
  readonly test: string;
}

/** Of a plugin in C, in its folder. */
const C_SOURCES = ["plugin.c", "hodu_plugin.c"];

const PARTS: Readonly<Record<Language, LanguagePart>> = {
  ts: {
    members: { type: "module", exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } } },
    hodu: {},
    files: ["dist"],
    test: "node --test tests/integration.test.js",
  },
  python: {
    members: {},
    hodu: {
      requires: { system: ["python3"] },
      program: { command: "python3", arguments: ["-B", "plugin.py"] },
    },
    files: ["*.py"],
    test: "python3 -B -m unittest discover -s tests",
  },
  go: {
    members: {},
    hodu: {
      requires: { system: ["go"] },
      program: { command: "./plugin", build: ["go", "build", "-o", "plugin", "."] },
    },
    files: ["*.go", "go.mod", "hodu"],
    test: "go test .",
  },
  c: {
    members: {},
    hodu: {
      requires: { system: ["cc"] },
      program: {
        command: "./plugin",
        build: ["cc", "-std=c11", "-O2", "-Wall", "-Wextra", "-pthread", "-o", "plugin", ...C_SOURCES, "-lm"],
      },
    },
    files: ["*.c", "*.h"],
    test: "cc -std=c11 -g -pthread -I. -o tests/run tests/test_plugin.c hodu_plugin.c -lm && ./tests/run",
  },
};

/** The package.json of a new plugin: the manifest of a plugin stands in it, and nowhere else. */
export function packageText({ id, name, info, language }: PluginPlan): string {
  const part = PARTS[language];
  const members = {
    name: id,
    version: "0.1.0",
    description: info.description,
    author: "You",
    license: "MIT",
    keywords: ["hodu-plugin"],
    ...part.members,
    files: part.files,
    scripts: { test: `hodu plugin test . && ${part.test}`, prepack: "hodu plugin test ." },
    engines: { node: ">=20.19.0" },
    peerDependencies: { "hodu-plugin-sdk": `^${SDK_VERSION}` },
    hodu: { components: [info.component(name)], ...part.hodu },
  };
  return `${JSON.stringify(members, null, 2)}\n`;
}
