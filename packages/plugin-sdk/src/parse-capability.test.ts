import fc from "fast-check";
import { expect, it } from "vitest";
import { parseCapability } from "./parse-capability.ts";

/** The enum of the document, as it is written there. */
const DOCUMENT = [
  ["Operators", "operators"],
  ["LossFunctions", "loss_functions"],
  ["Optimizers", "optimizers"],
  ["DataLoaders", "data_loaders"],
  ["Visualization", "visualization"],
  ["Telemetry", "telemetry"],
  ["Language", "language"],
  ["Vision", "vision"],
  ["ReinforcementLearning", "reinforcement_learning"],
  ["GraphNeuralNetworks", "graph_neural_networks"],
  ["Recommender", "recommender"],
  ["Backend(CUDA)", "backend:CUDA"],
  ["Custom(my thing)", "custom:my thing"],
] as const;

it.each(DOCUMENT)("reads %s as %s", (text, capability) => {
  expect(parseCapability(text)).toBe(capability);
});

it.each([
  [" load-MODEL ", "load_model"],
  ["backend: WGPU", "backend:WGPU"],
  ["SMI.inference", "smi.inference"],
  ["device:cuda:0", "device:cuda:0"],
  ["Framework(onnx)", "framework:onnx"],
])("reads %j as %s", (text, capability) => {
  expect(parseCapability(text)).toBe(capability);
});

it("reads its own spelling back, however its words are written", () => {
  const separators = fc.array(fc.constantFrom("_", "-", " ", ""), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(
      fc.constantFrom(...DOCUMENT.slice(0, 11)),
      separators,
      fc.boolean(),
      ([, plain], [a, b, c], isUpper) => {
        const [first, ...rest] = plain.split("_");
        const text = `${a}${first}${rest.map((word) => `${b}${word}`).join("")}${c}`;
        expect(parseCapability(isUpper ? text.toUpperCase() : text)).toBe(plain);
      },
    ),
  );
});

it.each(["", "backend:", "Backend()", "flies", "custom:a\nb", "__proto__:x", "custom:".padEnd(300, "x")])(
  "refuses %j",
  (text) => {
    expect(() => parseCapability(text)).toThrow(expect.objectContaining({ code: "BAD_USAGE" }));
  },
);

it("says what was probably meant", () => {
  expect(() => parseCapability("operator")).toThrow('Cannot read capability "operator": expected operators');
});
