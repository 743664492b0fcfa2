import { createHash } from "node:crypto";
import { quote, type Snapshot } from "@hodu/core";
import { abortError, type ByteSource, type CallContext, encodeSnapshot, type Model } from "hodu-plugin-sdk";
import type { RewrittenModel } from "../../rewrite/rewritten-model.ts";
import { stampOf } from "../file-stamp.ts";
import { SETTLED_MS } from "./limits.ts";
import type { Metadata, ModelNote } from "./metadata.ts";

/** Hashes of models, and what is worth remembering of how they were found. */
export interface ModelHash {
  readonly hash: string;
  /** By absolute path. */
  readonly found: ReadonlyMap<string, ModelNote>;
}

/**
 * SHA-256 of a model's content: of its file; with weights in other files, of the hashes of all; without a file, of what it computes;
 * where plugins have changed it, of both.
 * A file whose state is known from before is not read. Throws what reading throws, DEADLINE, ABORTED.
 */
export async function hashModel(model: RewrittenModel, known: Metadata, context: CallContext): Promise<ModelHash> {
  const { snapshot, source, isRewritten } = model;
  if (source === undefined) return { hash: hashSnapshot(snapshot), found: new Map() };
  const { hash, found } = await hashFiles(snapshot, source, known, context);
  if (isRewritten !== true) return { hash, found };
  return {
    hash: createHash("sha256")
      .update(`${hash}\n${hashSnapshot(snapshot)}`)
      .digest("hex"),
    found,
  };
}

async function hashFiles(
  snapshot: Snapshot,
  source: ByteSource,
  known: Metadata,
  { signal }: CallContext,
): Promise<ModelHash> {
  const found = new Map<string, ModelNote>();
  const main = await hashFile(source, known, found, signal);
  const others = new Set(snapshot.stores.flatMap((store) => (store.kind === "file" ? [store.location] : [])));
  others.delete("");
  if (others.size === 0) return { hash: main, found };
  const whole = createHash("sha256").update(`${main}\n`);
  for (const location of [...others].sort()) {
    const hash = await hashFile(await source.sibling(location), known, found, signal);
    whole.update(`${hash} ${location}\n`);
  }
  return { hash: whole.digest("hex"), found };
}

/** Of all that a Snapshot says, and of the bytes of its stores, which are not copied for it. */
function hashSnapshot(snapshot: Snapshot): string {
  const empty = { kind: "bytes", bytes: new Uint8Array(0) } as const;
  const stores = snapshot.stores.map((store) => (store.kind === "bytes" ? empty : store));
  const whole = createHash("sha256").update(encodeSnapshot({ ...snapshot, stores }));
  for (const store of snapshot.stores) {
    if (store.kind === "bytes") whole.update(createHash("sha256").update(store.bytes).digest());
  }
  return whole.digest("hex");
}

/** The hash alone, of a model that nothing is known of. */
export async function modelHash(model: Model, context: CallContext): Promise<string> {
  return (await hashModel(model, { entries: new Map(), models: new Map() }, context)).hash;
}

async function hashFile(
  source: ByteSource,
  known: Metadata,
  found: Map<string, ModelNote>,
  signal: AbortSignal,
): Promise<string> {
  const stamp = stampOf(source);
  const note = stamp && known.models.get(stamp.path);
  if (note !== undefined && note.stamp === stamp?.text) return note.hash;
  // Taken before the file is read: a change meanwhile gives it a later one.
  const isSettled = stamp !== undefined && Date.now() - stamp.changed > SETTLED_MS;
  const whole = createHash("sha256");
  for await (const piece of source.chunks(0, source.size)) {
    if (signal.aborted) throw abortError(signal, `hash ${quote(source.name)}`);
    whole.update(piece);
  }
  const hash = whole.digest("hex");
  if (isSettled) found.set(stamp.path, { stamp: stamp.text, hash });
  return hash;
}
