import { type ErrorCode, HoduError, quote } from "hodu-plugin-sdk";

/** What is wrong with a file, and where. */
export interface Finding {
  /** What could not be read, such as `tensor "w"`; the file itself when it is left out. */
  readonly what?: string;
  readonly found: string;
  readonly expected: string;
  /** Path of the field in the header, such as `w.data_offsets`. */
  readonly field?: string;
  /** Byte in the file. */
  readonly offset?: number;
}

/** The file breaks a rule of the format. */
export function bad(file: string, finding: Finding): HoduError {
  return refusal("BAD_TENSOR_FILE", file, finding);
}

/** The file may be right, and this reader has no such thing. */
export function unsupported(file: string, finding: Finding): HoduError {
  return refusal("UNSUPPORTED", file, finding);
}

function refusal(code: ErrorCode, file: string, { what, found, expected, field, offset }: Finding): HoduError {
  const subject = what === undefined ? quote(file) : `${what} in ${quote(file)}`;
  return new HoduError(code, `Cannot read ${subject}: found ${found}, expected ${expected}`, {
    hint: `hodu explain ${code}`,
    where: { file, ...(field === undefined ? {} : { field }), ...(offset === undefined ? {} : { offset }) },
  });
}
