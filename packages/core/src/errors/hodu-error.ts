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

/** A part of what people are told below an error: a line such as `To fix:`, and lines that are indented below it. */
export interface ErrorSection {
  readonly title?: string;
  /** A list says so itself: `- one`, `1. one`. */
  readonly lines?: readonly string[];
}

/** An error as people are told of it, where that takes more than its message. */
export interface ErrorReport {
  /** In place of the message. What that says must then stand in the sections. */
  readonly headline?: string;
  readonly sections: readonly ErrorSection[];
}

/** What an error says beside its code and message. */
export interface HoduErrorOptions {
  /** The next command to type. */
  readonly hint?: string | undefined;
  readonly where?: ErrorPlace;
  readonly cause?: unknown;
  readonly report?: ErrorReport | undefined;
}

/** Marks the errors of every copy of this module: a bundle, or a plugin's own. */
const MARK = Symbol.for("hodu.error");

/** The one error class of Hodu. Messages read `Cannot <do what> <to what>: <found>, expected <rule>`. */
export class HoduError extends Error {
  override readonly name = "HoduError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly where: ErrorPlace;
  readonly report: ErrorReport | undefined;
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
    this.report = options.report;
  }

  /** The exit status of a command that ends with this error. */
  get exitCode(): number {
    return ERROR_CODES[this.code].exit;
  }

  /** The same error with `where` filled in where it is still empty. */
  at(place: ErrorPlace): HoduError {
    return this.with({ where: { ...place, ...this.where } });
  }

  /** The same error with some of its options replaced. */
  with(options: HoduErrorOptions): HoduError {
    const { hint, where, cause, report } = this;
    return new HoduError(this.code, this.message, { hint, where, cause, report, ...options });
  }
}
