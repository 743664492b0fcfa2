import type { HoduError } from "@hodu/core";

/** What a promise gives, unless it takes longer: then the error that `late` makes. The work goes on, and its result is nobody's. */
export async function within<T>(work: Promise<T>, milliseconds: number, late: () => HoduError): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds);
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}
