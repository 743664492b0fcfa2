/** `512 bytes`, `1.5 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1 << 20) return `${bytes} bytes`;
  return `${(bytes / (1 << 20)).toFixed(bytes < 1 << 30 ? 1 : 0)} MB`;
}
