import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync } from "oxc-parser";

/** What a module exports under a name. */
export interface Declaration {
  readonly name: string;
  /** The file of the declaration, without its extension. */
  readonly module: string;
  /** Its doc comment without stars and examples; "" where there is none. */
  readonly doc: string;
  /** The declaration as TypeScript has it, without bodies. */
  readonly text: string;
}

/** Names that are let through; undefined: all. */
type Wanted = ReadonlySet<string> | undefined;

/**
 * What a declaration file (`index.d.ts`) exports, in its order, that of the files that it refers to included. What it has of packages is
 * left out. Throws an Error for a file that is not there.
 */
export function readDeclarations(file: string, wanted?: Wanted): readonly Declaration[] {
  const source = readFileSync(file, "utf8");
  const { program, comments } = parseSync(file, source);
  const found: Declaration[] = [];
  for (const statement of program.body) {
    if (
      statement.type === "ExportAllDeclaration" ||
      (statement.type === "ExportNamedDeclaration" && statement.source)
    ) {
      const names = statement.type === "ExportAllDeclaration" ? wanted : specifiers(statement, wanted);
      const path = statement.source?.value ?? "";
      if (path.startsWith(".")) found.push(...readDeclarations(declarationFile(file, path), names));
      continue;
    }
    if (statement.type !== "ExportNamedDeclaration" || !statement.declaration) continue;
    const comment = comments.findLast(
      ({ end, value }) =>
        end <= statement.start && value.startsWith("*") && source.slice(end, statement.start).trim() === "",
    );
    const text = source
      .slice(statement.start, statement.end)
      .replace(/^export declare /, "export ")
      .replaceAll(/^ +/gm, halved);
    for (const name of namesOf(statement.declaration))
      if (wanted === undefined || wanted.has(name))
        add(found, { name, module: stem(file), doc: docText(comment?.value), text });
  }
  return found;
}

/** Steps of two, as everywhere: the compiler writes steps of four, and a star of a comment one further. */
const halved = (spaces: string): string => " ".repeat(Math.floor(spaces.length / 4) * 2 + (spaces.length % 4));

/** The overloads of a function are one. */
function add(found: Declaration[], next: Declaration): void {
  const last = found.at(-1);
  if (last?.name === next.name && last.module === next.module)
    found[found.length - 1] = { ...last, doc: last.doc || next.doc, text: `${last.text}\n${next.text}` };
  else found.push(next);
}

type Body = ReturnType<typeof parseSync>["program"]["body"][number];
type Named = Extract<Body, { type: "ExportNamedDeclaration" }>;

function specifiers({ specifiers: listed }: Named, wanted: Wanted): ReadonlySet<string> {
  const names = listed.flatMap(({ exported, local }) => {
    const [name, own] = [exported, local].map((one) => (one.type === "Identifier" ? one.name : ""));
    return wanted === undefined || wanted.has(name) ? [own] : [];
  });
  return new Set(names);
}

function namesOf(declaration: NonNullable<Named["declaration"]>): readonly string[] {
  if (declaration.type === "VariableDeclaration")
    return declaration.declarations.flatMap(({ id }) => (id.type === "Identifier" ? [id.name] : []));
  return "id" in declaration && declaration.id?.type === "Identifier" ? [declaration.id.name] : [];
}

/** The prose of a doc comment: its tags and what follows them are left out. */
function docText(comment = ""): string {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\*+ ?/, "").trimEnd());
  const tag = lines.findIndex((line) => line.startsWith("@"));
  return lines
    .slice(0, tag < 0 ? undefined : tag)
    .join("\n")
    .trim();
}

const declarationFile = (from: string, path: string): string => join(dirname(from), path.replace(/\.ts$/, ".d.ts"));

const stem = (file: string): string => file.replace(/\.d\.ts$/, "");
