import { createServer, type Server } from "node:net";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { LoadedPlugin } from "@hodu/plugin-host";
import { describePermissions, type Guards, guardsHere } from "@hodu/plugin-host/install";
import { HoduError, type Manifest } from "hodu-plugin-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  act,
  errorOf,
  LANGUAGES,
  type Language,
  makeTroublePlugins,
  MISSING,
  type TroublePlugins,
} from "./trouble-plugins.ts";

const SECRET = "HODU_TEST_SECRET";

/** Where plugins run: with all that this machine has to hold them, and with less. */
const here = guardsHere();
const MACHINES: readonly (readonly [string, Guards])[] = [
  ["with all guards of this machine", here],
  ...(here.namespaces ? [["without namespaces", { ...here, namespaces: false }] as const] : []),
  ["without guards", { namespaces: false, node: undefined, endsWithParent: false }],
];

type Permissions = NonNullable<Manifest["permissions"]>;

interface Attack {
  readonly name: string;
  /** What it does, with which argument. */
  readonly action: string;
  readonly argument: () => string;
  /** The name under which the prompt speaks of what it must have. */
  readonly spokenOf: string;
  readonly languages?: readonly Language[];
  /** It goes around what holds it, which nothing grants. */
  readonly isEscape?: true;
}

let plugins: TroublePlugins;
let server: Server;
let outside: string;
/** Whether the file system takes names that differ in case for one: then there is only one folder to grant. */
let isFolded = false;
beforeAll(async () => {
  plugins = await makeTroublePlugins(LANGUAGES);
  outside = join(plugins.root, "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "secret"), "the secret");
  for (const name of ["Case", "case"]) {
    mkdirSync(join(outside, name), { recursive: true });
    writeFileSync(join(outside, name, "file"), name);
  }
  isFolded = readFileSync(join(outside, "Case/file"), "utf8") === "case";
  for (const language of LANGUAGES)
    if (MISSING[language] === undefined) symlinkSync(join(outside, "secret"), join(plugins.folder(language), "link"));
  process.env[SECRET] = "the secret";
  server = createServer((socket) => socket.end("the secret")).listen(0, "127.0.0.1");
  await once(server, "listening");
}, 120_000);
afterAll(() => {
  delete process.env[SECRET];
  server.close();
  plugins.remove();
});

const secret = (): string => join(outside, "secret");
const reading = { spokenOf: "reading files" };
/** What no permission is for. */
const escaping = { ...reading, isEscape: true } as const;
const ATTACKS: readonly Attack[] = [
  { name: "reads a file", action: "read", argument: secret, ...reading },
  { name: "follows a link out of its folder", action: "read", argument: () => "link", ...reading },
  { name: "reads in a thread", action: "thread", argument: secret, ...escaping },
  {
    name: "reads in a thread with other flags",
    action: "freeThread",
    argument: secret,
    languages: ["typescript"],
    ...escaping,
  },
  { name: "goes out by /proc", action: "descriptors", argument: secret, ...escaping },
  {
    name: "writes a file",
    action: "write",
    argument: () => join(outside, "new"),
    spokenOf: "writing files",
  },
  {
    name: "connects",
    action: "network",
    argument: () => String((server.address() as AddressInfo).port),
    spokenOf: "the network",
  },
  {
    name: "starts a program",
    action: "program",
    argument: () => "",
    spokenOf: "starting programs",
  },
  {
    name: "loads native code",
    action: "native",
    argument: () => "",
    spokenOf: "native code",
  },
  {
    name: "sees a variable",
    action: "variable",
    argument: () => SECRET,
    spokenOf: "environment variables",
  },
];

/** What is granted together. */
const GRANTS: readonly { name: string; spokenOf: readonly string[]; permissions: () => Permissions }[] = [
  {
    name: "files",
    spokenOf: ["reading files", "writing files"],
    permissions: () => ({ read: [outside], write: [outside] }),
  },
  {
    name: "network, programs, variables",
    spokenOf: ["the network", "starting programs", "environment variables"],
    permissions: () => ({ network: true, childProcesses: true, environment: [SECRET] }),
  },
  { name: "native code", spokenOf: ["native code"], permissions: () => ({ native: true }) },
];

async function withPlugin<T>(
  language: Language,
  guards: Guards,
  permissions: Permissions,
  use: (plugin: LoadedPlugin) => Promise<T>,
): Promise<T> {
  const manifest = plugins.manifest(language, permissions);
  const plugin = await plugins.start(language, { manifest, guards, callTimeout: 10_000, grace: 500 });
  try {
    return await use(plugin);
  } finally {
    await plugin.dispose();
  }
}

/** What the attack got; undefined: nothing. */
async function got(plugin: LoadedPlugin, { action, argument }: Attack): Promise<string | undefined> {
  rmSync(join(outside, "new"), { force: true });
  return act(plugin, action, argument()).catch((error: unknown) => {
    // What ends the process would keep the next attacks from being tried.
    if (error instanceof HoduError && ["DEADLINE", "PLUGIN_CRASH"].includes(error.code)) throw error;
    return undefined;
  });
}

function promptOf(language: Language, guards: Guards, permissions: Permissions): string {
  return describePermissions(plugins.manifest(language, permissions), guards).join("\n");
}

describe.each(MACHINES)("P8: %s", (_, guards) => {
  describe.each(LANGUAGES)("a plugin in %s", (language) => {
    const attacks = ATTACKS.filter(({ languages }) => languages?.includes(language) ?? true);
    it.skipIf(MISSING[language] !== undefined)(
      "can do nothing that it was not granted, or the prompt said that nothing holds it",
      async () => {
        const prompt = promptOf(language, guards, {});
        const results = await withPlugin(language, guards, {}, async (plugin) => {
          const found: [Attack, string | undefined][] = [];
          for (const attack of attacks) found.push([attack, await got(plugin, attack)]);
          return found;
        });
        for (const [{ name, spokenOf }, result] of results) {
          const isFollowed = name.startsWith("follows a link") && prompt.includes("follows links out of there");
          const isFree = isFollowed || prompt.includes(`${spokenOf}: not enforced`);
          expect([name, isFree ? undefined : result]).toEqual([name, undefined]);
        }
      },
      60_000,
    );
    it.skipIf(MISSING[language] !== undefined)("was granted a path in its own case and in no other", async (test) => {
      test.skip(isFolded, "there is one folder of these names");
      const permissions = { read: [join(outside, "Case")] };
      const prompt = promptOf(language, guards, permissions);
      const results = await withPlugin(language, guards, permissions, async (plugin) => {
        const read = (folder: string): Promise<string | undefined> =>
          act(plugin, "read", join(outside, folder, "file")).catch(() => undefined);
        return [await read("Case"), await read("case"), await read("CASE")];
      });
      const isFree = prompt.includes("reading files: not enforced");
      expect(results).toEqual(["Case", isFree ? "case" : undefined, undefined]);
    });
    it.skipIf(MISSING[language] !== undefined).each(GRANTS)(
      "can do what it was granted: $name",
      async ({ permissions, spokenOf }) => {
        await withPlugin(language, guards, permissions(), async (plugin) => {
          for (const attack of attacks.filter((one) => one.isEscape !== true && spokenOf.includes(one.spokenOf))) {
            const result = await got(plugin, attack);
            expect([attack.name, result]).toEqual([attack.name, expect.any(String)]);
            if (attack.action === "write") expect(readFileSync(join(outside, "new"), "utf8")).toBe("written");
            if (attack.spokenOf === "reading files") expect(result).toBe("the secret");
          }
        });
      },
      60_000,
    );
  });
});

it.skipIf(!here.namespaces)("P8: hides the host's processes and environment from a plugin", async () => {
  for (const language of LANGUAGES) {
    if (MISSING[language] !== undefined) continue;
    const found = await withPlugin(language, here, {}, (plugin) => act(plugin, "host").catch(() => ""));
    expect(found).not.toContain(SECRET);
  }
});

it.skipIf(!here.namespaces)("P8: refuses what breaks out by a native write, too", async () => {
  const error = await withPlugin("typescript", here, { native: true }, (plugin) =>
    errorOf(act(plugin, "write", join(outside, "new"))),
  );
  expect(error.message).toMatch(/EROFS|ENOENT|EACCES/);
});
