import type { Model } from "../../contracts/model.ts";
import type { FileWeights } from "../compile/weight-bytes.ts";

/** The weights in files of a session's model, for the programs that it compiles: read and held to their digests once where that takes no memory. */
export class KeptWeights {
  #kept: FileWeights | undefined;

  /** Throws as `readFileWeights`. */
  async read(model: Model, pace: () => Promise<void> | undefined): Promise<FileWeights> {
    if (this.#kept !== undefined) return this.#kept;
    const { readFileWeights } = await import("../compile/weight-bytes.ts");
    const files = await readFileWeights(model, pace);
    // views of a file that is mapped, or was read as a whole
    if ([...files.values()].every((bytes) => bytes.length < bytes.buffer.byteLength)) this.#kept = files;
    return files;
  }
}
