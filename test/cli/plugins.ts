import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tgz } from "../bad-inputs/build-tar.ts";
import { type Finished, hodu, type HoduOptions } from "./hodu.ts";

/** A plugin's package as a test wants it. */
export interface PluginFiles {
  readonly name?: string;
  readonly version?: string;
  /** Changes of package.json. */
  readonly packageJson?: object;
  /** Changes of its member hodu. */
  readonly hodu?: object;
  /** Files by their paths; those of a format in TypeScript where there are none. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

const TSCONFIG = {
  compilerOptions: {
    target: "es2023",
    module: "nodenext",
    strict: true,
    outDir: "dist",
    rootDir: "src",
    skipLibCheck: true,
    types: [],
  },
  include: ["src"],
};

/** A format that reads numbers as text. */
const SOURCE = `import { definePlugin, tensorFrom } from "hodu-plugin-sdk";

export default definePlugin({
  formats: {
    points: {
      async loadTensors(source) {
        const text = new TextDecoder().decode(await source.read(0, source.size));
        const numbers = text.trim().split(/\\s+/).map(Number);
        return { values: [{ name: "points", value: tensorFrom("f32", [numbers.length], numbers) }], metadata: [] };
      },
    },
  },
});
`;

export const TYPESCRIPT: Readonly<Record<string, string>> = {
  "tsconfig.json": JSON.stringify(TSCONFIG),
  "src/index.ts": SOURCE,
};

/** The same without a build. */
export const JAVASCRIPT: Readonly<Record<string, string>> = { "dist/index.js": SOURCE };

function packageJsonOf({ name = "hodu-format-points", version = "1.0.0", ...plugin }: PluginFiles): object {
  return {
    name,
    version,
    description: "Reads points.",
    author: "Someone",
    license: "MIT",
    type: "module",
    exports: "./dist/index.js",
    peerDependencies: { "hodu-plugin-sdk": "^0.3.0" },
    hodu: {
      components: [
        {
          kind: "format",
          name: "points",
          title: "Points",
          modelExtensions: [],
          tensorExtensions: [".pts"],
          capabilities: ["load_tensor"],
        },
      ],
      ...plugin.hodu,
    },
    ...plugin.packageJson,
  };
}

/** Writes a plugin's package into a folder of its own. */
export function writePlugin(root: string, plugin: PluginFiles = {}): string {
  const folder = mkdtempSync(join(root, "plugin-"));
  const files = { "package.json": JSON.stringify(packageJsonOf(plugin)), ...(plugin.files ?? TYPESCRIPT) };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** The same as an archive of npm pack. */
export function packPlugin(root: string, plugin: PluginFiles = {}): string {
  const file = join(mkdtempSync(join(root, "archive-")), "plugin.tgz");
  const files = { "package.json": JSON.stringify(packageJsonOf(plugin)), ...(plugin.files ?? JAVASCRIPT) };
  writeFileSync(file, tgz(...Object.entries(files).map(([path, content]) => ({ path: `package/${path}`, content }))));
  return file;
}

/** A home for Hodu, and the command in it. */
export class PluginHome {
  readonly folder: string;

  constructor(root: string) {
    this.folder = mkdtempSync(join(root, "home-"));
  }

  plugin(args: readonly string[], options: HoduOptions = {}): Promise<Finished> {
    return hodu(["plugin", ...args], { ...options, env: { HODU_HOME: this.folder, ...options.env } });
  }

  index(): { readonly plugins: readonly Record<string, unknown>[] } {
    return JSON.parse(readFileSync(join(this.folder, "plugins.json"), "utf8")) as never;
  }

  /** What lies in the folder of plugins: `hodu-format-points/1.0.0-20260115103000000`, and what is under way. */
  installs(): readonly string[] {
    const plugins = join(this.folder, "plugins");
    return readdirSync(plugins).flatMap((name) => readdirSync(join(plugins, name)).map((one) => `${name}/${one}`));
  }
}
