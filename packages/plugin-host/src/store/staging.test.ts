import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PluginMetadata } from "hodu-plugin-sdk";
import { tryFolderLock } from "hodu-plugin-sdk/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeInstalled } from "./change-installed.ts";
import { describeComponents } from "./describe-components.ts";
import { enterDev, leaveDev } from "./dev-entry.ts";
import type { InstalledPlugin } from "./installed-plugin.ts";
import { installsOnDisk } from "./installs-on-disk.ts";
import { installFolder, type PluginStore, pluginStore } from "./plugin-store.ts";
import { readInstalled } from "./read-installed.ts";
import { repairStore } from "./repair-store.ts";
import { openStaging, stagingPurpose } from "./staging.ts";
import { withStoreLock } from "./store-lock.ts";
import { hasUnfinished } from "./unfinished.ts";

let store: PluginStore;
beforeEach(() => {
  store = pluginStore(mkdtempSync(join(tmpdir(), "hodu-staging-")));
});
afterEach(() => rmSync(store.home, { recursive: true }));

function entryOf(name: string): InstalledPlugin {
  const manifest = new PluginMetadata(name, "1.0.0").withComponent({ kind: "extension", name: "a" }).build();
  return {
    name,
    version: "1.0.0",
    ...describeComponents(manifest),
    library: "index.js",
    source: "local:/home/me/a",
    installed_at: "2026-01-15T10:30:00.000Z",
    enabled: true,
    debug: false,
    digest: `sha256:${"0f".repeat(32)}`,
    manifest,
  };
}

const install = (name: string): string => join(store.plugins, name, "1.0.0-20260115103000000");
const hasLocks = tryFolderLock(tmpdir()) !== "none";

describe("a change that is under way", () => {
  it("is left alone by a repair, and gone when it is over", async () => {
    const staging = await openStaging(store, "install ./points");
    writeFileSync(join(staging.folder, "x"), "");
    expect(hasUnfinished(store)).toBe(true);
    expect(await repairStore(store)).toEqual([]);
    expect(existsSync(join(staging.folder, "x"))).toBe(true);
    await staging.close();
    expect(hasUnfinished(store)).toBe(false);
  });

  it.each(["install ../ä/@x~y", `install ${"long ".repeat(100)}`, `install ${"🙂".repeat(64)}`])(
    "may be about %j",
    async (what) => {
      const staging = await openStaging(store, what);
      expect(what.startsWith(stagingPurpose(basename(staging.folder)))).toBe(true);
      await staging.close();
    },
  );

  it("is named by what it is about, whatever letters that has", () => {
    expect(stagingPurpose(`${encodeURIComponent("install ../ä/@x~y")}~AbC123`)).toBe("install ../ä/@x~y");
    expect(stagingPurpose("%zz~a")).toBe("%zz~a");
  });

  it.skipIf(!hasLocks)(
    "that nobody holds is removed with the installs that no index lists, and nothing else",
    async () => {
      mkdirSync(join(store.staging, "install%20points~aaaaaa/install"), { recursive: true });
      for (const folder of [
        install("hodu-format-a"),
        install("@me/hodu-format-b"),
        join(store.plugins, "runtimes/onnx/cuda"),
        join(store.plugins, "mine/src"),
      ])
        mkdirSync(folder, { recursive: true });
      writeFileSync(`${store.index}.new`, "");
      expect(
        installsOnDisk(store.plugins)
          .map(({ name }) => name)
          .sort(),
      ).toEqual(["@me/hodu-format-b", "hodu-format-a"]);
      expect(await repairStore(store)).toEqual(["install points"]);
      expect(installsOnDisk(store.plugins)).toEqual([]);
      expect(readdirSync(store.plugins).sort()).toEqual(["@me", "mine", "runtimes"]);
      expect(existsSync(`${store.index}.new`)).toBe(false);
      expect(await repairStore(store)).toEqual([]);
    },
  );

  it.skipIf(!hasLocks)("leaves what another command has set aside to put it back when it ends", async () => {
    const before = entryOf("hodu-format-a");
    const place = installFolder(store, before);
    mkdirSync(place, { recursive: true });
    writeInstalled(store.home, { schema: 1, plugins: [before] });
    const dev = await openStaging(store, "dev hodu-format-a");
    const build = join(dev.folder, "1");
    mkdirSync(build);
    await enterDev(store, dev, { ...before, installed_at: "2026-01-16T10:30:00.000Z", folder: build });
    mkdirSync(join(store.staging, "install%20points~aaaaaa"));
    expect(await repairStore(store)).toEqual(["install points"]);
    await leaveDev(store, dev);
    await dev.close();
    expect(readInstalled(store.home).plugins).toEqual([before]);
    expect(existsSync(place)).toBe(true);
  });

  it.skipIf(!hasLocks)("leaves installs where the index is damaged: it is made anew of them", async () => {
    mkdirSync(join(store.staging, "install%20points~aaaaaa"), { recursive: true });
    mkdirSync(install("hodu-format-a"), { recursive: true });
    writeFileSync(store.index, "{");
    await repairStore(store);
    expect(installsOnDisk(store.plugins)).toHaveLength(1);
  });
});

describe.skipIf(!hasLocks)("the lock of the store", () => {
  it("is waited for, with a notice, and then an error of exit status 75", { tags: ["long"] }, async () => {
    let notices = 0;
    const holder = withStoreLock(store, {}, () => sleep(2500));
    const refused = withStoreLock(store, { timeout: 1500, onWait: () => void notices++ }, async () => {});
    await expect(refused).rejects.toMatchObject({ code: "LOCKED", exitCode: 75 });
    expect(notices).toBe(1);
    await holder;
    await expect(withStoreLock(store, {}, async () => "mine")).resolves.toBe("mine");
  });

  it("is waited for no longer when the wait is cancelled", async () => {
    const holder = withStoreLock(store, {}, () => sleep(300));
    const refused = withStoreLock(store, { signal: AbortSignal.abort() }, async () => {});
    await expect(refused).rejects.toMatchObject({ code: "ABORTED" });
    await holder;
  });
});
