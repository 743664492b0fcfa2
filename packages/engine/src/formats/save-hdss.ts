import { SNAPSHOT_OPSET, type Weight } from "@hodu/core";
import { alignUp, encodeModelHeader, planWeights, PREFIX_BYTES, type WeightRange } from "@hodu/core/container";
import {
  type ByteSink,
  type ByteSource,
  type CallContext,
  compareDigest,
  type Model,
  newSha256,
  openStores,
  type SaveModelOptions,
  toHex,
} from "hodu-plugin-sdk";
import { SinkWriter } from "./sink-writer.ts";
import { placeHeader, writeTail } from "./write-container.ts";

/**
 * Writes a .hdss (docs/format-hdss.md) in one pass over the weights. With `externalWeights` large weights go to `<name>.weights`
 * beside it. Throws BAD_MODEL for a weight that does not have its digest, UNSUPPORTED, IO, ABORTED.
 */
export async function saveHdss(
  model: Model,
  sink: ByteSink,
  { externalWeights = false }: SaveModelOptions,
  context: CallContext,
): Promise<void> {
  const location = externalWeights ? weightsName(sink.name) : "";
  const plan = planWeights(model.snapshot, location, externalWeights ? 0 : PREFIX_BYTES);
  const headerOffset = externalWeights ? PREFIX_BYTES : alignUp(plan.end);
  const file = { kind: "hdss", opset: SNAPSHOT_OPSET, name: sink.name } as const;
  // every digest has one length, so the header has its own before the weights are read
  const place = placeHeader(file, encodeModelHeader(plan.snapshot()), headerOffset);
  const writer = new SinkWriter(sink, context, place.size);
  await writer.write(place.prefix);
  const isBeside = externalWeights && plan.ranges.length > 0;
  const weights = isBeside ? new SinkWriter(await sink.sibling(location), context, plan.end) : writer;
  const digests = await copyWeights(plan.ranges, await openStores(model, `write ${sink.name}`), weights);
  if (isBeside) await weights.flush();
  await writeTail(writer, place, encodeModelHeader(plan.snapshot(digests)));
}

/** `model.weights` for `folder/model.hdss`. */
function weightsName(path: string): string {
  const name = path.replace(/^.*[/\\]/, "");
  return `${name.replace(/(.)\.[^.]*$/, "$1")}.weights`;
}

/** The digests of what was copied. */
async function copyWeights(
  ranges: readonly WeightRange[],
  stores: readonly ByteSource[],
  writer: SinkWriter,
): Promise<readonly string[]> {
  const digests: string[] = [];
  for (const { weight } of ranges) {
    await writer.align();
    digests.push(await copyWeight(weight, stores[weight.store], writer));
  }
  return digests;
}

async function copyWeight(weight: Weight, store: ByteSource, writer: SinkWriter): Promise<string> {
  const hash = newSha256();
  for await (const chunk of store.chunks(weight.offset, weight.length)) await writer.write(chunk, hash);
  const digest = toHex(hash.digest());
  compareDigest(weight, digest, store.name);
  return digest;
}
