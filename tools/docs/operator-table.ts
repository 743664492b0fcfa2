import { allOperators, type OperatorDef } from "@hodu/core";

const HEAD = `# Operators

Written by \`npm run docs -- --write\` from the operator table of core; edit the operators, not this page.

Every operator runs in the interpreter. **Versions** are the opsets of its domain that changed it; a node of any of them is read and upgraded to the newest.
**Accuracy** says how far another implementation may be from the reference kernel (packages/core/src/tensors/tolerance.ts).
`;

/** The text of docs/operators.md. */
export function writeOperatorPage(): string {
  const domains = [...new Set(allOperators().map(({ domain }) => domain ?? ""))];
  const sections = domains.map((domain) => {
    const rows = allOperators().filter((definition) => (definition.domain ?? "") === domain);
    return `## ${domain === "" ? "ai.onnx" : domain} (${rows.length})\n\n| operator | versions | accuracy |\n| --- | --- | --- |\n${rows.map(row).join("")}`;
  });
  return `${HEAD}\n${sections.join("\n")}`;
}

function row({ name, versions, deprecated, accuracy }: OperatorDef): string {
  const sinces = versions.map(({ since }) => since).reverse();
  const ended = deprecated === undefined ? "" : `, ended with ${deprecated}`;
  return `| ${name} | ${sinces.join(", ")}${ended} | ${deprecated === undefined ? accuracy : "upgraded to other operators"} |\n`;
}

/** What is wrong with the operators page: nothing, or that it is not what the table gives. */
export function compareOperatorTable(page: string): readonly string[] {
  return page === writeOperatorPage()
    ? []
    : ["docs/operators.md is not what the operator table gives: npm run docs -- --write"];
}
