import { type ErrorCode, HoduError } from "hodu-plugin-sdk";
import { DENSE_FLOOR, MAX_DENSE_GROWTH } from "./limits.ts";

/** What is wrong, and where in the file. */
export interface Finding {
  /** What could not be read, such as `initializer "w"`; the file itself when it is left out. */
  readonly what?: string;
  readonly found: string;
  readonly expected: string;
  /** Path of the field, such as `graph.node[3].attribute "axis"`. */
  readonly field?: string;
  /** The byte, or a view of the file that starts there. */
  readonly at?: number | Uint8Array;
  readonly node?: string;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A file while it is read: it makes the errors, and counts what its sparse tensors become. */
export class SourceFile {
  readonly name: string;
  readonly #damaged: ErrorCode;
  #dense = 0;
  /** The file's bytes, once they are read: offsets count from their start. */
  bytes: Uint8Array | undefined;

  /** `damaged` is the code of errors of the file itself. */
  constructor(name: string, damaged: "BAD_MODEL" | "BAD_TENSOR_FILE") {
    this.name = name;
    this.#damaged = damaged;
  }

  /** Takes `count` bytes from what sparse tensors may take when dense; false when they are not there. */
  takeDense(count: number): boolean {
    this.#dense += count;
    return this.#dense <= Math.max(DENSE_FLOOR, MAX_DENSE_GROWTH * (this.bytes?.length ?? 0));
  }

  /** The file breaks a rule of its format. */
  bad(finding: Finding): HoduError {
    return this.#error(this.#damaged, finding);
  }

  /** The file is right and this reader has no such thing. */
  unsupported(finding: Finding): HoduError {
    return this.#error("UNSUPPORTED", finding);
  }

  #error(code: ErrorCode, { what, found, expected, field, at, node, hint, cause }: Finding): HoduError {
    const subject = what === undefined ? this.name : `${what} in ${this.name}`;
    const offset = typeof at === "object" ? this.#offsetOf(at) : at;
    return new HoduError(code, `Cannot read ${subject}: found ${found}, expected ${expected}`, {
      hint: hint ?? `hodu explain ${code}`,
      where: {
        file: this.name,
        ...(field === undefined || field === "" ? {} : { field }),
        ...(offset === undefined ? {} : { offset }),
        ...(node === undefined ? {} : { node }),
      },
      ...(cause === undefined ? {} : { cause }),
    });
  }

  #offsetOf(view: Uint8Array): number | undefined {
    return view.buffer === this.bytes?.buffer ? view.byteOffset - this.bytes.byteOffset : undefined;
  }
}
