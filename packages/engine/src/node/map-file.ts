import { foreignFunctions } from "hodu-plugin-sdk/node";

/** What is mapped at once of a file, at the multiples of it: small windows cost nothing. */
export const WINDOW_BYTES = 1 << 30;

/** Offsets of mappings are multiples of this, the largest page size in use. */
export const PAGE_BYTES = 1 << 16;

/** Largest window, for a single value that is larger than the others: Node 20 aborts on views above 4 GiB. */
export const MAX_WINDOW_BYTES = 2 ** 32 - PAGE_BYTES;

const PROT_READ_WRITE = 0x1 | 0x2;
const MAP_PRIVATE = 0x2;
/** What mmap returns when it cannot: (void *) -1. */
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;

/** Maps bytes of an open file, private to this process; undefined where that cannot be done. `offset` is a multiple of PAGE_BYTES. */
export type MapBytes = (descriptor: number, offset: number, length: number) => Uint8Array | undefined;

type MemoryMap = [address: null, length: number, protection: number, flags: number, fd: number, at: number];

let mapper: MapBytes | null | undefined;

/**
 * The mmap of this machine, or undefined where there is none (Windows, a platform without FFI).
 * What is mapped stays mapped until the process ends: nothing tells when the last view of it is gone.
 */
export function findMapper(): MapBytes | undefined {
  if (mapper === undefined) mapper = makeMapper() ?? null;
  return mapper ?? undefined;
}

function makeMapper(): MapBytes | undefined {
  if (process.platform === "win32") return undefined;
  const foreign = foreignFunctions();
  if (foreign === undefined) return undefined;
  const mmap = foreign.load(null).func<MemoryMap, bigint | null>("void *mmap(void *, size_t, int, int, int, int64_t)");
  return (descriptor, offset, length) => {
    const address = mmap(null, length, PROT_READ_WRITE, MAP_PRIVATE, descriptor, offset);
    if (address === null || address === MAP_FAILED) return undefined;
    return new Uint8Array(foreign.view(address, length));
  };
}
