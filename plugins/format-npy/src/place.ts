import { type ErrorCode, HoduError, quote } from "hodu-plugin-sdk";

/** What is wrong, and where. */
export interface Finding {
  readonly found: string;
  readonly expected: string;
  /** The byte, from the start of what is read. */
  readonly at?: number;
  readonly field?: string;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** What is read: a file, or a member of an archive. It makes the errors, whose offsets are those of the file. */
export class Place {
  readonly file: string;
  readonly member: string | undefined;
  readonly #start: number | undefined;

  /** `start` is where the member's bytes lie in the file; undefined for one that is compressed. */
  constructor(file: string, member?: string, start: number | undefined = member === undefined ? 0 : undefined) {
    this.file = file;
    this.member = member;
    this.#start = start;
  }

  /** The file breaks a rule of its format. */
  bad(finding: Finding): HoduError {
    return this.error("BAD_TENSOR_FILE", finding);
  }

  /** The file is right and Hodu has no such thing. */
  unsupported(finding: Finding): HoduError {
    return this.error("UNSUPPORTED", finding);
  }

  error(code: ErrorCode, { found, expected, at, field, hint, cause }: Finding): HoduError {
    const subject = this.member === undefined ? quote(this.file) : `${quote(this.member)} of ${quote(this.file)}`;
    const offset = at === undefined || this.#start === undefined ? undefined : this.#start + at;
    const place = [this.member === undefined ? [] : quote(this.member), field ?? []].flat().join(" ");
    return new HoduError(code, `Cannot read ${subject}: found ${found}, expected ${expected}`, {
      hint: hint ?? `hodu explain ${code}`,
      where: {
        file: this.file,
        ...(place === "" ? {} : { field: place }),
        ...(offset === undefined ? {} : { offset }),
      },
      ...(cause === undefined ? {} : { cause }),
    });
  }
}
