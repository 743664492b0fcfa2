import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Manifest } from "hodu-plugin-sdk";
import { MAX_INDEX_BYTES } from "./limits.ts";
import type { PackageFile } from "./scan-folder.ts";

/** What was found in a package.json: the manifest of a plugin, or that it is none, or broken. */
export type Known =
  | { readonly kind: "plugin"; readonly manifest: Manifest; readonly isPrivate: boolean }
  | { readonly kind: "other" };

interface Entry extends PackageFile {
  readonly known: Known;
}

/** Of this shape of the index; another is read anew. */
const SCHEMA = 2;

/** Remembers what package.json files say by path, time of change and size, so that a start neither parses nor checks them again. */
export class PluginIndex {
  readonly #file: string | undefined;
  /** Read when a folder is first looked for: mostly there is none. */
  #read: Map<string, Entry> | undefined;
  #isChanged = false;

  /** `file` is where it is kept; a damaged one counts as empty, since all of it can be found again. */
  constructor(file: string | undefined) {
    this.#file = file;
  }

  get #entries(): Map<string, Entry> {
    return (this.#read ??= this.#file === undefined ? new Map() : readEntries(this.#file));
  }

  get({ folder, mtimeMs, size }: PackageFile): Known | undefined {
    const entry = this.#entries.get(folder);
    return entry?.mtimeMs === mtimeMs && entry.size === size ? entry.known : undefined;
  }

  set(file: PackageFile, known: Known): void {
    this.#entries.set(file.folder, { ...file, known });
    this.#isChanged = true;
  }

  /** Keeps it for the next start. A start that cannot write it takes longer, and that is all. */
  save(): void {
    if (this.#file === undefined || !this.#isChanged) return;
    const temporary = `${this.#file}.${process.pid}.tmp`;
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(temporary, indexText([...this.#entries.values()]));
      renameSync(temporary, this.#file);
    } catch {
      rmSync(temporary, { force: true });
    }
  }
}

/** A line with the schema and the sum of what follows, then the entries: they are used as they are read, without the rules of manifests. */
function indexText(entries: readonly Entry[]): string {
  const text = JSON.stringify(entries);
  return `${headOf(text)}\n${text}\n`;
}

const headOf = (text: string): string =>
  JSON.stringify({ schema: SCHEMA, sum: process.getBuiltinModule("node:zlib").crc32(text) });

function readEntries(file: string): Map<string, Entry> {
  try {
    if (statSync(file).size > MAX_INDEX_BYTES) return new Map();
    const [head, text, ...rest] = readFileSync(file, "utf8").split("\n");
    if (head !== headOf(text) || rest.join("") !== "") return new Map();
    return new Map((JSON.parse(text) as readonly Entry[]).map((entry) => [entry.folder, entry]));
  } catch {
    return new Map();
  }
}
