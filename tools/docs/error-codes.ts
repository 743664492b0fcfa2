import { parseSync } from "oxc-parser";
import { readHeadings } from "./markdown.ts";

export interface ErrorCodes {
  readonly count: number;
  readonly problems: readonly string[];
}

/** Compares the keys of the literal ERROR_CODES in `source` with the headings of `page` that look like a code. */
export function compareErrorCodes(source: string, page: string): ErrorCodes {
  if (source === "") return { count: 0, problems: [] };
  const codes = readErrorCodes(source);
  if (codes === undefined) {
    return { count: 0, problems: ["packages/core/src/errors/codes.ts has no object literal ERROR_CODES"] };
  }
  const headings = new Set(
    readHeadings(page)
      .map((heading) => heading.replaceAll("`", ""))
      .filter(isCode),
  );
  const known = new Set(codes);
  return {
    count: codes.length,
    problems: [
      ...codes
        .filter((code) => !headings.has(code))
        .map((code) => `error code ${code} has no heading in docs/errors.md`),
      ...[...headings]
        .filter((code) => !known.has(code))
        .map((code) => `docs/errors.md has a heading ${code} that is no error code`),
    ],
  };
}

function isCode(text: string): boolean {
  return /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(text);
}

function readErrorCodes(source: string): string[] | undefined {
  for (const statement of parseSync("codes.ts", source).program.body) {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declaration?.type !== "VariableDeclaration") continue;
    for (const { id, init } of declaration.declarations) {
      if (id.type !== "Identifier" || id.name !== "ERROR_CODES") continue;
      let value = init;
      while (value?.type === "TSAsExpression" || value?.type === "TSSatisfiesExpression") value = value.expression;
      if (value?.type === "CallExpression" && value.arguments[0]?.type === "ObjectExpression")
        value = value.arguments[0];
      if (value?.type !== "ObjectExpression") return undefined;
      return value.properties.flatMap((property) => {
        if (property.type !== "Property") return [];
        if (property.key.type === "Identifier") return [property.key.name];
        return property.key.type === "Literal" ? [String(property.key.value)] : [];
      });
    }
  }
  return undefined;
}
