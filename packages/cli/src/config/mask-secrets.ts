/** Text without the names and passwords of addresses: `http://***@host` for `http://user:password@host`. */
export function maskSecrets(text: string): string {
  return text.replace(/(^|\/\/)[^\n]*@/g, "$1***@");
}
