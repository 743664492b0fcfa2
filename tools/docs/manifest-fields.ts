import { readFileSync } from "node:fs";
import { parseSync } from "oxc-parser";

const CONTRACT = "packages/plugin-sdk/dist/contracts/manifest.d.ts";
const START = "<!-- fields: written by npm run docs:api -->\n";
const END = "<!-- end of fields -->";

/** Docs/plugin-manifest.md with the fields of the contract between its two marks. Throws an Error for a page without them. */
export function writeManifestFields(page: string): string {
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start < 0 || end < start)
    throw new Error(`Cannot write docs/plugin-manifest.md: expected the marks ${START} and ${END}`);
  const sections = interfacesOf(readFileSync(CONTRACT, "utf8")).map(describe);
  return `${page.slice(0, start + START.length)}\n${sections.join("\n")}\n${page.slice(end)}`;
}

/** What is wrong with the page: nothing, or that the contract says something else. */
export function compareManifestFields(page: string): readonly string[] {
  return page === writeManifestFields(page)
    ? []
    : ["docs/plugin-manifest.md is not what the contract of manifests gives: npm run docs:api"];
}

interface Shape {
  readonly name: string;
  readonly doc: string;
  readonly fields: readonly { readonly name: string; readonly type: string; readonly doc: string }[];
}

/** The interfaces of a declaration file, with the comments of their members. */
export function interfacesOf(source: string): readonly Shape[] {
  const { program, comments } = parseSync("manifest.d.ts", source);
  const docBefore = (start: number): string => {
    const comment = comments.findLast(({ end }) => end <= start && source.slice(end, start).trim() === "");
    return (comment?.value ?? "").replaceAll(/\n?\s*\*+ ?/g, " ").trim();
  };
  return program.body.flatMap((statement) => {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : undefined;
    if (declaration?.type !== "TSInterfaceDeclaration") return [];
    const fields = declaration.body.body.flatMap((member) => {
      if (member.type !== "TSPropertySignature" || member.key.type !== "Identifier") return [];
      const annotation = member.typeAnnotation?.typeAnnotation;
      const type = annotation === undefined ? "" : source.slice(annotation.start, annotation.end);
      const name = `${member.key.name}${member.optional ? "?" : ""}`;
      return [{ name, type, doc: docBefore(member.start) }];
    });
    return [{ name: declaration.id.name, doc: docBefore(statement.start), fields }];
  });
}

/** A list, whose lines stay as they are when one of them grows. */
function describe({ name, doc, fields }: Shape): string {
  const lines = fields.map((field) => {
    const type = field.type.replaceAll(/\s+/g, " ");
    return `- \`${field.name}\`: \`${type}\`${field.doc === "" ? "" : `. ${field.doc}`}\n`;
  });
  return `### ${name}\n\n${doc}\n\n${lines.join("")}`;
}
