import { createHash } from "node:crypto";
import { createReadStream, type Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { CONCURRENT_FILES } from "./limits.ts";

/**
 * SHA-256 of all files of a folder, their paths, and whether they are run: `sha256:` and 64 digits, the same wherever the folder lies.
 * Links, such as that to the SDK, do not count. Throws what reading throws.
 */
export async function digestFolder(folder: string): Promise<string> {
  const paths = (await filesOf(folder)).sort();
  const lines: string[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < paths.length; i = next++) {
      const file = join(folder, paths[i]);
      const { mode, size } = await stat(file);
      lines[i] = `${JSON.stringify(paths[i])} ${(mode & 0o111) !== 0 ? "x" : "-"} ${size} ${await digestOf(file)}\n`;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_FILES }, work));
  return `sha256:${createHash("sha256").update(lines.join("")).digest("hex")}`;
}

/** All files below a folder, by their paths from it with slashes. */
export async function filesOf(folder: string): Promise<string[]> {
  const files: string[] = [];
  const open = [""];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const entries: readonly Dirent[] = await readdir(join(folder, path), { withFileTypes: true });
    for (const entry of entries) {
      const below = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) open.push(below);
      else if (entry.isFile()) files.push(below);
    }
  }
  return files;
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
