import { parseSync } from "oxc-parser";

/** One import or re-export. `type` leaves nothing at run time, `lazy` is import(): neither makes a cycle. */
export interface ModuleImport {
  readonly specifier: string;
  readonly line: number;
  readonly kind: "value" | "type" | "lazy";
}

/** The imports of a TypeScript source, in no particular order. Throws when the source does not parse. */
export function readImports(file: string, source: string): ModuleImport[] {
  const { module, errors } = parseSync(file, source);
  const [error] = errors;
  if (error !== undefined) throw new Error(`Cannot parse ${file}: ${error.message}`);
  const found: ModuleImport[] = [];
  const add = (specifier: string, offset: number, kind: ModuleImport["kind"]): void => {
    found.push({ specifier, line: source.slice(0, offset).split("\n").length, kind });
  };
  for (const { moduleRequest, start, entries } of module.staticImports) {
    const typeOnly = entries.length > 0 && entries.every((entry) => entry.isType);
    add(moduleRequest.value, start, typeOnly ? "type" : "value");
  }
  for (const { start, entries } of module.staticExports) {
    const [first] = entries;
    if (first === undefined || first.moduleRequest === null) continue;
    add(first.moduleRequest.value, start, entries.every((entry) => entry.isType) ? "type" : "value");
  }
  for (const { moduleRequest, start } of module.dynamicImports) {
    const text = source.slice(moduleRequest.start, moduleRequest.end);
    const literal = /^(["'`])([^$]*)\1$/.exec(text)?.[2];
    if (literal !== undefined) add(literal, start, "lazy");
  }
  return found;
}
