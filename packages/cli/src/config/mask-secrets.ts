/** Text without the name and password of an address: `http://***@host` for `http://user:password@host`. */
export function maskSecrets(text: string): string {
  return text.replace(/^(\s*[a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1***@");
}
