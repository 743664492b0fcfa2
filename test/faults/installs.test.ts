/** Nothing is lost: killed installs, installs at the same time, a full disk. */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../cli/hodu.ts";
import { JAVASCRIPT, PluginHome, TYPESCRIPT, writePlugin } from "../cli/plugins.ts";

const root = temporaryFolder();
const isFull = process.env.HODU_FULL_TESTS === "1";
const KILLS = isFull ? 100 : 8;
const DISKS = isFull ? 64 : 8;
const INSTALLS = isFull ? 20 : 6;

interface Listed {
  readonly plugins: readonly { readonly name: string; readonly version: string }[];
}

/** The version that a command sees, after whatever repair. */
async function installedVersion(home: PluginHome): Promise<{ version: string | undefined; isRepaired: boolean }> {
  const { stdout, stderr, status } = await home.plugin(["list", "--json"]);
  expect(status).toBe(0);
  const found = (JSON.parse(stdout) as Listed).plugins.find(({ name }) => name === "hodu-format-points");
  return { version: found?.version, isRepaired: stderr.includes("Repaired removed what an interrupted") };
}

describe("I6: an install that is killed", () => {
  it(`at ${KILLS} moments leaves the old or the new plugin, and the next command repairs the rest`, {
    timeout: 120_000 + KILLS * 10_000,
  }, async () => {
    const home = new PluginHome(root);
    const folders = ["1.0.0", "2.0.0"].map((version) => writePlugin(root, { version, files: TYPESCRIPT }));
    const { milliseconds } = await home.plugin(["install", "--path", folders[0], "--yes"]);
    let [before, repairs]: [string | undefined, number] = ["1.0.0", 0];
    for (let i = 0; i < KILLS; i++) {
      const wanted = before === "1.0.0" ? 1 : 0;
      const after = (milliseconds * 1.2 * (i + 0.5)) / KILLS;
      const args = i % 4 === 3 ? ["remove", "points"] : ["install", "--path", folders[wanted], "--yes"];
      await home.plugin(args, {
        during: (kill) => void setTimeout(() => kill("SIGKILL"), i % 4 === 3 ? after / 3 : after),
      });
      // A compiler that is still at it holds what was begun.
      await new Promise((resolve) => setTimeout(resolve, 300));
      const { version, isRepaired } = await installedVersion(home);
      repairs += Number(isRepaired);
      expect([before, args[0] === "remove" ? undefined : `${wanted + 1}.0.0`]).toContain(version);
      for (let wait = 0; wait < 20 && isUnfinished(home); wait++) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        const { stderr } = await home.plugin(["list"]);
        repairs += Number(stderr.includes("Repaired"));
      }
      expect(isUnfinished(home)).toBe(false);
      expect(home.installs()).toHaveLength(version === undefined ? 0 : 1);
      for (const install of home.installs()) {
        expect(existsSync(join(home.folder, "plugins", install, "package/dist/index.js"))).toBe(true);
      }
      expect(readdirSync(home.folder).filter((name) => name.endsWith(".new"))).toEqual([]);
      before = version;
    }
    expect(repairs).toBeGreaterThan(KILLS / 10);
  });
});

const isUnfinished = (home: PluginHome): boolean => {
  const staging = join(home.folder, "plugins/.staging");
  return existsSync(staging) && readdirSync(staging).length > 0;
};

describe("I7: installs at the same time", () => {
  it("lose nothing", { timeout: 120_000 }, async () => {
    const home = new PluginHome(root);
    // Some of them of the same plugin.
    const names = Array.from({ length: INSTALLS }, (_, i) => `n${i % (INSTALLS - 2)}`);
    const different = [...new Set(names)].map((letter) => `hodu-format-${letter}`).sort();
    const installs = names.map((letter) => {
      const folder = writePlugin(root, { name: `hodu-format-${letter}`, files: JAVASCRIPT });
      return home.plugin(["install", "--path", folder, "--yes", "--force"]);
    });
    for (const { status, stderr } of await Promise.all(installs))
      expect({ status, stderr }).toMatchObject({ status: 0 });
    const found = home.index().plugins.map(({ name }) => String(name));
    expect(found.sort()).toEqual(different);
    expect(home.installs()).toHaveLength(different.length);
    expect(isUnfinished(home)).toBe(false);
  });
});

const canMount = process.platform === "linux" && process.getuid?.() === 0;

describe.skipIf(!canMount)("I8: a disk that fills (skipped where no small file system can be mounted)", () => {
  let disk = "";
  beforeAll(() => {
    disk = mkdtempSync(join(root, "disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", disk]);
  });
  afterAll(() => void execFileSync("umount", [disk]));

  it(`at ${DISKS} sizes: exit status 74 and all as it was, or the new plugin`, {
    timeout: 60_000 + DISKS * 10_000,
  }, async () => {
    const home = new PluginHome(disk);
    const content = "x".repeat(200_000);
    const [old, next] = ["1.0.0", "2.0.0"].map((version) =>
      writePlugin(root, { version, files: { ...JAVASCRIPT, "data.txt": content } }),
    );
    await home.plugin(["install", "--path", old, "--yes"]);
    const outcomes = new Set<number | null>();
    for (let i = 0; i < DISKS; i++) {
      const before = readFileSync(join(home.folder, "plugins.json"));
      const used = Number(execFileSync("du", ["-sk", home.folder], { encoding: "utf8" }).split("\t")[0]);
      execFileSync("mount", ["-o", `remount,size=${used + 8 + Math.floor((560 * i) / DISKS)}k`, disk]);
      const { status, stderr } = await home.plugin(["install", "--path", next, "--yes"]);
      execFileSync("mount", ["-o", "remount,size=8m", disk]);
      outcomes.add(status);
      if (status === 0) break;
      expect({ status, stderr }).toMatchObject({ status: 74, stderr: expect.stringContaining("the disk is full") });
      expect(readFileSync(join(home.folder, "plugins.json")).equals(before)).toBe(true);
      expect(home.installs()).toHaveLength(1);
      expect(isUnfinished(home)).toBe(false);
    }
    expect(outcomes).toContain(74);
  });
});

describe("row 112: a folder with what is no source", () => {
  const refusal = async (folder: string): Promise<string> => {
    const home = new PluginHome(root);
    const { status, stderr } = await home.plugin(["install", "--path", folder, "--yes"]);
    expect({ status, stderr }).toMatchObject({ status: 77 });
    expect(isUnfinished(home)).toBe(false);
    return stderr;
  };
  const folderWith = (change: (folder: string) => void): string => {
    const folder = writePlugin(root, { files: JAVASCRIPT });
    change(folder);
    return folder;
  };

  it.each([
    ["a link to /", (folder: string) => symlinkSync("/", join(folder, "all")), "leads out of the folder"],
    ["a link to a file outside", (folder: string) => symlinkSync("/etc/hostname", join(folder, "name")), "leads out"],
    ["a link to nothing", (folder: string) => symlinkSync("nothing", join(folder, "name")), "leads out"],
    ["a link to itself", (folder: string) => symlinkSync(".", join(folder, "self")), "leads out"],
    ["a pipe", (folder: string) => void execFileSync("mkfifo", [join(folder, "pipe")]), "it is a pipe"],
    [
      "a file of 10 GB",
      (folder: string) => {
        writeFileSync(join(folder, "large"), "");
        truncateSync(join(folder, "large"), 10e9);
      },
      "too large",
    ],
  ])("%s", async (_, change, message) => {
    expect(await refusal(folderWith(change))).toContain(message);
  });

  it("a socket", async () => {
    const folder = folderWith(() => {});
    const server = createServer().listen(join(folder, "socket"));
    try {
      expect(await refusal(folder)).toContain("it is a socket");
    } finally {
      server.close();
    }
  });

  it("but a link to a file inside becomes that file", { timeout: 30_000 }, async () => {
    const folder = folderWith((path) => {
      mkdirSync(join(path, "lib"));
      copyFileSync(join(path, "dist/index.js"), join(path, "lib/real.js"));
      rmSync(join(path, "dist/index.js"));
      symlinkSync("../lib/real.js", join(path, "dist/index.js"));
    });
    expect(await new PluginHome(root).plugin(["install", "--path", folder, "--yes"])).toMatchObject({ status: 0 });
  });
});
