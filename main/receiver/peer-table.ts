/**
 * The remote AEs that the station knows: who calls is found by AE title and address, and what it may ask for is told. The table is plain
 * settings; it is read anew at each association, so that a change holds from the next one on.
 */
import { BlockList, isIP, isIPv6 } from 'node:net'
import type { DicomPeer } from '../contract/settings.ts'
import type { Admission, AdmissionRefusal, AssociationInfo, PeerRight, TlsCredentials } from '../dimse/index.ts'

/** The settings that say whom we know. */
export interface PeerRules {
  peers: readonly DicomPeer[]
  unknownPeers: 'store' | 'refuse'
}

/** Where a peer listens. */
export interface PeerAddress {
  aeTitle: string
  host: string
  port: number
  /** Speaks TLS, and shows the certificate that is named, if any; absent: plain. */
  tls?: TlsCredentials & { fingerprint?: string }
}

const family = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4')

/** Whether `address` (without zone) is the address, or in the network, that `expected` names. */
export function isWithin(address: string, expected: string): boolean {
  const plain = address.replace(/%.*$/, '')
  if (isIP(plain) === 0) return false
  const [network = '', prefix] = expected.split('/')
  if (isIP(network) === 0) return false
  const list = new BlockList()
  if (prefix === undefined) list.addAddress(network, family(network))
  else list.addSubnet(network, Number(prefix), family(network))
  return list.check(plain, family(plain))
}

/** The first peer with the caller's AE title and address; null when it is unknown. */
export const findPeer = (
  { peers }: PeerRules,
  { callingAETitle, remoteAddress, ...caller }: AssociationInfo,
): DicomPeer | null =>
  peers.find(
    ({ aeTitle, address, tls, fingerprint }) =>
      aeTitle.trim() === callingAETitle &&
      isWithin(remoteAddress, address) &&
      (caller.isEncrypted || !tls) &&
      (!fingerprint || caller.fingerprint === fingerprint),
  ) ?? null

/** Whether an AE title belongs to who shows a certificate. */
const isBound = ({ peers }: PeerRules, title: string): boolean =>
  peers.some(({ aeTitle, fingerprint }) => aeTitle.trim() === title && Boolean(fingerprint))

const rightsOf = ({ may }: DicomPeer): ReadonlySet<PeerRight> =>
  new Set((['store', 'query', 'retrieve', 'commit'] as const).filter((right) => may[right]))

const onlyStore: ReadonlySet<PeerRight> = new Set(['store'])

/**
 * Whether a caller is let in, and with which rights: those of its row, or, unknown, storing alone where that is allowed. Under an AE title
 * that is bound to a certificate nobody is unknown.
 */
export function admit(rules: PeerRules, caller: AssociationInfo): Admission | AdmissionRefusal {
  const peer = findPeer(rules, caller)
  if (peer) {
    const maxAssociations = peer.maxAssociations ?? Number.POSITIVE_INFINITY
    return { peer: `${peer.aeTitle.trim()} ${peer.address}`, maxAssociations, rights: rightsOf(peer) }
  }
  if (isBound(rules, caller.callingAETitle)) return 'certificate-of-another'
  if (rules.unknownPeers === 'refuse') return 'calling-ae-unknown'
  return { peer: 'unknown', maxAssociations: Number.POSITIVE_INFINITY, rights: onlyStore }
}

/** What we show, and whom we expect. */
export const expecting = (
  credentials: TlsCredentials,
  fingerprint: string | null | undefined,
): NonNullable<PeerAddress['tls']> => (fingerprint ? { ...credentials, fingerprint } : credentials)

/**
 * Where the peer with an AE title listens; null when none that listens has it. A peer known by its network is reached where it calls
 * from, and so only while it calls itself; one that speaks TLS, only when we have `credentials`.
 */
export function peerAddress(
  { peers }: PeerRules,
  aeTitle: string,
  caller: Pick<AssociationInfo, 'callingAETitle' | 'remoteAddress'> | null,
  credentials: TlsCredentials | null,
): PeerAddress | null {
  for (const peer of peers) {
    if (peer.aeTitle.trim() !== aeTitle || peer.port === null || (peer.tls && !credentials)) continue
    const { port } = peer
    const tls = peer.tls && credentials ? { tls: expecting(credentials, peer.fingerprint) } : {}
    if (!peer.address.includes('/')) return { aeTitle, host: peer.address, port, ...tls }
    if (caller?.callingAETitle === aeTitle && isWithin(caller.remoteAddress, peer.address)) {
      return { aeTitle, host: caller.remoteAddress, port, ...tls }
    }
  }
  return null
}

/** What an association with a peer is asked for by. */
export const connectionTo = ({ aeTitle, host, port, tls }: PeerAddress, callingAETitle: string) => ({
  host,
  port,
  calledAETitle: aeTitle,
  callingAETitle,
  ...(tls ? { tls } : {}),
})
