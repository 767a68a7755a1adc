/** What can be typed for a remote AE (PS3.5 §6.2, RFC 4632), and what is missing. */
import type { DicomPeer } from '../../main/contract/settings.ts'
import { isAETitle } from './receiver-form.tsx'

/** Rights in the order in which they are shown. */
export const peerRights = ['store', 'query', 'retrieve', 'commit'] as const satisfies (keyof DicomPeer['may'])[]

/** A remote AE as it is begun: it may send images, and is heard from wherever it is. */
export const newPeer: DicomPeer = {
  aeTitle: '',
  address: '',
  port: null,
  tls: false,
  may: { store: true, query: false, retrieve: false, commit: false },
  maxAssociations: null,
}

const isIPv4 = (text: string): boolean => /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(text)
const isIPv6 = (text: string): boolean => text.includes(':') && URL.canParse(`http://[${text}]`)

/** Whether a text is an IPv4 or IPv6 address, or a network in CIDR notation. */
export function isPeerAddress(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  if (rest.length > 0 || !(isIPv4(address) || isIPv6(address))) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIPv4(address) ? 32 : 128))
}

/** A SHA-256 fingerprint as it is kept, from one with or without colons or spaces, as tools write it; what is none stays as it is typed. */
export function fingerprintFrom(text: string): string {
  const digits = text
    .trim()
    .replace(/^sha-?256 fingerprint=/i, '')
    .replace(/[:\s]/g, '')
    .toUpperCase()
  return /^[0-9A-F]{64}$/.test(digits) ? (digits.match(/../g) ?? []).join(':') : text
}

export const isFingerprint = (text: string): boolean => /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/.test(text)

/** Whether it is a network, from which a peer calls and where it cannot be called. */
export const isNetwork = (address: string): boolean => address.includes('/')

const isWithin = (value: number | null, most: number): boolean =>
  value === null || (Number.isInteger(value) && value >= 1 && value <= most)

/** Whether the contract takes it. */
export const isCompletePeer = ({ aeTitle, address, port, maxAssociations, fingerprint }: DicomPeer): boolean =>
  isAETitle(aeTitle) &&
  isPeerAddress(address) &&
  isWithin(port, 65_535) &&
  isWithin(maxAssociations, 64) &&
  (!fingerprint || isFingerprint(fingerprint))

/** Whether a C-ECHO can be sent to it. */
export const canBeCalled = ({ address, port }: DicomPeer): boolean => port !== null && !isNetwork(address)
