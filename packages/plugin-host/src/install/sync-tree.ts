import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { writeError } from "hodu-plugin-sdk/node";

/** Has every file and folder below a folder written to the disk: what an index names after a loss of power must be whole. Throws IO. */
export async function syncTree(folder: string): Promise<void> {
  const left = [folder];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const below = join(path, entry.name);
      if (entry.isDirectory()) left.push(below);
      else if (entry.isFile()) await sync(below);
    }
    if (process.platform !== "win32") await sync(path);
  }
}

async function sync(path: string): Promise<void> {
  try {
    const handle = await open(path, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw writeError(path, cause);
  }
}
