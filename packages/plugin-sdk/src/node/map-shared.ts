import { foreignFunctions } from "./foreign-functions.ts";

const PROT_READ_WRITE = 0x1 | 0x2;
const MAP_SHARED = 0x1;
/** What mmap returns when it cannot: (void *) -1. */
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;

type MemoryMap = [address: null, length: number, protection: number, flags: number, fd: number, at: number];

/**
 * The first `length` bytes of an open file as memory, until the process ends; undefined where that cannot be. What the file does not have at
 * the time must not be touched: that would end the process.
 */
export function mapShared(descriptor: number, length: number): Uint8Array | undefined {
  const foreign = process.platform === "win32" ? undefined : foreignFunctions();
  if (foreign === undefined) return undefined;
  const mmap = foreign.load(null).func<MemoryMap, bigint | null>("void *mmap(void *, size_t, int, int, int, int64_t)");
  const address = mmap(null, length, PROT_READ_WRITE, MAP_SHARED, descriptor, 0);
  return address === null || address === MAP_FAILED ? undefined : new Uint8Array(foreign.view(address, length));
}
