import { HoduError } from "@hodu/core";
import { bytesSource } from "../bytes-source.ts";
import type { ByteSource } from "../contracts/byte-source.ts";
import type { Model } from "../contracts/model.ts";

/** What the weights of a model are in, by store. `what` completes "Cannot ...". Throws MISSING_INPUT without the model's file, and what `sibling` throws. */
export async function openStores({ snapshot, source }: Model, what: string): Promise<readonly ByteSource[]> {
  return Promise.all(
    snapshot.stores.map(async (store) => {
      if (store.kind === "bytes") return bytesSource("the model", store.bytes);
      if (source !== undefined) return store.location === "" ? source : source.sibling(store.location);
      throw new HoduError(
        "MISSING_INPUT",
        `Cannot ${what}: the model keeps its weights in a file, which was not given`,
      );
    }),
  );
}
