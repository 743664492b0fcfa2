/**
 * A file in the making, as a plugin sees it: never a path. The host writes to a temporary name, and only when the call that
 * got the sink has ended well does the file, with its siblings, appear under its own; else nothing is left and an old file stays.
 */
export interface ByteSink {
  /** The name that the file will have; a format may refer to it. */
  readonly name: string;
  /** Appends bytes, which are the caller's again when it has resolved. Throws IO (a disk that is full, too), ABORTED. */
  write(bytes: Uint8Array): Promise<void>;
  /** Another file of the same result in the same folder, such as external weights. Throws POLICY for a name that is not a plain file name. */
  sibling(name: string): Promise<ByteSink>;
}
