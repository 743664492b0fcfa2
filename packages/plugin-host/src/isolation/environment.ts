/** Variables without which programs do not run as their user expects; none of them is a secret. */
export const COMMON_VARIABLES: readonly string[] = (
  "PATH HOME USER LANG LANGUAGE LC_ALL LC_CTYPE LC_NUMERIC TZ TMPDIR " +
  "SystemRoot windir PATHEXT ComSpec TEMP TMP USERPROFILE"
).split(" ");
