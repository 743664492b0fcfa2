import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LoadedPlugin } from "@hodu/plugin-host";
import { linkSdk } from "@hodu/plugin-host/install";
import { bytesSource, type CallContext, HoduError, type Manifest } from "hodu-plugin-sdk";
import { transform } from "esbuild";
import { type FolderPlugin, listFolder } from "../../packages/plugin-host/src/list-folder.ts";

/** Those with a client, in which a plugin does what is asked of it. */
export const LANGUAGES = ["typescript", "python", "go"] as const;

/** One in C fails, and does nothing else. */
export const FAILING_LANGUAGES = [...LANGUAGES, "c"] as const;
export type Language = (typeof FAILING_LANGUAGES)[number];

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const client = (name: string): string => fileURLToPath(new URL(`../../clients/${name}`, import.meta.url));

const has = (command: string, argument: string): boolean =>
  spawnSync(command, [argument], { stdio: "ignore" }).status === 0;

/** The languages whose plugins cannot be made here, and why. */
export const MISSING: Readonly<Partial<Record<Language, string>>> = {
  ...(has("python3", "--version") ? {} : { python: "there is no python3" }),
  ...(has("go", "version") ? {} : { go: "there is no go" }),
  ...(has("cc", "--version") ? {} : { c: "there is no C compiler" }),
};

/** A plugin in a language that goes wrong when it is asked to. */
const manifest: Manifest = {
  id: "hodu-test-trouble",
  version: "1.0.0",
  description: "Goes wrong in the way that is asked for.",
  author: "The Hodu authors",
  license: "Apache-2.0",
  sdk: "^0.3.0",
  bugs: "https://example.com/issues",
  components: [
    {
      kind: "format",
      name: "trouble",
      title: "Trouble",
      modelExtensions: [],
      tensorExtensions: [".trouble"],
      capabilities: ["load_tensor"],
    },
  ],
};

const PROGRAMS: Readonly<Partial<Record<Language, Manifest["program"]>>> = {
  python: { command: "python3", arguments: ["plugin.py"] },
  go: { command: "./plugin" },
  c: { command: "./plugin" },
};

type MadeBy = (folder: string) => Promise<void> | void;

const MADE: Readonly<Record<Language, MadeBy>> = {
  async typescript(folder) {
    const { code } = await transform(readFileSync(fixture("trouble.ts")), { loader: "ts", format: "esm" });
    writeFileSync(join(folder, "index.js"), code);
    linkSdk(folder);
  },
  python(folder) {
    cpSync(fixture("trouble.py"), join(folder, "plugin.py"));
    cpSync(client("python/hodu_plugin.py"), join(folder, "hodu_plugin.py"));
  },
  go(folder) {
    cpSync(client("go"), join(folder, "hodu"), {
      recursive: true,
      filter: (path) => !/go\.mod$|_test\.go$/.test(path),
    });
    cpSync(fixture("trouble.go"), join(folder, "main.go"));
    writeFileSync(join(folder, "go.mod"), "module hodu-test-trouble\n\ngo 1.24\n");
    execFileSync("go", ["build", "-o", "plugin", "."], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  },
  c: (folder) => compileTrouble(join(folder, "plugin")),
};

/** Makes an executable of the plugin in C; `c++` takes the same source. */
export function compileTrouble(path: string, compiler: "cc" | "c++" = "cc", options: readonly string[] = []): void {
  const language = compiler === "cc" ? "c" : "c++";
  // what a C library checks by itself makes faults end at once, and in one way
  const flags = ["-O2", "-D_GNU_SOURCE", "-D_FORTIFY_SOURCE=2", "-w", "-pthread", "-x", language];
  execFileSync(compiler, [...flags, fixture("trouble.c"), "-x", "none", "-o", path, ...options], { stdio: "inherit" });
}

/** The plugins in all languages that there are here, each in a folder, as they are installed. */
export interface TroublePlugins {
  readonly root: string;
  folder(language: Language): string;
  manifest(language: Language, permissions?: Manifest["permissions"]): Manifest;
  start(language: Language, options?: Partial<FolderPlugin>): Promise<LoadedPlugin>;
  remove(): void;
}

export async function makeTroublePlugins(languages: readonly Language[] = FAILING_LANGUAGES): Promise<TroublePlugins> {
  const root = mkdtempSync(join(tmpdir(), "hodu-trouble-"));
  for (const language of languages) {
    if (MISSING[language] !== undefined) continue;
    const folder = join(root, language);
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), '{ "type": "module", "exports": "./index.js" }');
    await MADE[language](folder);
  }
  const plugins: TroublePlugins = {
    root,
    folder: (language) => join(root, language),
    manifest: (language, permissions = {}) => {
      const program = PROGRAMS[language];
      return { ...manifest, permissions, ...(program && { program }) };
    },
    start: (language, options = {}) =>
      listFolder({
        manifest: plugins.manifest(language),
        folder: plugins.folder(language),
        origin: "path",
        logFile: join(root, `${language}.log`),
        ...options,
      }).load(),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  return plugins;
}

/** Has a plugin do something; what it says of it. */
export async function act(
  plugin: LoadedPlugin,
  action: string,
  argument = "",
  context: Partial<CallContext> = {},
): Promise<string> {
  const whole = { signal: new AbortController().signal, log() {}, progress() {}, ...context };
  const source = bytesSource(`${action}.trouble`, new TextEncoder().encode(argument));
  const { metadata } = await plugin.formats!["trouble"].loadTensors!(source, {}, whole);
  return metadata[0][1];
}

/** What a call ends with, which must be a HoduError. */
export async function errorOf(call: Promise<unknown>): Promise<HoduError> {
  const error: unknown = await call.then(
    (result) => result,
    (thrown: unknown) => thrown,
  );
  if (error instanceof HoduError) return error;
  throw new Error(`found ${String(error)}, expected a HoduError`);
}
