import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Snapshot } from "@hodu/core";
import { formatsPlugin } from "@hodu/engine";
import { bytesSource, type FormatComponent } from "hodu-plugin-sdk";
import type { FormatFixture, TransformFixture } from "hodu-plugin-sdk/testing";

/** Where a plugin keeps files to be tried on. */
export const FIXTURES = "tests/fixtures";

/** Larger files are no small samples; each is read some hundred times. */
const MAX_FIXTURE_BYTES = 4 << 20;

/** Files that a format claims by their extensions, with what lies beside them. */
export function formatFixtures(folder: string, component: FormatComponent): readonly FormatFixture[] {
  const files = filesIn(join(folder, FIXTURES));
  const siblings = new Map(files);
  return files.flatMap(([name, bytes]): FormatFixture[] => {
    const kind = kindOf(name, component);
    if (kind === undefined) return [];
    const others = new Map([...siblings].filter(([other]) => other !== name));
    return [{ name, kind, bytes, siblings: others }];
  });
}

function kindOf(
  name: string,
  { modelExtensions, tensorExtensions }: FormatComponent,
): FormatFixture["kind"] | undefined {
  const ends = (extension: string): boolean => name.toLowerCase().endsWith(extension);
  if (modelExtensions.some(ends)) return "model";
  return tensorExtensions.some(ends) ? "tensors" : undefined;
}

/** The models in .hdss files of the tests. */
export async function modelFixtures(folder: string): Promise<readonly TransformFixture[]> {
  const context = { signal: new AbortController().signal, log() {}, progress() {} };
  const files = ["tests", FIXTURES].flatMap((place) => filesIn(join(folder, place)));
  const models = files.filter(([name]) => name.endsWith(".hdss"));
  const load = async (name: string, bytes: Uint8Array): Promise<Snapshot> =>
    formatsPlugin.formats!.hdss.loadModel!(bytesSource(name, bytes), context);
  return Promise.all(models.map(async ([name, bytes]) => ({ name, model: await load(name, bytes) })));
}

function filesIn(folder: string): readonly (readonly [name: string, bytes: Uint8Array])[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const stats = statSync(join(folder, name), { throwIfNoEntry: false });
      const isSmall = stats?.isFile() === true && stats.size <= MAX_FIXTURE_BYTES;
      return isSmall ? [[name, new Uint8Array(readFileSync(join(folder, name)))] as const] : [];
    });
}
