import { HoduError, quote } from "@hodu/core";

/** A class that is made without arguments. */
export type PlainClass<T extends object> = new () => T;

/** Gives a class back as it is, once `use` has had it. Throws TypeError for one that does not extend `base`. */
export function classDecorator<T extends object>(
  what: string,
  base: abstract new () => T,
  use: (target: PlainClass<T>) => void,
) {
  return <Class extends PlainClass<T>>(target: Class, _context?: ClassDecoratorContext<Class>): Class => {
    const prototype: unknown = typeof target === "function" ? target.prototype : undefined;
    if (!(prototype instanceof base)) {
      throw new TypeError(`Cannot make ${what} of ${nameOf(target)}: expected a class that extends ${base.name}`);
    }
    use(target);
    return target;
  };
}

export const nameOf = (target: unknown): string =>
  typeof target === "function" && target.name !== "" ? `"${target.name}"` : "what is no named class";

/** The name of a component, such as a transform. Throws BAD_USAGE. */
export function checkComponentName(kind: string, name: unknown): string {
  if (typeof name === "string" && /^[A-Za-z][A-Za-z0-9_.-]*$/.test(name)) return name;
  throw new HoduError(
    "BAD_USAGE",
    `Cannot define a ${kind}: found the name ${quote(String(name))}, expected letters, digits, "_", "." and "-" after a letter`,
  );
}

/** A text that must be there. Throws BAD_USAGE. */
export function checkText(kind: string, name: string, member: string, text: unknown): string {
  if (typeof text === "string" && text !== "") return text;
  throw new HoduError("BAD_USAGE", `Cannot define the ${kind} ${quote(name)}: it has no ${member}, expected one`);
}
