import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HoduError } from "@hodu/core";
import type { ByteSink } from "hodu-plugin-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFileSafely } from "./file-sink.ts";

/** Bytes of the file system that is filled. */
const DISK_BYTES = 4 << 20;

let folder: string;
let isMounted = false;
const canMount = process.platform === "linux" && process.getuid?.() === 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hodu-disk-"));
  if (!canMount) return;
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", folder]);
  isMounted = true;
});
afterAll(() => {
  if (isMounted) execFileSync("umount", [folder]);
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!canMount)("a disk that fills (skipped where no small file system can be mounted)", () => {
  const old = new Uint8Array(1 << 20).fill(7);

  it.each([
    ["in one piece", [8 << 20]],
    ["in many pieces", new Array<number>(5000).fill(1000)],
    ["in large pieces, the last of which does not fit", [1 << 20, 1 << 20, (1 << 20) + 4096]],
    ["in a sibling", [1 << 20], 3 << 20],
    ["in the file after its sibling", [2 << 20], 3 << 19],
  ] as const)("%s: IO, the old file as it was, and no temporary one", async (_, pieces, sibling?: number) => {
    const path = join(folder, "m.hdss");
    writeFileSync(path, old);
    const fill = async (sink: ByteSink): Promise<void> => {
      if (sibling !== undefined) await (await sink.sibling("m.hdss.data")).write(new Uint8Array(sibling));
      for (const size of pieces) await sink.write(new Uint8Array(size));
    };
    const error: unknown = await writeFileSafely(path, {}, fill).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HoduError);
    expect(error).toMatchObject({ code: "IO", hint: `df -h ${folder}` });
    expect((error as HoduError).message).toMatch(/^Cannot write "[^"]+\/m\.hdss(\.data)?": the disk is full$/);
    expect(readFileSync(path).equals(old)).toBe(true);
    expect(readdirSync(folder)).toEqual(["m.hdss"]);
  });

  it("is found out by a callback that does not look at its writes, too", async () => {
    const path = join(folder, "m.hdss");
    writeFileSync(path, old);
    const call = writeFileSafely(path, {}, async (sink) => {
      sink.write(new Uint8Array(8 << 20)).catch(() => {});
    });
    await expect(call).rejects.toMatchObject({ code: "IO" });
    expect(readFileSync(path).equals(old)).toBe(true);
    expect(readdirSync(folder)).toEqual(["m.hdss"]);
  });

  it("keeps the old or gives the new, whole, at any of 64 sizes", async () => {
    const path = join(folder, "m.hdss");
    const [before, after] = [new Uint8Array(100_000).fill(1), new Uint8Array(300_000).fill(2)];
    const outcomes = new Set<number>();
    for (let i = 0; i < 64; i++) {
      rmSync(path, { force: true });
      execFileSync("mount", ["-o", `remount,size=${(30 + i * 2) << 12}`, folder]);
      writeFileSync(path, before);
      const pieces = Array.from({ length: 100 }, (_, piece) => after.subarray(piece * 3000, (piece + 1) * 3000));
      const isWritten = await writeFileSafely(path, {}, async (sink) => {
        for (const piece of pieces) await sink.write(piece);
      }).then(
        () => true,
        (error: unknown) => (error as HoduError).code !== "IO",
      );
      expect(readFileSync(path).equals(isWritten ? after : before)).toBe(true);
      expect(readdirSync(folder)).toEqual(["m.hdss"]);
      outcomes.add(Number(isWritten));
    }
    execFileSync("mount", ["-o", `remount,size=${DISK_BYTES}`, folder]);
    expect(outcomes.size).toBe(2);
  });

  it("takes what fits beside the old file", async () => {
    const path = join(folder, "m.hdss");
    writeFileSync(path, old);
    await writeFileSafely(path, {}, (sink) => sink.write(new Uint8Array(2 << 20)));
    expect(readFileSync(path)).toHaveLength(2 << 20);
  });
});
