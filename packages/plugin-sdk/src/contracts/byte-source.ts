/**
 * A file as a plugin sees it: never a path, never a file descriptor. The host opens it and enforces the path policy.
 * Errors are HoduErrors: MISSING_INPUT, POLICY, IO, and BAD_MODEL for what the file asks for and is not there.
 */
export interface ByteSource {
  /** The file's name as the user gave it; for messages only. */
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /**
   * Bytes offset..offset+length. Both must lie within `size` (else BAD_MODEL). The result may be a view of a mapped file:
   * valid while the source is, never to be written to, at any alignment.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  /**
   * The same bytes in order, in pieces of at most 4 MiB, each the caller's until it asks for the next: a way to copy or hash
   * any number of bytes in bounded memory.
   */
  chunks(offset: number, length: number): AsyncIterable<Uint8Array>;
  /**
   * The file that `name`, a relative path with forward slashes as it stands in this file, points to.
   * Refused (POLICY) when it leaves the folder of this file, be it by "..", an absolute path, a symlink or a hard link.
   */
  sibling(name: string): Promise<ByteSource>;
}
