import { parseArgs } from "node:util";
import type { OptLevel } from "@hodu/compiler";

export const USAGE = `Usage: npm run conformance -- PATH... [options]

Runs every model below PATH (a folder, or an archive .tar.xz, .tar.gz or .tar of one) on the inputs beside it and
compares with the outputs beside it: folders of the ONNX backend-test layout (model.onnx, test_data_set_*/input_N.pb,
output_N.pb, optional data.json with rtol and atol).

Options:
  --backend NAME    the backend to run on (default: interp)
  --opt-level N     optimise each model as -O N does before it runs, 0 to 3 (default: 0)
  --no-fallback     skip models of which a node would run by its reference kernel (backends that compile)
  --only PATTERN    only folders whose name matches, with * and ? (may be repeated)
  --trusted         only the sub-folders that a TRUSTED.txt beside them lists
  --roundtrip NAME  save each model in the format NAME (onnx, hdss), and run what is read back
  --peer NAME       with --roundtrip onnx: onnxruntime runs the model before and after, and must give the same
  --json FILE       also write the results to FILE
  -h, --help        show this
`;

export interface Options {
  readonly paths: readonly string[];
  readonly backend: string;
  readonly level: OptLevel;
  readonly fallback: boolean;
  readonly only: readonly string[];
  readonly trusted: boolean;
  readonly roundtrip: string | undefined;
  readonly peer: string | undefined;
  readonly json: string | undefined;
}

/** What keeps the tool from starting: exit code 2. */
export class UsageError extends Error {}

const LEVELS: readonly OptLevel[] = [0, 1, 2, 3];

/** Reads the command line; undefined when it asks for help. Throws UsageError. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  if (positionals.length === 0) throw new UsageError("Cannot start: found no path, expected a folder or an archive");
  const level = LEVELS.find((one) => String(one) === values["opt-level"]);
  if (level === undefined) {
    throw new UsageError(`Cannot run at --opt-level ${values["opt-level"]}: expected ${LEVELS.join(", ")}`);
  }
  if (values.peer !== undefined && values.roundtrip !== "onnx") {
    throw new UsageError("Cannot use --peer: it reads ONNX files only, expected --roundtrip onnx beside it");
  }
  return {
    paths: positionals,
    backend: values.backend,
    level,
    fallback: !values["no-fallback"],
    only: values.only,
    trusted: values.trusted,
    roundtrip: values.roundtrip,
    peer: values.peer,
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        backend: { type: "string", default: "interp" },
        "opt-level": { type: "string", default: "0" },
        "no-fallback": { type: "boolean", default: false },
        only: { type: "string", multiple: true, default: [] as string[] },
        trusted: { type: "boolean", default: false },
        roundtrip: { type: "string" },
        peer: { type: "string" },
        json: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
