import { ERROR_CODES, type ErrorCode } from "./codes.ts";

/** Where an error arose; every field is in the user's words: file paths, node and value names of the source model. */
export interface ErrorPlace {
  readonly file?: string;
  /** Path of the field in the file, such as `graph.node[3].attribute "axis"`. */
  readonly field?: string;
  /** Byte offset in the file. */
  readonly offset?: number;
  readonly node?: string;
  readonly operator?: string;
  readonly plugin?: string;
}

/** What an error says beside its code and message. */
export interface HoduErrorOptions {
  /** The next command to type. */
  readonly hint?: string;
  readonly where?: ErrorPlace;
  readonly cause?: unknown;
}

/** Marks the errors of every copy of this module: a bundle, or a plugin's own. */
const MARK = Symbol.for("hodu.error");

/** The one error class of Hodu. Messages read `Cannot <do what> <to what>: <found>, expected <rule>`. */
export class HoduError extends Error {
  override readonly name = "HoduError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly where: ErrorPlace;
  readonly [MARK] = true;

  /** An error of another copy of this class is one as well. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && MARK in value;
  }

  constructor(code: ErrorCode, message: string, options: HoduErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.where = options.where ?? {};
  }

  /** The exit status of a command that ends with this error. */
  get exitCode(): number {
    return ERROR_CODES[this.code].exit;
  }

  /** The same error with `where` filled in where it is still empty. */
  at(place: ErrorPlace): HoduError {
    return new HoduError(this.code, this.message, {
      hint: this.hint,
      where: { ...place, ...this.where },
      cause: this.cause,
    });
  }
}
