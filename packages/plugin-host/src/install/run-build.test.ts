import { closeSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tryFolderLock } from "hodu-plugin-sdk/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guardsHere } from "../isolation/guards-here.ts";
import { type BuildEnd, runBuild } from "./run-build.ts";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "hodu-build-"));
  for (const folder of ["change/package", "outside"]) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "outside/secret"), "the secret");
});
afterAll(() => rmSync(root, { recursive: true }));

const change = (): string => join(root, "change");

/** The end of a shell's script as the build of a change that is under way. */
async function build(script: string): Promise<BuildEnd> {
  const lock = tryFolderLock(change());
  const held = typeof lock === "object" ? lock.descriptor : undefined;
  const end = runBuild({
    command: "sh",
    arguments: ["-c", script],
    folder: join(change(), "package"),
    environment: { PATH: process.env.PATH ?? "" },
    logFile: join(root, "build.log"),
    signal: new AbortController().signal,
    held,
    sandbox: { scratch: join(change(), "scratch"), network: false },
    onLine() {},
  });
  // From now on nobody but the build holds it.
  if (held !== undefined) closeSync(held);
  return end;
}

describe.skipIf(!guardsHere().namespaces)("a build in a sandbox (skipped where there are no namespaces)", () => {
  it("does not leave it by a folder that is open, or by those of the processes around it", async () => {
    const attempt = (path: string): string => `cat ${path}/../outside/secret; echo x > ${path}/../outside/written`;
    const script = `for one in /proc/self/fd/* /proc/1/fd/* /proc/1/cwd /proc/1/root; do ${attempt("$one")}; done; true`;
    const { failure, output } = await build(`${script}; echo done > built`);
    expect(failure).toBeUndefined();
    expect(output).not.toContain("the secret");
    expect(existsSync(join(root, "outside/written"))).toBe(false);
    expect(existsSync(join(change(), "package/built"))).toBe(true);
  });

  it.skipIf(tryFolderLock(tmpdir()) === "none")("holds its change as long as it lives", async () => {
    const building = build("sleep 0.5");
    expect(tryFolderLock(change())).toBeUndefined();
    await building;
    const lock = tryFolderLock(change());
    expect(lock).toBeTypeOf("object");
    if (typeof lock === "object") closeSync(lock.descriptor);
  });
});
