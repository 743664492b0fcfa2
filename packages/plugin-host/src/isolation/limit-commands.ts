/** Lines of a shell's script that bound what a process and those that it starts may fill in memory (bytes each), and keep it from dumping it. */
export function limitCommands(maxMemory: number | undefined): readonly string[] {
  return ["ulimit -c 0", ...(maxMemory === undefined ? [] : [`ulimit -d ${Math.floor(maxMemory / 1024)}`])];
}
