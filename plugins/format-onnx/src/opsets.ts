import { quote } from "hodu-plugin-sdk";
import type { SourceFile } from "./source-file.ts";
import type { ModelProto, OperatorSetIdProto } from "./generated/onnx_pb.ts";
import { domainOf } from "./graph.ts";

/** IR version from which a model names its opsets; before, there was only version 1 of ai.onnx. */
const NAMED_OPSETS = 3;

/** The opset of each domain that a model imports. */
export function readOpsets(model: ModelProto, irVersion: number, file: SourceFile): Map<string, number> {
  if (model.opsetImport.length === 0 && irVersion < NAMED_OPSETS) return new Map([["", 1]]);
  if (model.opsetImport.length === 0) {
    throw file.bad({
      found: "no opset",
      expected: "the opset of each domain that the model uses",
      field: "opset_import",
    });
  }
  return readImports(model.opsetImport, "opset_import", file);
}

export function readImports(
  imports: readonly OperatorSetIdProto[],
  field: string,
  file: SourceFile,
): Map<string, number> {
  const opsets = new Map<string, number>();
  imports.forEach((entry, i) => {
    const domain = domainOf(entry);
    const bad = (found: string, expected: string) =>
      file.bad({ what: `opset of domain ${quote(domain)}`, found, expected, field: `${field}[${i}]` });
    if (entry.version < 1n || entry.version > 0x7fff_ffffn) {
      throw bad(`version ${entry.version}`, "a version of at least 1");
    }
    const version = Number(entry.version);
    const known = opsets.get(domain) ?? version;
    if (known !== version) throw bad(`versions ${known} and ${version}`, "one version");
    opsets.set(domain, version);
  });
  return opsets;
}
