// Draws an image of a digit in the terminal and asks Hodu which digit it is.
// Usage: node examples/digits/show.mjs [image.json]

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../packages/cli/bin/hodu.js", import.meta.url));
const MODEL = fileURLToPath(new URL("model.onnx", import.meta.url));
const DEFAULT_IMAGE = fileURLToPath(new URL("seven.json", import.meta.url));

const SIDE = 8;
const WHITE = 16;
const SHADES = [" ", "░", "▒", "▓", "█"];
const RUNNERS_UP = 2;

function readPixels(file) {
  const { data } = JSON.parse(readFileSync(file, "utf8"));
  if (data?.length !== SIDE * SIDE) {
    throw new Error(`expected ${SIDE * SIDE} values in "data", got ${data?.length ?? "none"}`);
  }
  return data;
}

/** Two characters a pixel, because a character is about twice as high as it is wide. */
function draw(pixels) {
  const shades = pixels.map((grey) => SHADES[Math.round((grey / WHITE) * (SHADES.length - 1))].repeat(2));
  const rows = Array.from({ length: SIDE }, (_, y) => shades.slice(y * SIDE, (y + 1) * SIDE).join(""));
  const edge = "─".repeat(2 * SIDE);
  return [`┌${edge}┐`, ...rows.map((row) => `│${row}│`), `└${edge}┘`].join("\n");
}

/** The probabilities of the digits 0 to 9. Progress and errors of Hodu go straight to stderr. */
function classify(file) {
  const hodu = spawnSync(process.execPath, [CLI, "run", MODEL, "-i", `image=${file}`, "--json"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (hodu.error) throw hodu.error;
  if (hodu.status !== 0) throw new Error(`hodu run ended with ${hodu.signal ?? `exit code ${hodu.status}`}`);
  return JSON.parse(hodu.stdout).outputs.probabilities.data;
}

/** Rounded down, so that nothing reads as 100 % that is not. */
function percent(probability) {
  const tenths = Math.floor(probability * 1000);
  return tenths === 0 ? "under 0.1 %" : `${(tenths / 10).toFixed(1)} %`;
}

function describe(probabilities) {
  const ranked = probabilities
    .map((probability, digit) => ({ digit, probability }))
    .sort((a, b) => b.probability - a.probability);
  const [best, ...others] = ranked.slice(0, 1 + RUNNERS_UP);
  const article = best.digit === 8 ? "an" : "a";
  const runnersUp = others.map(({ digit, probability }) => `${digit} (${percent(probability)})`).join(", ");
  return `Hodu reads this as ${article} ${best.digit} (${percent(best.probability)} sure)\nRunners-up: ${runnersUp}`;
}

const image = process.argv[2] ?? DEFAULT_IMAGE;
try {
  console.log(draw(readPixels(image)));
  console.log(describe(classify(image)));
} catch (error) {
  console.error(`Cannot show "${image}": ${error.message}`);
  process.exitCode = 1;
}
