import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HoduError } from "@hodu/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changeInstalled, writeInstalled } from "./change-installed.ts";
import { describeComponents } from "./describe-components.ts";
import type { InstalledPlugin } from "./installed-plugin.ts";
import { readInstalled } from "./read-installed.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "hodu-store-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const manifest = {
  id: "hodu-format-points",
  version: "1.2.0",
  description: "Reads points.",
  author: "Someone",
  license: "MIT",
  sdk: "^0.3.0",
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
} as const;

const entryOf = (name: string): InstalledPlugin => ({
  name,
  version: "1.2.0",
  ...describeComponents(manifest),
  library: "dist/index.js",
  source: "local:/home/me/points",
  installed_at: "2026-01-15T10:30:00.000Z",
  enabled: true,
  debug: false,
  digest: `sha256:${"0f".repeat(32)}`,
  manifest: { ...manifest, id: name },
});
const entry = entryOf("hodu-format-points");

const refuse = (): never => {
  throw new Error("not now");
};

describe("plugins.json", () => {
  it("lists nothing where it is not there", () => {
    expect(readInstalled(home)).toEqual({ schema: 1, plugins: [] });
    expect(readInstalled(join(home, "none"))).toEqual({ schema: 1, plugins: [] });
  });

  it("has the document's members", async () => {
    await changeInstalled(home, ({ schema, plugins }) => ({ schema, plugins: [...plugins, entry] }));
    const text: unknown = JSON.parse(readFileSync(join(home, "plugins.json"), "utf8"));
    expect(text).toMatchObject({
      schema: 1,
      plugins: [
        {
          name: "hodu-format-points",
          version: "1.2.0",
          type: "format",
          capabilities: { load_model: false, save_model: false, load_tensor: true, save_tensor: false },
          extensions: [".pts"],
          library: "dist/index.js",
          source: "local:/home/me/points",
          installed_at: "2026-01-15T10:30:00.000Z",
        },
      ],
    });
    expect(readInstalled(home).plugins).toEqual([entry]);
  });

  it("says of a backend what it runs and builds, and on what", () => {
    const components = [{ kind: "backend", name: "b", devices: ["cpu", "metal"], capabilities: ["build"] }] as const;
    expect(describeComponents({ ...manifest, components })).toEqual({
      type: "backend",
      capabilities: { runner: false, builder: true },
      devices: ["cpu", "metal"],
      targets: [],
    });
  });

  it("is left alone by a change that throws, or gives what could not be read again", async () => {
    writeInstalled(home, { schema: 1, plugins: [entry] });
    const before = readFileSync(join(home, "plugins.json"), "utf8");
    const refusals: readonly (readonly [Promise<unknown>, string])[] = [
      [changeInstalled(home, () => refuse()), "not now"],
      [changeInstalled(home, ({ schema }) => ({ schema, plugins: [entry, entry] })), "twice"],
      [changeInstalled(home, ({ schema }) => ({ schema, plugins: [{ ...entry, library: "../../x.so" }] })), "library"],
    ];
    for (const [refusal, message] of refusals) await expect(refusal).rejects.toThrow(message);
    expect(readFileSync(join(home, "plugins.json"), "utf8")).toBe(before);
  });

  it("loses nothing of many changes at once", async () => {
    const names = Array.from({ length: 40 }, (_, i) => `hodu-format-n${i}`);
    const add = (name: string): Promise<unknown> =>
      changeInstalled(home, ({ schema, plugins }) => ({ schema, plugins: [...plugins, entryOf(name)] }));
    await Promise.all(names.map(add));
    const found = readInstalled(home).plugins.map(({ name }) => name);
    expect(found.sort()).toEqual(names.sort());
  });
});

describe("I13, row 113: a damaged plugins.json", () => {
  const refusalOf = (content: string | Uint8Array): HoduError => {
    writeFileSync(join(home, "plugins.json"), content);
    try {
      readInstalled(home);
    } catch (error) {
      if (error instanceof HoduError) return error;
      throw error;
    }
    throw new Error(`it was taken: ${String(content).slice(0, 100)}`);
  };
  const whole = JSON.stringify({ schema: 1, plugins: [entry] });
  const changed = (change: object): string => JSON.stringify({ schema: 1, plugins: [{ ...entry, ...change }] });
  const cases: readonly (readonly [string, string | Uint8Array])[] = [
    ["empty", ""],
    ["binary", Uint8Array.from({ length: 300 }, (_, i) => i & 255)],
    ["with a byte order mark", `\uFEFF${whole}`],
    ["an array", `[${whole}]`],
    ["a text", '"plugins"'],
    ["nothing", "null"],
    ["without a schema", JSON.stringify({ plugins: [] })],
    ["of a schema that is a text", JSON.stringify({ schema: "1", plugins: [] })],
    ["with an object of plugins", JSON.stringify({ schema: 1, plugins: { a: entry } })],
    ["with __proto__", `{"__proto__": {"schema": 1}, "schema": 1, "plugins": []}`],
    ["with __proto__ in an entry", whole.replace('"name"', '"__proto__": {"enabled": true}, "name"')],
    ["with a plugin twice", JSON.stringify({ schema: 1, plugins: [entry, entry] })],
    ["with a plugin that is a number", JSON.stringify({ schema: 1, plugins: [1] })],
    ["with a name that leads elsewhere", changed({ name: "../../x" })],
    ["with a name of two scopes", changed({ name: "@a/b/c" })],
    ["with a library that leads elsewhere", changed({ library: "../../x.so" })],
    ["with a library from the root", changed({ library: "/lib/x.so" })],
    ["with a library of another drive", changed({ library: "C:\\x.dll" })],
    ["with a version that leads elsewhere", changed({ version: "1.0.0/../x" })],
    ["with a digest that is none", changed({ digest: "sha1:00" })],
    ["with a time that is none", changed({ installed_at: "yesterday" })],
    ["with a manifest of another plugin", changed({ manifest: { ...manifest, id: "other" } })],
    [
      "with a component of no kind",
      changed({ manifest: { ...manifest, components: [{ kind: "toString", name: "x" }] } }),
    ],
    ...[
      { permissions: { read: "/" } },
      { permissions: { native: "yes" } },
      { program: {} },
      { program: { command: "x", arguments: [1] } },
      { requires: { plugins: { a: 1 } } },
      { metadata: [] },
      { bugs: 5 },
    ].map(
      (part) =>
        [`with a manifest that has ${JSON.stringify(part)}`, changed({ manifest: { ...manifest, ...part } })] as const,
    ),
    ["with a member that is unknown", changed({ later: 1 })],
  ];

  it.each(cases)("%s: exit status 78, the file, and what to do", (_, content) => {
    const { exitCode, message, hint } = refusalOf(content);
    expect(exitCode).toBe(78);
    expect(message).toContain(join(home, "plugins.json"));
    expect(hint).toBe("hodu plugin rebuild --all");
  });

  it("cut off at any byte is refused", () => {
    for (let length = 0; length < whole.length; length++) expect(refusalOf(whole.slice(0, length)).code).toBe("CONFIG");
  });

  it("of a newer Hodu says so", () => {
    const { exitCode, message } = refusalOf(JSON.stringify({ schema: 2, extensions: [] }));
    expect([exitCode, message.includes("a newer Hodu wrote it")]).toEqual([78, true]);
  });

  it("that is a folder is refused", () => {
    mkdirSync(join(home, "plugins.json"));
    expect(() => readInstalled(home)).toThrow(/what is no file, expected a file/);
  });
});
