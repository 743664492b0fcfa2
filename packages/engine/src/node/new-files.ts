import { open } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { type ByteSink, checkSiblingName } from "hodu-plugin-sdk";
import { NewFile } from "./new-file.ts";
import type { Output } from "./output.ts";
import { type FilePlace, siblingPlace } from "./output-place.ts";

/**
 * A file and its siblings, which appear together. When the main file cannot take its place, old siblings are given back, so that
 * an old model keeps the weights it refers to. Only a process that is killed between two renames, when all bytes are on the disk
 * already, leaves new siblings beside an old model; the old ones are then still there under names that end in "-old".
 */
export class NewFiles implements Output {
  readonly sink: ByteSink;
  readonly #folder: string;
  readonly #main: NewFile;
  readonly #check: () => void;
  readonly #siblings = new Map<string, Promise<{ readonly file: NewFile; readonly sink: ByteSink }>>();

  /** `check` throws when nothing is to be written any more. Throws CANNOT_CREATE, IO. */
  static async create(shown: string, { path, existing }: FilePlace, check: () => void): Promise<NewFiles> {
    return new NewFiles(path, await NewFile.create(shown, path, existing), check);
  }

  private constructor(path: string, main: NewFile, check: () => void) {
    this.#folder = dirname(path);
    this.#main = main;
    this.#check = check;
    this.sink = this.#sinkOf(basename(path), main);
  }

  async commit(): Promise<void> {
    const siblings = await Promise.all([...this.#siblings.values()].map(async (sibling) => (await sibling).file));
    for (const file of [...siblings, this.#main]) {
      await file.finish();
      this.#check();
    }
    if (siblings.length === 0) await this.#main.takePlace();
    else await this.#takePlaces(siblings);
    await syncFolder(this.#folder);
  }

  async discard(): Promise<void> {
    const siblings = await Promise.allSettled(this.#siblings.values());
    for (const sibling of siblings) if (sibling.status === "fulfilled") await sibling.value.file.discard();
    await this.#main.discard();
  }

  async #takePlaces(siblings: readonly NewFile[]): Promise<void> {
    try {
      for (const sibling of siblings) await sibling.takePlaceForNow();
      await syncFolder(this.#folder);
      await this.#main.takePlace();
    } catch (error) {
      await Promise.allSettled(siblings.map((sibling) => sibling.giveBack()));
      throw error;
    }
    for (const sibling of siblings) await sibling.forgetOld();
  }

  #sinkOf(name: string, file: NewFile): ByteSink {
    return {
      name,
      write: async (bytes) => {
        this.#check();
        await file.append(bytes);
      },
      sibling: async (wanted) => {
        this.#check();
        checkSiblingName(name, wanted);
        checkSiblingName(this.sink.name, wanted);
        const found = this.#siblings.get(wanted) ?? this.#createSibling(wanted);
        this.#siblings.set(wanted, found);
        return (await found).sink;
      },
    };
  }

  async #createSibling(name: string): Promise<{ readonly file: NewFile; readonly sink: ByteSink }> {
    const { path, existing } = siblingPlace(this.#folder, name);
    const file = await NewFile.create(path, path, existing);
    return { file, sink: this.#sinkOf(name, file) };
  }
}

/** Makes renames last. Where a system cannot do that, they last soon after. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close().catch(() => {});
}
