import { ERROR_CODES, type ErrorCode, type ErrorPlace, HoduError } from "@hodu/core";
import { type Codec, natural, optional, type PartReader, record, text } from "@hodu/core/wire";
import type { WireError } from "./messages.ts";

const place = record<ErrorPlace, NonNullable<WireError["where"]>>({
  file: optional(text),
  field: optional(text),
  offset: optional(natural),
  node: optional(text),
  operator: optional(text),
  plugin: optional(text),
});

/** A HoduError; its cause travels as text. */
export const hoduError: Codec<HoduError, WireError> = {
  encode(error, out) {
    return {
      code: error.code,
      message: error.message,
      hint: error.hint,
      where: place.encode(error.where, out),
      cause: error.cause === undefined ? undefined : describeCause(error.cause),
    };
  },
  decode(wire, from) {
    if (typeof wire !== "object" || wire === null) return from.fail(wire, "an error");
    const { code, message, hint, where, cause } = wire as { readonly [K in keyof WireError]?: unknown };
    return new HoduError(errorCode(code, from), text.decode(message, from), {
      hint: optional(text).decode(hint, from),
      where: where === undefined ? {} : place.decode(where, from),
      cause: cause === undefined ? undefined : new Error(text.decode(cause, from)),
    });
  },
};

function errorCode(code: unknown, from: PartReader): ErrorCode {
  if (typeof code === "string" && Object.hasOwn(ERROR_CODES, code)) return code as ErrorCode;
  return from.fail(code, "an error code of Hodu");
}

/** The code of an error that this release does not have, as a plugin made for a newer one may send; undefined for others. */
export function unknownCode(wire: unknown): string | undefined {
  const { code } = Object(wire) as { readonly code?: unknown };
  return typeof code === "string" && /^[A-Z_]{1,40}$/.test(code) && !Object.hasOwn(ERROR_CODES, code)
    ? code
    : undefined;
}

/** One line about anything that was thrown. */
export function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.name === "Error" ? cause.message : `${cause.name}: ${cause.message}`;
}
