import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifySnapshot } from "@hodu/core";
import { openFile, writeFileSafely } from "@hodu/engine/node";
import type { ByteSource, CallContext, FormatPlugin, Model } from "hodu-plugin-sdk";

/** A format that models are saved in and loaded from before they run. */
export interface Roundtrip {
  readonly format: FormatPlugin;
  /** With the dot. */
  readonly extension: string;
}

/** A model as it was read back, and the file it was read from. */
export interface SavedModel extends Model {
  readonly source: ByteSource;
  readonly path: string;
  /** Deletes the files. */
  remove(): void;
}

/**
 * Saves a model, reads it back, and saves that again.
 * Throws when the same model gives other bytes the second time, or when its second save differs from the first.
 */
export async function saveAndRead(
  model: Model,
  { format, extension }: Roundtrip,
  context: CallContext,
): Promise<SavedModel> {
  const folder = mkdtempSync(join(tmpdir(), "hodu-roundtrip-"));
  try {
    const save = async (from: Model, name: string): Promise<string> => {
      mkdirSync(join(folder, name));
      const path = join(folder, name, `model${extension}`);
      await writeFileSafely(path, { signal: context.signal }, (sink) => format.saveModel!(from, sink, {}, context));
      return path;
    };
    const path = await save(model, "first");
    await save(model, "second");
    expectSameFiles(join(folder, "first"), join(folder, "second"), "saving it twice");
    const source = await openFile(path);
    const snapshot = await format.loadModel!(source, context);
    verifySnapshot(snapshot);
    const saved = { snapshot, source, path, remove: () => rmSync(folder, { recursive: true, force: true }) };
    await save(saved, "third");
    expectSameFiles(join(folder, "first"), join(folder, "third"), "saving what was read back");
    return saved;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function expectSameFiles(one: string, other: string, what: string): void {
  const [first, second] = [filesOf(one), filesOf(other)];
  for (const name of new Set([...first.keys(), ...second.keys()])) {
    const [a, b] = [first.get(name), second.get(name)];
    if (a !== undefined && b !== undefined && a.equals(b)) continue;
    throw new Error(`ROUNDTRIP: ${what} gives another ${name}`);
  }
}

function filesOf(folder: string): ReadonlyMap<string, Buffer> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
}
