import { HoduError } from "hodu-plugin-sdk";

/** The error that a call ends with; it must be one of ours. */
export async function refusal(call: () => unknown): Promise<HoduError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof HoduError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}
