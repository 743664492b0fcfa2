import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { grantedPaths } from "./granted-paths.ts";

let root: string;
let folder: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "hodu-granted-")));
  folder = join(root, "plugin");
  for (const path of ["plugin/data", "secrets", "cache"]) mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, "secrets/key"), "");
});
afterEach(() => rmSync(root, { recursive: true }));

const link = (target: string, path: string): void => symlinkSync(target, join(root, path));

describe("the paths that a plugin is granted", () => {
  it("are relative to its folder, or to the home folder", () => {
    expect(grantedPaths({ read: ["data", "~/models", "~"], write: ["/var/x"] }, folder)).toEqual({
      read: [join(folder, "data"), join(homedir(), "models"), homedir()],
      write: ["/var/x"],
    });
  });

  it("may lead by links that its user has made, or that stay in its folder", () => {
    link("../secrets", "cache/mine");
    link("data", "plugin/link");
    const read = [join(root, "cache/mine/key"), "link", "data/none"];
    expect(grantedPaths({ read }, folder).read).toEqual([read[0], join(folder, "link"), join(folder, "data/none")]);
  });

  it("do not lead out by a link in its folder", () => {
    link("../secrets", "plugin/link");
    link("../secrets/new", "plugin/later");
    const paths = ["link", "link/key", "later"];
    expect(grantedPaths({ read: paths, write: paths }, folder)).toEqual({ read: [], write: [] });
  });

  it("come with the folder that it may write and they lie in, where it can make links", () => {
    link("../secrets", "cache/link");
    link("cache", "by");
    const cache = join(root, "cache");
    const paths = ["../cache/link", "../by/link/key", "../cache/new/folder"];
    expect(grantedPaths({ read: paths, write: [cache, ...paths] }, folder)).toEqual({ read: [], write: [cache] });
  });
});
