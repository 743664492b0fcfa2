import { COMPONENT_TABLES } from "hodu-plugin-sdk";
import { MAX_ITEMS, MAX_TEXT } from "./limits.ts";

/** What a value of a file has to be. */
export type Rule = (value: unknown) => boolean;

/** An object of which only that is known. */
export type Members = Readonly<Record<string, unknown>>;

/** A text that is no longer than MAX_TEXT. */
export const isText: Rule = (value) => typeof value === "string" && value.length <= MAX_TEXT && !value.includes("\0");
/** True or false. */
export const isBoolean: Rule = (value) => typeof value === "boolean";
/** A list of at most MAX_ITEMS such texts. */
export const isTexts: Rule = (value) => Array.isArray(value) && value.length <= MAX_ITEMS && value.every(isText);
/** The name of a kind of component. */
export const isKind: Rule = (value) => typeof value === "string" && Object.hasOwn(COMPONENT_TABLES, value);
/** An object that is no list. */
export const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A text that is as the pattern says, and as `also` does. */
export const matches =
  (pattern: RegExp, also: (text: string) => boolean = () => true): Rule =>
  (value) =>
    isText(value) && pattern.test(value as string) && also(value as string);

/** What the rule says, or nothing. */
export const orAbsent =
  (rule: Rule): Rule =>
  (value) =>
    value === undefined || rule(value);

/** An object with members by rules; it may have others. */
export function hasMembers(rules: Readonly<Record<string, Rule>>): Rule {
  const members = Object.entries(rules).map(([name, rule]) => ({ name, rule }));
  return (value) => isObject(value) && members.every(({ name, rule }) => rule(value[name]));
}
