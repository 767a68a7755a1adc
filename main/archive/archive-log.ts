/** The part of a logger that the archive's services use. What they log tells of no patient: no UID, no address of a request. */
export interface ArchiveLog {
  info(data: object, message: string): void
  warn(data: object, message: string): void
  error(data: object, message: string): void
}
