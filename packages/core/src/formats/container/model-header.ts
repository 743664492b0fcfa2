import { quote } from "../../errors/quote.ts";
import { type Snapshot, SNAPSHOT_OPSETS } from "../../snapshot/types.ts";
import { type Codec, list, natural, pair, type PartReader, PartWriter, record, text } from "../../wire/codec.ts";
import { snapshot } from "../../wire/snapshot-codec.ts";
import type { WireSnapshot } from "../../wire/types.ts";
import { encodeHeader } from "./header.ts";
import { newer, type SizedFile } from "./prefix.ts";

type Opsets = readonly (readonly [domain: string, version: number])[];

const opsetsMember = list(pair(text, natural));

const modelHeader = record<ModelHeader, { readonly opsets: Opsets; readonly snapshot: WireSnapshot }>({
  opsets: opsetsMember,
  snapshot,
});

interface ModelHeader {
  readonly opsets: Opsets;
  readonly snapshot: Snapshot;
}

const opsetsOnly: Codec<{ readonly opsets: Opsets }> = record<{ opsets: Opsets }, { opsets: Opsets }>({
  opsets: opsetsMember,
});

/** The header's text and the bytes beside it. */
export interface EncodedHeader {
  readonly header: Uint8Array;
  readonly parts: readonly Uint8Array[];
}

/** A Snapshot as the header of a .hdss. */
export function encodeModelHeader(value: Snapshot): EncodedHeader {
  const writer = new PartWriter();
  const members = modelHeader.encode({ opsets: [...SNAPSHOT_OPSETS], snapshot: value }, writer);
  return { header: encodeHeader(members, writer), parts: writer.parts };
}

/** The Snapshot of a header's members, not verified. Throws what `from` refuses with, UNSUPPORTED for the opsets of later releases. */
export function decodeModelHeader(members: object, from: PartReader, file: SizedFile): Snapshot {
  const { opsets } = opsetsOnly.decode(members, from);
  for (const [domain, version] of opsets) {
    const known = SNAPSHOT_OPSETS.get(domain) ?? 0;
    if (version > known) throw newer(file, `opset ${version} of ${quote(domain || "ai.onnx")}`, String(known));
  }
  from.inside("opsets", () => {
    for (const [domain, version] of SNAPSHOT_OPSETS) {
      const found = opsets.filter(([other]) => other === domain);
      if (found.length !== 1 || found[0][1] !== version) {
        from.fail(found[0]?.[1], `opset ${version} of ${domain || "ai.onnx"}, once`);
      }
    }
  });
  return modelHeader.decode(members, from).snapshot;
}
