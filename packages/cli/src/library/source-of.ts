import { HoduError, quote } from "@hodu/core";
import { type ByteSource, bytesSource, chunksByReading } from "hodu-plugin-sdk";
import type { OpenOptions, Platform } from "./platform.ts";

/** Where a file is: its path (in a page its address), or its content as bytes, a Blob (so a File) or the Response of a fetch. */
export type Place = string | URL | Uint8Array | ArrayBuffer | SharedArrayBuffer | Blob | Response;

export interface PlaceOptions extends OpenOptions {
  /** For a file given as bytes: the files that it refers to, by the names that stand in it. */
  readonly siblings?: Readonly<Record<string, Uint8Array>> | undefined;
}

/** What a file without a name is called in messages. */
export const UNNAMED = "bytes";

/** The file at a place. Throws MISSING_INPUT, IO. */
export async function sourceOf(place: Place, options: PlaceOptions, platform: Platform): Promise<ByteSource> {
  if (typeof place === "string" || place instanceof URL) return platform.open(place, options);
  const siblings = new Map(Object.entries(options.siblings ?? {}));
  if (place instanceof Blob) return blobSource(place, siblings);
  if (place instanceof Response) return bytesSource(nameOfResponse(place), await bodyOf(place), siblings);
  if (!isBytes(place)) {
    throw new HoduError(
      "BAD_USAGE",
      `Cannot open a file: found ${typeof place}, expected a path, bytes, a Blob or a Response`,
      {
        hint: 'await loadModel("model.onnx")',
      },
    );
  }
  const bytes = place instanceof Uint8Array ? place : new Uint8Array(place);
  return bytesSource(UNNAMED, bytes, siblings);
}

/** Told by their form: bytes may be of another realm. */
const isBytes = (place: unknown): boolean =>
  /^\[object (?:Uint8Array|ArrayBuffer|SharedArrayBuffer)\]$/.test(Object.prototype.toString.call(place));

/** Read piece by piece when it is asked for: a File of a page may be larger than its memory. */
function blobSource(blob: Blob, siblings: ReadonlyMap<string, Uint8Array>): ByteSource {
  const name = "name" in blob && typeof blob.name === "string" && blob.name !== "" ? blob.name : UNNAMED;
  const beside = bytesSource(name, new Uint8Array(0), siblings);
  const source: ByteSource = {
    name,
    size: blob.size,
    sibling: (wanted) => beside.sibling(wanted),
    async read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= blob.size)) {
        throw new HoduError(
          "BAD_MODEL",
          `Cannot read bytes ${offset}..${offset + length} of ${quote(name)}: it has ${blob.size}`,
        );
      }
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    },
    chunks: (offset, length) => chunksByReading(source, offset, length),
  };
  return source;
}

function nameOfResponse({ url }: Response): string {
  if (url === "") return UNNAMED;
  return decodeURIComponent(new URL(url).pathname.replace(/^.*\//, "")) || UNNAMED;
}

/** The body of an answer that says that all is well. Throws MISSING_INPUT for another one, IO when it breaks off. */
async function bodyOf(response: Response): Promise<Uint8Array> {
  const name = quote(response.url);
  if (!response.ok) {
    throw new HoduError("MISSING_INPUT", `Cannot read ${name}: the server answered ${response.status}`);
  }
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new HoduError("IO", `Cannot read ${name}: the connection broke off`, { cause });
  }
}
