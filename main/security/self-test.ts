/**
 * Known-answer tests of the cryptography in use, run before any key is touched: tests run on OpenSSL, Electron on BoringSSL, and a station
 * whose ciphers are not what they should be must not start.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, scryptSync } from 'node:crypto'

/** The cryptography of this program is broken; it must not run. */
export class SelfTestError extends Error {
  readonly algorithm: string
  constructor(algorithm: string, options?: ErrorOptions) {
    super(`Self-test of ${algorithm} failed.`, options)
    this.name = 'SelfTestError'
    this.algorithm = algorithm
  }
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

/** McGrew and Viega, "The Galois/Counter Mode of Operation", test case 16. */
const gcm = (): boolean => {
  const key = hex('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308')
  const nonce = hex('cafebabefacedbaddecaf888')
  const context = hex('feedfacedeadbeeffeedfacedeadbeefabaddad2')
  const plain = hex(
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  )
  const encrypted =
    '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662'
  const tag = hex('76fc6ece0f4e1768cddf8853bb2d551b')
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(context)
  const isEncrypted = Buffer.concat([cipher.update(plain), cipher.final()]).toString('hex') === encrypted
  return isEncrypted && cipher.getAuthTag().equals(tag) && rejectsForgery(key, nonce, context, hex(encrypted), tag)
}

const rejectsForgery = (key: Buffer, nonce: Buffer, context: Buffer, encrypted: Buffer, tag: Buffer): boolean => {
  const forged = Buffer.from(tag)
  forged[0] = (forged[0] ?? 0) ^ 1
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 }).setAAD(context).setAuthTag(forged)
  decipher.update(encrypted)
  try {
    decipher.final()
    return false
  } catch {
    return true
  }
}

/** FIPS 180-4, the message "abc". */
const sha256 = (): boolean =>
  createHash('sha256').update('abc').digest('hex') ===
  'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

/** RFC 5869, test case 1. */
const hkdf = (): boolean =>
  Buffer.from(
    hkdfSync('sha256', Buffer.alloc(22, 0x0b), hex('000102030405060708090a0b0c'), hex('f0f1f2f3f4f5f6f7f8f9'), 42),
  ).toString('hex') === '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865'

/** RFC 7914 §12, the second example. */
const scrypt = (): boolean =>
  scryptSync('password', 'NaCl', 64, { N: 1024, r: 8, p: 16, maxmem: 64 * 1024 * 1024 }).toString('hex') ===
  'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640'

const tests: readonly [algorithm: string, test: () => boolean][] = [
  ['AES-256-GCM', gcm],
  ['SHA-256', sha256],
  ['HKDF', hkdf],
  ['scrypt', scrypt],
]

/** Throws {@link SelfTestError} when an algorithm does not give what its standard says. */
export const runSelfTest = (): void => {
  for (const [algorithm, test] of tests) {
    let passed = false
    try {
      passed = test()
    } catch (cause) {
      throw new SelfTestError(algorithm, { cause })
    }
    if (!passed) throw new SelfTestError(algorithm)
  }
}
