import { readFileSync, statSync } from "node:fs";
import { writeFileSafely } from "../file-sink.ts";
import { MAX_METADATA_BYTES, MAX_MODELS } from "./limits.ts";

/** What is remembered of an entry beside its file. */
interface EntryNote {
  /** When it was used last, in milliseconds since 1970. */
  readonly used: number;
  /** The model's file as the user named it. */
  readonly model?: string;
  /** The state of the file in which all of it was found whole. */
  readonly seal?: string;
}

/** The hash of a model's file in one of its states. */
export interface ModelNote {
  readonly stamp: string;
  readonly hash: string;
}

/** Notes on a cache; each can be lost without harm. */
export interface Metadata {
  /** By file name. */
  readonly entries: Map<string, EntryNote>;
  /** By absolute path, the last used one last. */
  readonly models: Map<string, ModelNote>;
}

const VERSION = 1;

/** Reads the notes; what is missing, damaged or of another version has none. */
export function readMetadata(path: string): Metadata {
  const metadata: Metadata = { entries: new Map(), models: new Map() };
  const notes = parse(path);
  if (notes.version !== VERSION) return metadata;
  for (const [name, note] of members(notes.entries)) {
    const { used, model, seal } = fields(note);
    if (typeof used !== "number") continue;
    metadata.entries.set(name, {
      used: Math.min(used, Date.now()),
      ...(typeof model === "string" && { model }),
      ...(typeof seal === "string" && { seal }),
    });
  }
  for (const [file, note] of members(notes.models)) {
    const { stamp, hash } = fields(note);
    if (typeof stamp === "string" && typeof hash === "string" && /^[0-9a-f]{64}$/.test(hash)) {
      metadata.models.set(file, { stamp, hash });
    }
  }
  return metadata;
}

/** Reads the notes, changes them and writes them, as a whole or not at all. Of two processes at once, the changes of one may be lost. */
export async function changeMetadata(path: string, change: (metadata: Metadata) => void): Promise<void> {
  const metadata = readMetadata(path);
  change(metadata);
  const models = [...metadata.models].slice(-MAX_MODELS);
  const text = JSON.stringify({
    version: VERSION,
    entries: Object.fromEntries(metadata.entries),
    models: Object.fromEntries(models),
  });
  await writeFileSafely(path, {}, (sink) => sink.write(new TextEncoder().encode(`${text}\n`)));
}

function parse(path: string): Readonly<Record<string, unknown>> {
  try {
    return statSync(path).size > MAX_METADATA_BYTES ? {} : fields(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return {};
  }
}

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

const members = (value: unknown): readonly (readonly [string, unknown])[] => Object.entries(fields(value));
