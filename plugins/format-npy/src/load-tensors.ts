import { type ByteSource, type CallContext, type LoadTensorsOptions, type TensorFile } from "hodu-plugin-sdk";
import { contentOf, HEAD_BYTES, TITLES } from "./content.ts";
import { Place } from "./place.ts";
import { readNpy } from "./read-npy.ts";
import { readNpz } from "./read-npz.ts";

/**
 * Reads an .npy file, one value named "", or an .npz archive of them. What the file is must be what its extension says; with another
 * extension, the first bytes tell. Throws BAD_TENSOR_FILE, UNSUPPORTED, POLICY (pickled objects), MEMORY_LIMIT.
 */
export async function loadTensors(
  source: ByteSource,
  { dtypes = [] }: LoadTensorsOptions,
  context: CallContext,
): Promise<TensorFile> {
  context.signal.throwIfAborted();
  const place = new Place(source.name);
  const content = contentOf(await source.read(0, Math.min(source.size, HEAD_BYTES)));
  context.signal.throwIfAborted();
  const claimed = claimOf(source.name);
  if (typeof content === "object" || (claimed !== undefined && claimed !== content)) {
    const found = typeof content === "object" ? content.title : TITLES[content];
    const expected = claimed === undefined ? `${TITLES.npy} or an archive of them (.npz)` : TITLES_CLAIMED[claimed];
    const hint = typeof content === "object" ? undefined : `mv x.${claimed} x.${content}`;
    throw place.bad({ found, expected, at: 0, ...(hint === undefined ? {} : { hint }) });
  }
  const asked = new Map(dtypes);
  const dtypeOf = (name: string) => asked.get(name);
  const values =
    content === "npz"
      ? await readNpz(source, dtypeOf, context)
      : [{ name: "", value: await readNpy({ source, place, dtype: dtypeOf("") }, context) }];
  return { values, metadata: [] };
}

/** What a file says that it is by its name. */
export function claimOf(name: string): "npy" | "npz" | undefined {
  if (/\.npy$/i.test(name)) return "npy";
  return /\.npz$/i.test(name) ? "npz" : undefined;
}

const TITLES_CLAIMED = { npy: "an .npy file", npz: "an .npz file, a zip archive" } as const;
