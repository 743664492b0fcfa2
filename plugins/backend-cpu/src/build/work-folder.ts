import { lstat, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HoduError } from "hodu-plugin-sdk";

const PREFIX = "hodu-cpu-";

/** Folders of builds that failed, or whose process was killed, are removed when they are older: time enough to read a log. */
const KEPT_MILLISECONDS = 24 * 60 * 60 * 1000;

/** A new private folder (mode 0700) for the files of one build, in `parent` or where the system keeps temporary files. */
export async function makeWorkFolder(parent: string | undefined): Promise<string> {
  try {
    if (parent === undefined) await removeOldFolders(tmpdir());
    else await mkdir(parent, { recursive: true });
    return await mkdtemp(join(parent ?? tmpdir(), PREFIX));
  } catch (cause) {
    throw new HoduError("IO", `Cannot make a folder for the compiler: ${(cause as Error).message}`, { cause });
  }
}

/** Removes it; what cannot be removed stays. */
export async function removeWorkFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {});
}

/** Removes what earlier builds of this user left, as far as it can be seen and removed. */
async function removeOldFolders(parent: string): Promise<void> {
  const names = await readdir(parent).catch((): string[] => []);
  for (const name of names) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(parent, name);
    const found = await lstat(folder).catch(() => undefined);
    const isOld = found !== undefined && Date.now() - found.mtimeMs > KEPT_MILLISECONDS;
    if (isOld && found.isDirectory() && found.uid === process.getuid?.()) await removeWorkFolder(folder);
  }
}
