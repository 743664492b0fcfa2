import {
  checkInputTypes,
  checkNodeForm,
  graphsIn,
  HoduError,
  operatorOf,
  quote,
  schemaOf,
  type Snapshot,
} from "@hodu/core";
import type { Artifact, BackendPlugin } from "../contracts/backend.ts";
import type { CodeGenerator } from "./code-generator.ts";
import { openCompiled } from "./session/open-compiled.ts";

/**
 * A backend of a code generator: models are optimised, scheduled and planned here, and what has no kernel runs by its reference kernel.
 * What compiles is loaded when it is first used: a model from a cache needs none of it.
 */
export function compiledBackend(generator: CodeGenerator): BackendPlugin {
  return {
    async supports(node, inputs) {
      const definition = operatorOf(node.domain, node.op);
      if (definition?.reference === undefined) return `operator ${quote(node.op)} has neither lowering nor kernel`;
      const schema = schemaOf(definition);
      const findings = [...checkNodeForm(node, schema), ...checkInputTypes(node, schema, inputs)];
      return findings.length === 0 ? true : findings.join("; ");
    },
    ...(generator.available && { available: (device) => generator.available!(device) }),
    ...(generator.identity && { identity: (options) => generator.identity!(options) }),
    async compile(model, options, context) {
      if (!generator.devices.includes(options.device)) throw noDevice(generator, options.device);
      if (options.precision === "f64")
        throw new HoduError("UNSUPPORTED", "Cannot compile in double: found precision f64, expected native", {
          hint: "hodu run --backend interp --precision f64 ...",
        });
      refuseForeign(model.snapshot);
      const { compileModel } = await import("./compile/compile-model.ts");
      return compileModel(generator, model, options, context);
    },
    async load(artifact, source, options, context) {
      checkMaker(artifact, generator);
      return openCompiled(generator, artifact, source, options, context);
    },
  };
}

/** What plugins leave of their operators runs where each node is a call. */
function refuseForeign({ graph }: Snapshot): void {
  for (const { nodes } of graphsIn(graph)) {
    const node = nodes.find(({ domain, op }) => operatorOf(domain, op) === undefined);
    if (node === undefined) continue;
    throw new HoduError(
      "UNSUPPORTED",
      `Cannot compile node ${quote(node.name)}: found operator ${quote(node.op)} of ${quote(node.domain)}, expected one that its plugin lowers`,
      { hint: "hodu run --backend interp ...", where: { node: node.name, operator: node.op } },
    );
  }
}

function noDevice({ id, devices }: CodeGenerator, device: string): HoduError {
  const message = `Cannot compile for device ${quote(device)}: ${id} compiles for ${devices.join(", ")} only`;
  return new HoduError("BACKEND_NOT_FOUND", message);
}

function checkMaker({ backend, version }: Artifact, generator: CodeGenerator): void {
  if (backend === generator.id && version === generator.version) return;
  throw new HoduError(
    "UNSUPPORTED",
    `Cannot load the compiled model: found one of ${quote(backend)} ${quote(version)}, expected ${generator.id} ${generator.version}`,
    { hint: "hodu cache clean" },
  );
}
