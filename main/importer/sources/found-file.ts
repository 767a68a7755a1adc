/** What a source of files gives: files that can be read, and what could not even be that. */

export interface FoundFile {
  /** Path below what was given, with `/`, for people. */
  readonly name: string
  readonly bytes: number
  /** Where it lies on this computer; absent in an archive, and of files that a window offers. */
  readonly path?: string
  /** The bytes from the first; ending early closes it. Throws what the disk says, and {@link ArchiveDamage}. */
  read(): AsyncIterable<Uint8Array>
  /** Bytes from `start` up to, not including, `end`; absent in an archive: an archive in an archive is not opened. */
  readRange?(start: number, end: number): AsyncIterable<Uint8Array>
}

export type Found =
  | { kind: 'file'; file: FoundFile }
  /** Something of this name that is no file to read; `reason` is a code of the locales. */
  | { kind: 'refused'; name: string; reason: string }

/** The bytes of an archived file are not what its archive says. */
export class ArchiveDamage extends Error {
  readonly code = 'archive-damaged'
}
