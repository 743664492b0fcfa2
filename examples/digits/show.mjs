// Draws an image of a digit in the terminal and asks Hodu which digit it is.
// Usage: node examples/digits/show.mjs [image.json]

import { loadModel, readTensor } from "hodu";

const MODEL = new URL("model.onnx", import.meta.url);
const DEFAULT_IMAGE = new URL("seven.json", import.meta.url);

const SIDE = 8;
const WHITE = 16;
const SHADES = [" ", "░", "▒", "▓", "█"];
const RUNNERS_UP = 2;

async function readImage(file) {
  const image = await readTensor(file);
  if (image.data.length !== SIDE * SIDE) {
    throw new Error(`expected ${SIDE * SIDE} grey values, got ${image.data.length}`);
  }
  return image;
}

/** Two characters a pixel, because a character is about twice as high as it is wide. */
function draw(pixels) {
  const shades = Array.from(pixels, (grey) => SHADES[Math.round((grey / WHITE) * (SHADES.length - 1))].repeat(2));
  const rows = Array.from({ length: SIDE }, (_, y) => shades.slice(y * SIDE, (y + 1) * SIDE).join(""));
  const edge = "─".repeat(2 * SIDE);
  return [`┌${edge}┐`, ...rows.map((row) => `│${row}│`), `└${edge}┘`].join("\n");
}

/** The probabilities of the digits 0 to 9. */
async function classify(image) {
  const model = await loadModel(MODEL);
  const { probabilities } = await model.run({ image });
  await model.dispose();
  return Array.from(probabilities.data);
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

const file = process.argv[2] ?? DEFAULT_IMAGE;
try {
  const image = await readImage(file);
  console.log(draw(image.data));
  console.log(describe(await classify(image)));
} catch (error) {
  console.error(`Cannot show "${file}": ${error.message}`);
  process.exitCode = 1;
}
