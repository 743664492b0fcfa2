import { foreignFunctions } from "./foreign-functions.ts";

/** Bytes of an open file as memory, until the process ends. */
export interface Mapping {
  readonly descriptor: number;
  /** A multiple of the machine's page size. */
  readonly offset: number;
  readonly length: number;
  /** Whether what is written goes to the file, or stays with this process. */
  readonly isShared: boolean;
}

/** Maps bytes of a file; undefined where that cannot be done. What the file does not have must not be touched: that would end the process. */
export type MapFile = (mapping: Mapping) => Uint8Array | undefined;

const PROT_READ_WRITE = 0x1 | 0x2;
const [MAP_SHARED, MAP_PRIVATE] = [0x1, 0x2];
/** What mmap returns when it cannot: (void *) -1. */
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;

type MemoryMap = [address: null, length: number, protection: number, flags: number, fd: number, at: number];

let mapper: MapFile | null | undefined;

/**
 * The mmap of this machine, or undefined where there is none (Windows, a platform without FFI).
 * What is mapped stays mapped until the process ends: nothing tells when the last view of it is gone.
 */
export function findMapper(): MapFile | undefined {
  if (mapper === undefined) mapper = makeMapper() ?? null;
  return mapper ?? undefined;
}

function makeMapper(): MapFile | undefined {
  if (process.platform === "win32") return undefined;
  const foreign = foreignFunctions();
  if (foreign === undefined) return undefined;
  const mmap = foreign.load(null).func<MemoryMap, bigint | null>("void *mmap(void *, size_t, int, int, int, int64_t)");
  return ({ descriptor, offset, length, isShared }) => {
    const flags = isShared ? MAP_SHARED : MAP_PRIVATE;
    const address = mmap(null, length, PROT_READ_WRITE, flags, descriptor, offset);
    if (address === null || address === MAP_FAILED) return undefined;
    return new Uint8Array(foreign.view(address, length));
  };
}
