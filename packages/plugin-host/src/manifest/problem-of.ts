import { quote } from "@hodu/core";
import { COMPONENT_TABLES } from "hodu-plugin-sdk";
import type * as z from "zod";
import { oneOf } from "../one-of.ts";

/** Characters of a text that are repeated where it is wrong. */
const MAX_SHOWN = 60;

/** Types of JSON as people say them. */
const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  array: "a list",
  object: "an object",
  record: "an object",
  boolean: "true or false",
};

/** What a rule found, and what it expected; `root` is what was held to the rules. */
export function problemOf(issue: z.core.$ZodIssue, root: unknown): string {
  if (issue.code === "unrecognized_keys")
    return `found ${issue.keys.map((key) => quote(key.slice(0, MAX_SHOWN))).join(", ")}, expected no member of that name`;
  const value = issue.path.reduce<unknown>((found, key) => (Object(found) as Record<PropertyKey, unknown>)[key], root);
  return `found ${described(value)}, ${expectedBy(issue)}`;
}

/** `expected ...`. Rules of the schema's own say it themselves. */
function expectedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${TYPES[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `expected ${oneOf(issue.values.map((value) => quote(String(value))))}`;
    case "invalid_union":
      return `expected ${oneOf(Object.keys(COMPONENT_TABLES).map((kind) => quote(kind)))}`;
    case "too_small":
      return `expected at least ${issue.minimum} of them`;
    case "too_big":
      return `expected at most ${issue.maximum} ${issue.origin === "string" ? "characters" : "of them"}`;
    default:
      return issue.message;
  }
}

function described(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return quote(value.slice(0, MAX_SHOWN));
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return typeof value === "object" && value !== null ? "an object" : JSON.stringify(value);
}
