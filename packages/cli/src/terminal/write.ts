let isWritten = false;

/** Whether a result was written, or is being. */
export const hasResult = (): boolean => isWritten;

/** Writes the result of a command to standard output; done when the system has taken it. Rejects as the stream does. */
export function writeResult(text: string | Uint8Array): Promise<void> {
  isWritten = true;
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** Writes a message to standard error. That nobody reads it is no error. */
export function writeMessage(text: string): void {
  process.stderr.write(text);
}
