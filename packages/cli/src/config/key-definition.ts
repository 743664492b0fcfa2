import type { Kind } from "./kinds.ts";

/** What is known of a setting. */
export interface KeyDefinition<Value, Default extends Value | undefined = Value | undefined> {
  readonly kind: Kind<Value>;
  readonly default: Default;
  /** What holds without a value, where `default` does not say it. */
  readonly otherwise?: string;
  readonly description: string;
  /** Variables beside the one that is named after the key; they come first. */
  readonly variables?: readonly Variable[];
  /** The option of `hodu run` that goes before it. */
  readonly flag?: string;
  /** Its value may hold a password. */
  readonly isSecret?: boolean;
  /** What will use it: until then it has no effect. */
  readonly waitsFor?: string;
}

/** A variable, and the part of its text that is for the key. */
export interface Variable {
  readonly name: string;
  readonly part: (text: string) => string | undefined;
}

/** A setting with its types. */
export function key<Value, const Default extends Value | undefined>(
  definition: KeyDefinition<Value, Default>,
): KeyDefinition<Value, Default> {
  return definition;
}

/** Variables whose whole text is for the key. */
export function variables(...names: readonly string[]): readonly Variable[] {
  return names.map((name) => ({ name, part: (text) => text }));
}
