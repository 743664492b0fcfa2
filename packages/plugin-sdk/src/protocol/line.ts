/** What carries the bytes between the two sides: a socket, two pipes, or two ends in one process. */
export interface Line {
  /** Sends chunks in order; a promise when the line is full and the caller should wait. They must not change until they are sent. */
  write(chunks: readonly Uint8Array[]): Promise<void> | undefined;
  /** Called once. A chunk is valid during the call only. `onEnd` is called once, when no more bytes come. */
  listen(onData: (chunk: Uint8Array) => void, onEnd: () => void): void;
  close(): void;
}
