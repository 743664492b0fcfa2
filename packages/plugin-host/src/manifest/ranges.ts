import semver from "semver";

/** Whether a text is a semantic version. */
export const isVersion = (text: string): boolean => semver.valid(text) !== null;

/** Whether a text is a range of versions, in npm's form or in that of Python (`==1.2`, `~=1.4`). */
export const isRange = (text: string): boolean => toSemver(text) !== undefined;

/** Whether a version lies in a range. A version before a release counts for its release's range: 1.0.0-beta.1 does not satisfy ^1.0.0. */
export function satisfies(version: string, range: string): boolean {
  const known = toSemver(range);
  return known !== undefined && semver.satisfies(version, known);
}

/** The first version of a range, where it is later than a version that does not lie in it. */
export function firstAfter(version: string, range: string): string | undefined {
  const known = toSemver(range);
  const first = known === undefined ? null : semver.minVersion(known);
  return first !== null && semver.gt(first, version) ? first.version : undefined;
}

/**
 * A range in npm's form: `==1.2` is any 1.2, `==1.2.3` that one, `~=1.4` from 1.4 up to, not with, 2.0, `~=1.4.2` up to 1.5, and SMI's packed
 * integer (major << 16 | minor << 8 | patch) that version or a later one of its major. undefined for a text that is none of these.
 */
export function toSemver(range: string): string | undefined {
  const parts = range.split(",").map((part) => part.trim());
  const known = parts.map((part) => (parts.length > 1 && part === "" ? undefined : oneRange(part)));
  return known.every((part) => part !== undefined) ? (semver.validRange(known.join(" ")) ?? undefined) : undefined;
}

function oneRange(range: string): string | undefined {
  if (/^\d{5,}$/.test(range)) return packed(Number(range));
  const python = /^(==|~=)\s*(\d+(?:\.\d+)*)$/.exec(range);
  if (python === null) return range;
  const [, operator, version] = python;
  if (operator === "==") return version.split(".").length < 3 ? `${version}.x` : version;
  const numbers = version.split(".").map(Number);
  const [major, minor = 0, patch] = numbers;
  const from = [major, minor, patch ?? 0].join(".");
  return patch === undefined ? `>=${from} <${major + 1}.0.0` : `>=${from} <${major}.${minor + 1}.0`;
}

function packed(number: number): string | undefined {
  if (!Number.isSafeInteger(number) || number > 0xff_ff_ff) return undefined;
  return `^${number >> 16}.${(number >> 8) & 0xff}.${number & 0xff}`;
}
