import { parseArgs } from "node:util";

export const USAGE = `Usage: npm run test:passes -- [PATH...] [options]

Tries the passes of the compiler: each alone, each level as a whole, and random orders of them, on models and on generated graphs.
What they make must be valid, stay as it is under the same passes, and give the same results.
PATH: folders or archives of the ONNX backend-test layout (default: ../shared/data/onnx-node.tar.xz and ../shared/data/models).

Options:
  --orders N     random orders (default: 200)
  --generated N  generated graphs that each pass is tried on (default: 200)
  --full         1,000 orders and 1,000 generated graphs
  --seed N       seed of orders and graphs (default: 1)
  --save DIR     where failures are written, as text (default: pass-failures)
  -h, --help     show this
`;

/** What is to be tried. */
export interface Options {
  readonly paths: readonly string[];
  readonly orders: number;
  readonly generated: number;
  readonly seed: number;
  readonly save: string;
}

const DEFAULT_PATHS = ["../shared/data/onnx-node.tar.xz", "../shared/data/models"];

/** Reads the command line; undefined when it asks for help. Throws an Error that says what is wrong. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      orders: { type: "string" },
      generated: { type: "string" },
      full: { type: "boolean", default: false },
      seed: { type: "string" },
      save: { type: "string", default: "pass-failures" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const count = values.full ? 1000 : 200;
  return {
    paths: positionals.length > 0 ? positionals : DEFAULT_PATHS,
    orders: wholeNumber("--orders", values.orders, count),
    generated: wholeNumber("--generated", values.generated, count),
    seed: wholeNumber("--seed", values.seed, 1),
    save: values.save,
  };
}

function wholeNumber(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`Cannot use ${option} ${text}: expected a whole number`);
}
