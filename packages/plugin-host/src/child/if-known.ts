import { UnknownMethod } from "hodu-plugin-sdk/protocol";

/** What a call gives, or `otherwise` where the plugin does not know the method. */
export async function ifKnown<T>(call: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof UnknownMethod) return otherwise;
    throw error;
  }
}
