import type { EventSink } from "hodu-plugin-sdk";

/** Tells how many bytes of a plugin were taken, of how many: `(12.3 MB / 18.4 MB)`. `plugin`: the file or folder that they are from. */
export function byteProgress(events: EventSink, plugin: string): (done: number, total: number) => void {
  return (done, total) => {
    if (total === 0) return;
    events({ type: "InstallProgress", plugin, done, total, label: `(${megabytes(done)} / ${megabytes(total)})` });
  };
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;
