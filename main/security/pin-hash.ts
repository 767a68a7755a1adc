/** A PIN as it is kept: through scrypt (RFC 7914), with the parameters beside the hash, so that they can grow. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** All byte strings in hexadecimal. */
export interface PinHash {
  /** scrypt's cost, block size and parallelisation. */
  N: number
  r: number
  p: number
  salt: string
  hash: string
}

/** 32 MiB and a tenth of a second or two for each try. */
const PARAMETERS = { N: 2 ** 15, r: 8, p: 1 } as const
const HASH_LENGTH = 32

const derive = (pin: string, { N, r, p, salt }: Omit<PinHash, 'hash'>): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    // OpenSSL wants a little more than the 128·N·r bytes of the algorithm.
    const maxmem = 128 * N * r + 1024 * 1024
    scrypt(pin, Buffer.from(salt, 'hex'), HASH_LENGTH, { N, r, p, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })

/** Hashes a PIN under a new salt. */
export const hashPin = async (pin: string): Promise<PinHash> => {
  const parameters = { ...PARAMETERS, salt: randomBytes(16).toString('hex') }
  return { ...parameters, hash: (await derive(pin, parameters)).toString('hex') }
}

/** Whether `pin` is the one that was hashed; takes the same time for every wrong one. */
export const isPin = async (pin: string, kept: PinHash): Promise<boolean> => {
  const expected = Buffer.from(kept.hash, 'hex')
  const actual = await derive(pin, kept)
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}
