import { HoduError } from "../../errors/hodu-error.ts";
import { quote } from "../../errors/quote.ts";

/** "hdss": a Snapshot; "hdt": values. One container, told apart by its magic. */
export type ContainerKind = "hdss" | "hdt";

/** What breaks a rule of the container, and where. */
export interface ContainerFault {
  /** The part of the prefix, `data`, or the path of a member of the header. */
  readonly field: string;
  readonly found: string;
  readonly expected: string;
  readonly offset?: number;
  readonly cause?: unknown;
}

/** The error for a damaged container: BAD_MODEL for .hdss, BAD_TENSOR_FILE for .hdt. */
export function containerError(kind: ContainerKind, file: string, fault: ContainerFault): HoduError {
  const { field, found, expected, offset, cause } = fault;
  return new HoduError(
    kind === "hdss" ? "BAD_MODEL" : "BAD_TENSOR_FILE",
    `Cannot read ${quote(file)}: ${field}: found ${found}, expected ${expected}`,
    { where: { file, field, ...(offset === undefined ? {} : { offset }) }, cause },
  );
}
