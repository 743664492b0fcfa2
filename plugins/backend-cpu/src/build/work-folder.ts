import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HoduError } from "hodu-plugin-sdk";

/** A new private folder (mode 0700) for the files of one build, in `parent` or where the system keeps temporary files. */
export async function makeWorkFolder(parent: string | undefined): Promise<string> {
  try {
    if (parent !== undefined) await mkdir(parent, { recursive: true });
    return await mkdtemp(join(parent ?? tmpdir(), "hodu-cpu-"));
  } catch (cause) {
    throw new HoduError("IO", `Cannot make a folder for the compiler: ${(cause as Error).message}`, { cause });
  }
}

/** Removes it; what cannot be removed stays. */
export async function removeWorkFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {});
}
