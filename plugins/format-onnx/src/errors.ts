import { type ErrorCode, HoduError } from "hodu-plugin-sdk";

/** Where in the file something stands: a path of fields, and its byte offset when that is known. */
export interface Finding {
  /** What could not be read, such as `initializer "w"`. */
  readonly what: string;
  readonly found: string;
  readonly expected: string;
  readonly field?: string;
  readonly offset?: number;
  readonly node?: string;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Makes the errors of one file. */
export interface Complaints {
  readonly file: string;
  /** The file breaks a rule of its format. */
  bad(finding: Finding): HoduError;
  /** The file is right and this reader has no such thing. */
  unsupported(finding: Finding): HoduError;
}

/** `damaged` is the code of errors of the file itself. */
export function complaintsOf(file: string, damaged: "BAD_MODEL" | "BAD_TENSOR_FILE"): Complaints {
  return {
    file,
    bad: (finding) => errorOf(damaged, file, finding),
    unsupported: (finding) => errorOf("UNSUPPORTED", file, finding),
  };
}

function errorOf(code: ErrorCode, file: string, finding: Finding): HoduError {
  const { what, found, expected, field, offset, node, hint, cause } = finding;
  const subject = what === "" ? file : `${what} in ${file}`;
  return new HoduError(code, `Cannot read ${subject}: found ${found}, expected ${expected}`, {
    hint: hint ?? `hodu explain ${code}`,
    where: {
      file,
      ...(field === undefined ? {} : { field }),
      ...(offset === undefined ? {} : { offset }),
      ...(node === undefined ? {} : { node }),
    },
    ...(cause === undefined ? {} : { cause }),
  });
}
