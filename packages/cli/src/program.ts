import { Command } from "commander";
import type { CompareFlags } from "./commands/compare.ts";
import type { ConvertFlags } from "./commands/convert.ts";
import type { DiffFlags } from "./commands/diff.ts";
import type { DoctorFlags } from "./commands/doctor.ts";
import type { InspectFlags } from "./commands/inspect.ts";
import type { VersionFlags } from "./commands/version.ts";
import { addCache } from "./cache/cache-program.ts";
import { addPluginPath } from "./plugin/plugin-path.ts";
import { addPlugin } from "./plugin/plugin-program.ts";
import { addConfig } from "./config/config-program.ts";
import { settingNote } from "./config/setting-note.ts";
import type { RunFlags } from "./run/settings.ts";
import { columnsOf, painter } from "./terminal/style.ts";

const RUN_HELP = `
Files:
  An input or expected file is read by its extension: .npy, .npz, .safetensors,
  .hdt, .pb (ONNX tensor) or .json: nested arrays, or
  {"dtype": "f32", "shape": [2], "data": [1, 2]}. - is standard input, which says itself what it is.
  A file of several tensors gives each to the input of its name.

Outputs:
  -o out.npz            all in one file
  -o y=y.npy            one of them
  -o outputs/           each in a .hdt file
  -o outputs/ -f npy    each in a .npy file
  -o -                  all, as bytes of a .hdt file to standard output

Environment:
  HODU_MAX_MEMORY         MB that a run may take (default: 80 % of the machine)
  HODU_THREADS            threads of a run (default: 0, one for each core)
  HODU_BUILD_OPT_LEVEL    as -O
  HODU_BACKENDS_PRIORITY  order in which backends are tried
  HODU_LOG                what is logged: debug, or warn,onnx=debug
  NO_COLOR                no colours
  hodu config list shows all settings, their values, and where these are from.

Examples:
  hodu run model.onnx -i image=digit.json
  hodu run model.onnx -i tensor.pb --expect output.pb --rtol 1e-4
  hodu run model.onnx -I a=a.npy,b=b.json -o out.npz
  hodu run model.onnx -i image.npy --labels labels.txt --top 5
  hodu run model.onnx --random-inputs --dim batch=4 --verbose
  echo '[[1, 2, 3]]' | hodu run model.onnx -i x=- --json
  hodu run model.onnx --dry-run
  hodu run model.onnx --random-inputs --benchmark 50 --threads 2
  hodu run model.onnx --random-inputs --profile -O3
  hodu run model.onnx --dump source --backend cpu | less
`;

const INSPECT_HELP = `
Examples:
  hodu inspect model.onnx
  hodu model.onnx
  hodu inspect model.onnx --verbose | less
  hodu inspect weights.npz
  hodu inspect model.onnx --json | jq .inputs
`;

const CONVERT_HELP = `
Files:
  The format is that of the output's extension, or the one that --format names:
  by an extension (npz) or by its name (onnx). A model becomes a model, or a tensor
  file of its weights; tensors become tensors. - is standard input or output.
  The output appears whole or not at all; a file of that name is replaced.

Examples:
  hodu convert model.onnx -o model.hdss
  hodu convert model.hdss -o model.onnx --opset 17
  hodu convert model.onnx -o weights.safetensors
  hodu convert weights.npz -o weights.safetensors
  hodu convert model.onnx -o model.bin --format hdss
`;

const DIFF_HELP = `
Two models are compared by inputs, outputs, nodes and weights, whatever formats
they are in; two tensor files by their values. A is what is expected: B may differ
by atol + rtol * |a|.
Exit status: 0 no differences, 1 differences, above that an error.

Examples:
  hodu diff model.onnx model.hdss
  hodu diff before.onnx after.onnx --json | jq .nodes
  hodu diff expected.npz result.npz --rtol 1e-3 --atol 1e-6
  hodu diff -q a.npy b.npy || echo different
`;

const COMPARE_HELP = `
Runs a model on a backend with every value between its operators kept, and holds
each to the reference in double on the same inputs; then the model as it is, where
operators are computed together. The first that is off by more than the accuracy
class of its operator is shown with its inputs and its kernels.
Inputs that are not given are made up.
Exit status: 0 all are within their class, 1 one is not, above that an error.

Examples:
  hodu compare model.onnx
  hodu compare model.onnx --backend wasm --against cpu -i image.npy
  hodu compare model.onnx --backend cpu --against onnxruntime --json
`;

const DOCTOR_HELP = `
Each plugin is held to its manifest and to the files that were installed, loaded in
a process of its own, and let go. What is marked ! is to be mended, and the line
below says how; what is marked ✗ is not there, which is no fault.
--fix first mends what can be mended without a loss, and says each thing that it did:
it makes a damaged list of plugins anew, removes what killed commands left, links the
SDK again, and removes what is damaged in the cache.
Exit status: 0 nothing is wrong, 1 something is.

Examples:
  hodu doctor
  hodu doctor --fix
  hodu doctor --json | jq .plugin_health
`;

const PROGRAM_HELP = `
Examples:
  hodu model.onnx                              what is in a model
  hodu run model.onnx -i x=input.json          run it
  hodu run model.onnx --random-inputs          run it on anything
  hodu convert model.onnx -o model.hdss        write it in another format
  hodu diff a.onnx b.onnx                      what changed
  hodu compare model.onnx                      find what is computed wrongly
  hodu plugin list                             which plugins there are
  hodu cache status                            what is kept of what was compiled
  hodu doctor                                  what is wrong with it all
  hodu explain BAD_INPUT                       what an error means

hodu COMMAND --help tells more.
`;

const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

/** Names of the commands, for telling a command from a model file. */
export const COMMANDS: readonly string[] = [
  "run",
  "inspect",
  "convert",
  "diff",
  "compare",
  "cache",
  "plugin",
  "config",
  "doctor",
  "version",
  "explain",
  "help",
];

/** What a command of commands does where none of them is named. */
export const USUAL: ReadonlyMap<string, string> = new Map([
  ["cache", "status"],
  ["plugin", "list"],
  ["config", "list"],
]);

/** The command line as data. What a command needs is imported when it is called. */
export function makeProgram(): Command {
  const program = new Command("hodu")
    .description("Run and inspect ML models.")
    .usage("COMMAND [options]")
    .option("-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .showSuggestionAfterError(true)
    .addHelpText("after", PROGRAM_HELP)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, getOutHelpWidth: () => columnsOf(process.stdout) })
    .configureHelp({ styleTitle: (title) => painter(process.stdout)(title, "bold") });
  addRun(program);
  addInspect(program);
  addConvert(program);
  addDiff(program);
  addCompare(program);
  addCache(program);
  addPlugin(program);
  addConfig(program);
  program
    .command("doctor")
    .description("check the machine, the plugins, the settings and the cache")
    .option("--fix", "first mend what can be mended without a loss")
    .option("--json", "print JSON")
    .addHelpText("after", DOCTOR_HELP)
    .action(async (flags: DoctorFlags) => (await import("./commands/doctor.ts")).doctor(flags));
  program
    .command("version")
    .description("print versions and the platform")
    .option("--short", "print only the version")
    .option("--json", "print JSON")
    .action(async (flags: VersionFlags) => (await import("./commands/version.ts")).version(flags));
  program
    .command("explain")
    .description("say what an error code means and what to do")
    .argument("[code]", "such as BAD_INPUT; without one, all are listed")
    .action(async (code: string | undefined) => (await import("./commands/explain.ts")).explain(code));
  addPluginPath(program);
  for (const command of program.commands)
    command.exitOverride().configureOutput(program.configureOutput()).configureHelp(program.configureHelp());
  return program;
}

function addRun(program: Command): void {
  program
    .command("run")
    .description("run a model")
    .argument("<model>", "model file, such as model.onnx")
    .option("-i, --input <name=path>", "an input file; a model with one input needs no name (repeatable)", collect)
    .option("-I, --inputs <list>", "input files as a list: a=a.npy,b=b.npz (repeatable)", collect)
    .option("--random-inputs", "make up the inputs that are not given")
    .option("--seed <n>", "seed of made-up inputs (default: 0) and of random operators (default: any)")
    .option("--dim <name=size>", "the size of a symbol of the model's shapes (repeatable)", collect)
    .option("--expect <name=path>", "compare an output with a file; exit 1 when it differs (repeatable)", collect)
    .option("--rtol <number>", "relative tolerance of --expect", "1e-3")
    .option("--atol <number>", "absolute tolerance of --expect", "1e-7")
    .option(
      "-d, --device <device>",
      `device to run on: cpu, metal, cuda:0 (default: cpu) ${settingNote("defaults.device")}`,
    )
    .option("--backend <name>", "backend to run with (default: the first that runs on the device)")
    .option(
      "-O, --opt-level <level>",
      `how much to optimise what is compiled, 0 to 3: -O3 (default: 2) ${settingNote("build.opt_level")}`,
    )
    .option(
      "--threads <n>",
      `threads to run with, 0: one for each core (default: 0) ${settingNote("runtime.num_threads")}`,
    )
    .option("--transform <name[:key=value,...]>", "run a transform over the model first (repeatable)", collect)
    .option("--no-cache", `compile anew, and keep nothing ${settingNote("build.cache_enabled")}`)
    .option("--reproducible", "compute the same bits on every machine, with any number of threads")
    .option("--strict", "end with an error where there would be a warning, and try no other backend")
    .option("--precision <type>", "native, or f64: compute every float in double", "native")
    .option(
      "--timeout <seconds>",
      `end with exit status 70 after this time (also 500ms, 2m) ${settingNote("runtime.timeout")}`,
    )
    .option(
      "--allow-external <path>",
      "let the model refer to files there, outside of its folder (repeatable)",
      collect,
    )
    .option("--dry-run", "show which plugins would be used, and stop")
    .option(
      "-o, --output <path>",
      "write the outputs to a file or folder, or one of them: name=path (repeatable)",
      collect,
    )
    .option("--output-dir <dir>", "write each output to a file in this folder, as -o DIR/")
    .option(
      "-f, --format <format>",
      `pretty, json, or a format of files: hdt, npz, ... (default: that of the path, or pretty) ${settingNote("defaults.output_format")}`,
    )
    .option("--json", "as --format json")
    .option("--top <n>", "print the n largest elements along the last axis")
    .option("--labels <file>", "names for --top: one on each line, or a JSON array")
    .option("--benchmark [n]", "time n runs and print statistics in place of the outputs (default: 10)")
    .option("--warmup <n>", "runs before those that are timed (default: 3)")
    .option("--profile", "print where the time and the memory of a run go, in place of the outputs")
    .option(
      "--dump <stage>",
      "print the model as snapshot, optimized, kernels, source or assembly, and stop; STAGE=FOLDER: write it there (repeatable)",
      collect,
    )
    .option("--trace <file>", "write what took when, for chrome://tracing or Perfetto")
    .option("-q, --quiet", "print neither progress nor warnings")
    .option("-v, --verbose", "tell what runs where and why, and the time of each operator")
    .addHelpText("after", RUN_HELP)
    .action(async (model: string, flags: RunFlags) => (await import("./commands/run.ts")).run(model, flags));
}

function addCompare(program: Command): void {
  program
    .command("compare")
    .description("find the operator that a backend computes wrongly")
    .argument("<model>", "model file, such as model.onnx")
    .option("--backend <name>", "backend to look at (default: the first that runs on the device)")
    .option("--against <name>", "another backend, or onnxruntime where onnxruntime-node is installed", "interp")
    .option("-i, --input <name=path>", "an input file; a model with one input needs no name (repeatable)", collect)
    .option("-I, --inputs <list>", "input files as a list: a=a.npy,b=b.npz (repeatable)", collect)
    .option("--seed <n>", "seed of made-up inputs (default: 0)")
    .option("--dim <name=size>", "the size of a symbol of the model's shapes (repeatable)", collect)
    .option("-d, --device <device>", `device to run on (default: cpu) ${settingNote("defaults.device")}`)
    .option("-O, --opt-level <level>", `how much to optimise, 0 to 3 (default: 2) ${settingNote("build.opt_level")}`)
    .option("--threads <n>", `threads to run with (default: 0) ${settingNote("runtime.num_threads")}`)
    .option("--transform <name[:key=value,...]>", "run a transform over the model first (repeatable)", collect)
    .option("--reproducible", "compute the same bits on every machine, with any number of threads")
    .option("--timeout <seconds>", `end with exit status 70 after this time ${settingNote("runtime.timeout")}`)
    .option(
      "--allow-external <path>",
      "let the model refer to files there, outside of its folder (repeatable)",
      collect,
    )
    .option("--json", "print JSON")
    .option("-q, --quiet", "print neither progress nor warnings")
    .option("-v, --verbose", "tell each step")
    .addHelpText("after", COMPARE_HELP)
    .action(async (model: string, flags: CompareFlags) =>
      (await import("./commands/compare.ts")).compare(model, flags),
    );
}

function addInspect(program: Command): void {
  program
    .command("inspect")
    .description("show what is in a model or a tensor file")
    .argument("<file>", "model or tensor file, such as model.onnx or weights.npz")
    .option("-v, --verbose", "also list weights and nodes, and estimate a run; of a tensor file: the values")
    .option("-f, --format <format>", "pretty or json", "pretty")
    .option("--json", "as --format json")
    .option(
      "--allow-external <path>",
      "let the model refer to files there, outside of its folder (repeatable)",
      collect,
    )
    .addHelpText("after", INSPECT_HELP)
    .action(async (file: string, flags: InspectFlags) => (await import("./commands/inspect.ts")).inspect(file, flags));
}

function addConvert(program: Command): void {
  program
    .command("convert")
    .description("write a model or a tensor file in another format")
    .argument("<input>", "model or tensor file, such as model.onnx or weights.npz")
    .requiredOption("-o, --output <path>", "the file to write")
    .option("-f, --format <format>", "its format (default: that of its extension)")
    .option("--opset <n>", "version of ai.onnx to write (default: the lowest that holds the model)")
    .option("--external-weights", "put the weights into a file beside the model")
    .option(
      "--allow-external <path>",
      "let the model refer to files there, outside of its folder (repeatable)",
      collect,
    )
    .option("--json", "print what was done as JSON")
    .option("-q, --quiet", "print neither progress nor warnings")
    .option("-v, --verbose", "tell each step")
    .addHelpText("after", CONVERT_HELP)
    .action(async (input: string, flags: ConvertFlags) =>
      (await import("./commands/convert.ts")).convert(input, flags),
    );
}

function addDiff(program: Command): void {
  program
    .command("diff")
    .description("show how two models, or two tensor files, differ")
    .argument("<a>", "model or tensor file, such as before.onnx")
    .argument("<b>", "what it is compared with, in any format")
    .option("--rtol <number>", "relative tolerance of elements", "0")
    .option("--atol <number>", "absolute tolerance of elements", "0")
    .option(
      "--allow-external <path>",
      "let the models refer to files there, outside of their folders (repeatable)",
      collect,
    )
    .option("--json", "print the differences as JSON")
    .option("-q, --quiet", "print nothing: the exit status tells")
    .addHelpText("after", DIFF_HELP)
    .action(async (a: string, b: string, flags: DiffFlags) => (await import("./commands/diff.ts")).diff(a, b, flags));
}
