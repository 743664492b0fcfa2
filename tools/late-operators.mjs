/**
 * Puts off the table of operators in a bundle until it is asked for: it is most of what there is to read and to run, and many starts need no
 * operator. `table` is where it is required from: beside the file that names it ("./table.js"), or OPERATORS_FILE, which is not bundled.
 */
export const lateOperators = (table) => ({
  name: "late-operators",
  setup({ onLoad }) {
    onLoad({ filter: /core[\\/]dist[\\/]operators[\\/]all-operators\.js$/ }, () => ({
      contents: `let all; export const allOperators = () => (all ??= require(${JSON.stringify(table)}).OPERATORS);`,
    }));
  },
});

/** The table as a file of its own in a bundle of several files, and the entry that makes it. */
export const OPERATORS_FILE = "./operators.js";
export const OPERATORS_ENTRY = { operators: "packages/core/dist/operators/table.js" };
