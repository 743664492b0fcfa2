import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { InstalledPlugin } from "@hodu/plugin-host";
import { hoduHome } from "../config/hodu-home.ts";
import { escapeJson, escapeName } from "../terminal/escape.ts";
import { writeResult } from "../terminal/write.ts";

export interface VersionFlags {
  readonly short?: boolean;
  readonly json?: boolean;
}

/** `hodu version`: of Hodu, what it runs on, and the plugins that are installed. */
export async function version({ short, json }: VersionFlags): Promise<void> {
  const own = ownVersion();
  if (short) return writeResult(`${own}\n`);
  const sdk = sdkVersion();
  const platform = platformTriple();
  const node = process.versions.node;
  const plugins = await installedPlugins();
  if (json) {
    const members = { version: own, sdk_version: sdk, platform, node, plugins };
    return writeResult(`${escapeJson(JSON.stringify(members, null, 2))}\n`);
  }
  const lines = [`hodu ${own}`, `hodu_plugin_sdk ${sdk}`, `Platform: ${platform}`, `Node: ${node}`];
  return writeResult(`${[...lines, ...formatPlugins(plugins)].join("\n")}\n`);
}

type Installed = Pick<InstalledPlugin, "name" | "version" | "source">;

/** None where the list of them is damaged: `hodu doctor` tells of that, and a version is asked for in any state. */
async function installedPlugins(): Promise<readonly Installed[]> {
  const home = hoduHome(process.env);
  if (home === undefined) return [];
  const { readInstalled } = await import("@hodu/plugin-host");
  try {
    return readInstalled(home).plugins.map(({ name, version, source }) => ({ name, version, source }));
  } catch {
    return [];
  }
}

function formatPlugins(plugins: readonly Installed[]): readonly string[] {
  if (plugins.length === 0) return [];
  const width = (key: "name" | "version"): number => Math.max(...plugins.map((plugin) => plugin[key].length));
  const [names, versions] = [width("name"), width("version")];
  const rows = plugins.map(
    ({ name, version, source }) => `  ${name.padEnd(names)}  ${version.padEnd(versions)}  ${escapeName(source)}`,
  );
  return ["", "Installed plugins:", ...rows];
}

/** The version of the `hodu` package; its package.json is the nearest one above this file. */
export function ownVersion(): string {
  return versionIn(createRequire(import.meta.url).resolve("hodu/package.json"));
}

function sdkVersion(): string {
  return versionIn(createRequire(import.meta.url).resolve("hodu-plugin-sdk/package.json"));
}

function versionIn(path: string): string {
  const data: unknown = JSON.parse(readFileSync(path, "utf8"));
  const found: unknown = typeof data === "object" && data !== null && "version" in data ? data.version : undefined;
  return typeof found === "string" ? found : "unknown";
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64", ia32: "i686" };

/** The platform as compilers name it: `aarch64-apple-darwin`. */
export function platformTriple(platform: string = process.platform, architecture: string = process.arch): string {
  const machine = ARCHITECTURES[architecture] ?? architecture;
  if (platform === "darwin") return `${machine}-apple-darwin`;
  if (platform === "win32") return `${machine}-pc-windows-msvc`;
  if (platform === "linux") return `${machine}-unknown-linux-${isGlibc() ? "gnu" : "musl"}`;
  return `${machine}-unknown-${platform}`;
}

/** Whether Node runs on glibc: its report names the version then. */
function isGlibc(): boolean {
  const { report } = process;
  if (report === undefined) return true;
  // Known from Node 22 on; before, the report looks up the names of open connections, of which there are none.
  Object.assign(report, { excludeNetwork: true });
  const { header } = report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime !== undefined;
}
