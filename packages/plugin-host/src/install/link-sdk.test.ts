import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { linkSdk, sdkLink } from "./link-sdk.ts";

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "hodu-link-"));
  folder = join(root, "plugin");
  mkdirSync(join(folder, "node_modules"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

it("gives a package the SDK of this host in place of its own, and of that of another host", () => {
  mkdirSync(join(sdkLink(folder), "dist"), { recursive: true });
  linkSdk(folder);
  const sdk = realpathSync(sdkLink(folder));
  expect(existsSync(join(sdk, "package.json"))).toBe(true);
  rmSync(sdkLink(folder));
  symlinkSync(root, sdkLink(folder));
  linkSdk(folder);
  expect(realpathSync(sdkLink(folder))).toBe(sdk);
  expect(lstatSync(sdkLink(folder)).isSymbolicLink()).toBe(true);
});

it("removes no packages that lie elsewhere", () => {
  const elsewhere = join(root, "elsewhere");
  mkdirSync(join(elsewhere, "hodu-plugin-sdk"), { recursive: true });
  writeFileSync(join(elsewhere, "hodu-plugin-sdk/work.ts"), "");
  rmSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(elsewhere, join(folder, "node_modules"));
  expect(() => linkSdk(folder)).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^(?:IO|CANNOT_CREATE)$/) }),
  );
  expect(existsSync(join(elsewhere, "hodu-plugin-sdk/work.ts"))).toBe(true);
});
