import { relative } from "node:path";
import { type Declaration, readDeclarations } from "./declarations.ts";

const SDK = "packages/plugin-sdk/dist";
const CORE = "packages/core/dist";

/** The page docs/sdk-api.md: all that plugins may import, made of the doc comments. The packages must be compiled. */
export function writeApiPage(): string {
  const sections = [
    "# The SDK",
    "",
    "All that a plugin may import of `hodu-plugin-sdk`, with its doc comments. This page is written by `npm run docs:api`. Examples stand in the comments of the sources; `npm run test:examples` runs them.",
    "",
    ...modules(SDK, readDeclarations(`${SDK}/index.d.ts`)),
    "## hodu-plugin-sdk/testing",
    "",
    "Suites that a plugin's own tests run.",
    "",
    ...readDeclarations(`${SDK}/testing/index.d.ts`).flatMap(describe),
    "## What the SDK has of the core",
    "",
    "Tensors, values, the graph, errors: exports of `hodu-plugin-sdk` as well.",
    "",
    ...readDeclarations(`${CORE}/index.d.ts`).map(
      ({ name, doc }) => `- \`${name}\`${doc === "" ? "" : `: ${firstSentence(doc)}`}`,
    ),
  ];
  return `${sections.join("\n")}\n`;
}

/** What is wrong with the page: nothing, or that the sources say something else. */
export function compareApiPage(page: string): readonly string[] {
  return page === writeApiPage() ? [] : ["docs/sdk-api.md is not what the doc comments give: npm run docs:api"];
}

/** A heading for each file. */
function modules(root: string, declarations: readonly Declaration[]): readonly string[] {
  const byModule = new Map<string, Declaration[]>();
  for (const one of declarations) {
    const module = relative(root, one.module);
    byModule.set(module, [...(byModule.get(module) ?? []), one]);
  }
  return [...byModule].flatMap(([module, found]) => [`## ${module}`, "", ...found.flatMap(describe)]);
}

function describe({ name, doc, text }: Declaration): readonly string[] {
  return [`### ${name}`, "", ...(doc === "" ? [] : [doc, ""]), "```ts", text, "```", ""];
}

const firstSentence = (doc: string): string =>
  /^.*?[.:](?=\s|$)/s.exec(doc)?.[0].replaceAll("\n", " ") ?? doc.replaceAll("\n", " ");
