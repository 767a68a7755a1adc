/** A DICOMweb request that is answered by an error status (PS3.18 §8.5), with a code instead of a message. */
export class WebError extends Error {
  readonly statusCode: number
  readonly code: string
  constructor(statusCode: number, code: string) {
    super(code)
    this.name = 'WebError'
    this.statusCode = statusCode
    this.code = code
  }
}
