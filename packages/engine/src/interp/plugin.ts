import { HoduError, operatorOf, quote, schemaOf, checkNodeForm, checkInputTypes } from "@hodu/core";
import {
  type Artifact,
  type BackendPlugin,
  decodeSnapshot,
  definePlugin,
  encodeSnapshot,
  type KnownPlugin,
} from "hodu-plugin-sdk";
import { manifest } from "./manifest.ts";
import { openSession } from "./session.ts";

/** The interpreter: runs any Snapshot with the reference kernels of core. An artifact is the encoded Snapshot. */
const interp: BackendPlugin = {
  async supports(node, inputs) {
    const definition = operatorOf(node.domain, node.op);
    if (definition?.reference === undefined) return `operator ${quote(node.op)} has no reference kernel`;
    const schema = schemaOf(definition);
    const findings = [...checkNodeForm(node, schema), ...checkInputTypes(node, schema, inputs)];
    return findings.length === 0 ? true : findings.join("; ");
  },
  async compile({ snapshot }, { device, precision }): Promise<Artifact> {
    if (device !== "cpu") {
      throw new HoduError("BACKEND_NOT_FOUND", `Cannot compile for device ${quote(device)}: interp runs on cpu only`);
    }
    return { backend: manifest.id, version: manifest.version, device, precision, bytes: encodeSnapshot(snapshot) };
  },
  async load(artifact, source, options, context) {
    return openSession(decodeSnapshot(artifact.bytes), artifact.precision === "f64", source, options, context);
  },
};

/** The interpreter as a plugin, built in. */
export const interpPlugin: KnownPlugin = definePlugin({ manifest, backends: { interp } });
