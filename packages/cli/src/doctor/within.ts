import { HoduError } from "@hodu/core";

/** What `work` gives, unless it takes longer: then DEADLINE. `what` says what was to be done: `load plugin "x"`. */
export async function within<T>(work: Promise<T>, milliseconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new HoduError("DEADLINE", `Cannot ${what}: it takes longer than ${milliseconds / 1000} s`));
    }, milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
