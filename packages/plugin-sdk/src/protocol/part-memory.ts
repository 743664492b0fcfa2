/** A part that travels in a file in memory. */
export interface MemoryPart {
  /** A name in the folder that `initialize` brought. */
  readonly file: string;
  /** Its bytes are those from 0 on. */
  readonly size: number;
}

/** Files in memory that both sides reach: large parts travel through them instead of in frames. */
export interface PartMemory {
  /** Copies a part there; undefined where there is no room for it. */
  put(bytes: Uint8Array): MemoryPart | undefined;
  /** Copies the bytes that the other side has put there into memory of the part's size. Throws PLUGIN_PROTOCOL. */
  take(part: MemoryPart, into: Uint8Array): void;
  /** The other side has taken what was put into a file of this side's. */
  free(file: string): void;
  /** Gives all of it back. */
  close(): void;
}
