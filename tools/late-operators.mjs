import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const TABLE = "packages/core/dist/operators/table.js";
const ALL = "packages/core/dist/operators/all-operators.js";

/**
 * Puts off the table of operators in a bundle until it is asked for: it is most of what there is to read and to run, and many starts need no
 * operator. `table` is where it is required from: beside the file that names it ("./table.js"), or OPERATORS_FILE, which is not bundled.
 * Entries `atOnce` bring it with them: who bundles these anew has no such file.
 */
export const lateOperators = (table, atOnce = []) => ({
  name: "late-operators",
  setup({ onLoad }) {
    const [all, whole, ...entries] = [ALL, TABLE, ...atOnce].map((path) => resolve(path));
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      if (path === all) return { contents: lateTable(table) };
      if (!entries.includes(path)) return undefined;
      const imports = `import { OPERATORS } from ${quote(whole)}; import { bringOperators } from ${quote(all)};`;
      return { contents: `${imports} bringOperators(OPERATORS); ${readFileSync(path, "utf8")}` };
    });
  },
});

const lateTable = (table) => `
  let operators;
  export const bringOperators = (brought) => { operators = brought; };
  export const allOperators = () => (operators ??= require(${quote(table)}).OPERATORS);
`;

const quote = (text) => JSON.stringify(text);

/** The table as a file of its own in a bundle of several files, and the entry that makes it. */
export const OPERATORS_FILE = "./operators.js";
export const OPERATORS_ENTRY = { operators: TABLE };
