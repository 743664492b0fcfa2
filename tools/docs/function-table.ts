import { FUNCTION_BOUNDS, type FunctionBound } from "@hodu/core/kernel-ir";

const HEAD = `# Functions in kernel IR

Written by \`npm run docs -- --write\` from \`FUNCTION_BOUNDS\` of core; edit that table, not this page.

Targets have no \`exp\` or \`sin\` of their own: these functions are arithmetic of [kernel IR](kernel-ir.md), the same for every target.
A lowering calls them with its builder and an f32 or f64 expression in any number of lanes (\`import { exp } from "@hodu/core/kernel-ir"\`, then \`exp(k, x)\`).
They have no branches, no tables in memory and no \`fma\` with \`exact\`: a target may round each product and sum once or twice, and the bound holds either way.

The numbers are bounds: how far a result may be from the exact value, in units of the last place of that value.
They were measured with a margin, not proven, over all exponents: subnormal operands and results and the largest angles are held to them, too.
Zeros, infinities and NaN are those of C (IEEE 754, annex F). gelu and geluTanh may add 2^-26 (f32) or 2^-55 (f64), as the tolerance of their operators does.
The f32 functions compute in f32, but for sin, cos, tan and pow, which compute in f64.

| function | f32 | f64 |
| --- | --- | --- |
`;

/** The text of docs/kernel-functions.md. */
export function writeFunctionPage(): string {
  const rows = Object.entries(FUNCTION_BOUNDS).map(
    ([name, { ulps }]: [string, FunctionBound]) => `| ${name} | ${ulps.f32} | ${ulps.f64} |\n`,
  );
  return HEAD + rows.join("");
}

/** What is wrong with the page of functions: nothing, or that it is not what the table of bounds gives. */
export function compareFunctionTable(page: string): readonly string[] {
  return page === writeFunctionPage()
    ? []
    : ["docs/kernel-functions.md is not what the table of bounds gives: npm run docs -- --write"];
}
