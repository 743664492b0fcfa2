#!/usr/bin/env node
/**
 * What somebody does who never saw this repository: in an empty home, with nothing but the packed workspaces and a TypeScript compiler, begins
 * plugins, tests, installs, runs and edits them while they run, packs them, installs them elsewhere, and removes them. Nothing is
 * downloaded. The last line is `N passed, N failed, N skipped`.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPackages, packWorkspaces } from "../../tools/packed.mjs";
import { JOURNEYS } from "./journeys.mjs";

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));

/** All of it, in seconds; most is npm and the compiler. */
const MAX_SECONDS = 90;
const DEV_PATIENCE_MS = 30_000;
/** Plugins that are written at the same time: most of a step waits for one process. */
const LANES = 2;

const counts = { passed: 0, failed: 0, skipped: 0 };
const root = mkdtempSync(join(tmpdir(), "hodu-newcomer-"));
const start = performance.now();
try {
  const place = install();
  const left = [...JOURNEYS];
  const lane = async () => {
    for (let journey = left.shift(); journey !== undefined; journey = left.shift()) await begin(journey, place);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const seconds = (performance.now() - start) / 1000;
  report(
    `all within ${MAX_SECONDS} s (${seconds.toFixed(1)} s)`,
    seconds <= MAX_SECONDS ? undefined : "it took longer",
  );
} catch (error) {
  report("the installation", error instanceof Error ? error.message : String(error));
} finally {
  if (process.env.KEEP) console.log(root);
  else rmSync(root, { recursive: true, force: true });
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;

/** The command in a folder of its own, an empty home, and a second one for what is carried elsewhere. */
function install() {
  const { typescript } = JSON.parse(readFileSync("package.json", "utf8")).devDependencies;
  const packages = [...packWorkspaces(join(root, "tarballs")), `typescript@${typescript}`];
  const tools = join(root, "tools");
  installPackages(tools, packages, "--prefer-offline");
  for (const name of ["home", "elsewhere", "work"]) mkdirSync(join(root, name));
  return { bin: join(tools, "node_modules/.bin"), work: join(root, "work") };
}

async function begin(journey, place) {
  const { title, needs } = journey;
  if (needs === undefined || spawnSync(needs, ["--version"]).error === undefined) return travel(journey, place);
  counts.skipped += 1;
  console.log(`skip ${title}: ${needs} is not here`);
}

async function travel({ title, new: begun, id, run: ran, before, edit, after, fails }, { bin, work }) {
  const folder = join(work, begun[0]);
  const here = environmentOf(bin, "home");
  const elsewhere = environmentOf(bin, "elsewhere");
  const hodu = (args, env = here, cwd = folder) => finish(join(bin, "hodu"), args, env, cwd);
  const step = async (name, work) => attempt(`${title}: ${name}`, work);
  await step("new", async () => ok(await hodu(["plugin", "new", ...begun], here, work)));
  await step("build and test", async () => {
    const { stdout } = ok(await finish("npm", ["test", "--silent"], here, folder));
    if (!stdout.includes("\nAll tests passed!\n")) throw new Error(stdout);
  });
  await step("install --path", async () => ok(await hodu(["plugin", "install", "--path", ".", "--yes"])));
  await step("run a model on it", async () => before(ok(await hodu(["run", ...ran]))));
  await step("dev: an edit takes its place in runs, and goes with it", async () => {
    await develop({ bin, env: here, folder }, edit, async () => after(await hodu(["run", ...ran])));
    before(ok(await hodu(["run", ...ran])));
  });
  await step("pack", async () => ok(await finish("npm", ["pack", "--silent"], here, folder)));
  await step("install --offline elsewhere", async () => {
    const archive = readdirSync(folder).find((name) => name.endsWith(".tgz"));
    ok(await hodu(["plugin", "install", "--offline", archive, "--yes"], elsewhere));
    before(ok(await hodu(["run", ...ran], elsewhere)));
  });
  await step("remove", async () => {
    ok(await hodu(["plugin", "remove", id], elsewhere));
    const { status } = await hodu(["run", ...ran], elsewhere);
    if ((status !== 0) !== fails) throw new Error(`a run without it ended with ${status}`);
  });
}

/** Edits a file while `hodu plugin dev` runs, tries what came of it, and puts it back when that has ended. */
async function develop({ bin, env, folder }, [file, from, to], tryIt) {
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  if (!text.includes(from)) throw new Error(`did not find ${from} in ${file}`);
  const child = spawn(join(bin, "hodu"), ["plugin", "dev", "."], {
    cwd: folder,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (more) => (said += more));
  const until = async (wanted) => {
    const end = performance.now() + DEV_PATIENCE_MS;
    while (!said.includes(wanted)) {
      if (child.exitCode !== null || performance.now() > end) throw new Error(`no ${wanted} in: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  let status;
  try {
    await until("Watching");
    writeFileSync(path, text.replace(from, to));
    await until("Reloaded");
    await tryIt();
  } finally {
    const ended = once(child, "close");
    child.kill("SIGINT");
    [status] = await ended;
    writeFileSync(path, text);
  }
  if (status !== 130) throw new Error(`dev ended with ${status}: ${said}`);
}

function environmentOf(bin, home) {
  const others = Object.entries(process.env).filter(([name]) => !/^(?:HODU_|npm_|NODE_PATH$)/i.test(name));
  return {
    ...Object.fromEntries(others),
    HOME: join(root, home),
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    npm_config_offline: "true",
    npm_config_update_notifier: "false",
    HODU_BACKENDS_PRIORITY: "interp",
  };
}

async function finish(file, args, env, cwd) {
  const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  const [status] = await once(child, "close");
  return { what: `${file.replace(/^.*\//, "")} ${args.join(" ")}`, status, stdout, stderr };
}

function ok(result) {
  if (result.status === 0) return result;
  throw new Error(`${result.what} ended with ${result.status}:\n${result.stdout}${result.stderr}`);
}

async function attempt(name, check) {
  const from = performance.now();
  try {
    await check();
    report(`${name} (${((performance.now() - from) / 1000).toFixed(1)} s)`, undefined);
  } catch (error) {
    report(name, error instanceof Error ? error.message : String(error));
  }
}

function report(name, problem) {
  counts[problem === undefined ? "passed" : "failed"] += 1;
  console.log(problem === undefined ? `ok   ${name}` : `FAIL ${name}: ${problem}`);
}
