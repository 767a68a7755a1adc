import fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { type DicomPeer, dicomPeer } from '../../../main/contract/settings.ts'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { type DimseError, ScuAssociation, verificationContext } from '../../../main/dimse/index.ts'
import { createReceiver, type Receiver } from '../../../main/receiver/index.ts'
import { admit, findPeer, isWithin, type PeerRules } from '../../../main/receiver/peer-table.ts'
import { until } from '../../helpers/dimse-server.ts'
import { createMemoryCache } from '../../helpers/memory-cache.ts'

const CT = SOPClassUIDs.CTImageStorage
const { ExplicitVRLittleEndian } = TransferSyntaxUIDs
const all = { store: true, query: true, retrieve: true, commit: true }
const peer = (changes: Partial<DicomPeer> = {}): DicomPeer => ({
  aeTitle: 'CT1',
  address: '127.0.0.1',
  port: null,
  tls: false,
  may: all,
  maxAssociations: null,
  ...changes,
})
const caller = (callingAETitle: string, remoteAddress: string) => ({
  id: 1,
  callingAETitle,
  calledAETitle: 'ASTREINTE',
  remoteAddress,
  isEncrypted: false,
  implementationClassUID: '',
  implementationVersionName: '',
})

describe('addresses', () => {
  test.each([
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.4', false],
    ['10.1.2.3', '10.1.0.0/16', true],
    ['10.2.2.3', '10.1.0.0/16', false],
    ['10.2.2.3', '0.0.0.0/0', true],
    ['::1', '0.0.0.0/0', false],
    ['2001:db8::5', '2001:db8::/64', true],
    ['2001:db8:0:1::5', '2001:db8::/64', false],
    ['fe80::1%eth0', 'fe80::/10', true],
    ['', '10.0.0.0/8', false],
  ])('%j in %j: %j', (address, expected, is) => {
    expect(isWithin(address, expected)).toBe(is)
  })

  test('a network holds exactly the addresses with its leading bits', () => {
    const bits = (address: string) =>
      address
        .split('.')
        .map((part) => Number(part).toString(2).padStart(8, '0'))
        .join('')
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, network, prefix) => {
        expect(isWithin(address, `${network}/${prefix}`)).toBe(
          bits(address).slice(0, prefix) === bits(network).slice(0, prefix),
        )
        expect(isWithin(network, `${network}/${prefix}`)).toBe(true)
      }),
    )
  })

  test('only addresses and networks can be set', () => {
    const takes = (address: string) => dicomPeer.safeParse(peer({ address })).success
    expect(['10.0.0.1', '10.0.0.0/8', '::1', '2001:db8::/32'].map(takes)).toEqual([true, true, true, true])
    expect(['', 'pacs.example', '10.0.0.0/33', '10.0.0', '*'].map(takes)).toEqual([false, false, false, false, false])
  })
})

describe('who calls', () => {
  const rules = (unknownPeers: PeerRules['unknownPeers'] = 'store'): PeerRules => ({
    peers: [
      peer({ may: { ...all, retrieve: false } }),
      peer({ address: '127.0.0.0/8' }),
      peer({ aeTitle: 'PACS', address: '::1' }),
    ],
    unknownPeers,
  })

  test('is found by title and address, the first row first', () => {
    const addressOf = (title: string, address: string) => findPeer(rules(), caller(title, address))?.address
    expect(addressOf('CT1', '127.0.0.1')).toBe('127.0.0.1')
    expect(addressOf('CT1', '127.9.9.9')).toBe('127.0.0.0/8')
    expect(addressOf('CT1', '::1')).toBe(undefined)
    expect(addressOf('PACS', '::1')).toBe('::1')
    expect(addressOf('pacs', '::1')).toBe(undefined)
  })

  test('has the rights of its row; unknown, it may store or is not let in', () => {
    const rights = (title: string, unknownPeers: PeerRules['unknownPeers']) => {
      const admission = admit(rules(unknownPeers), caller(title, '127.0.0.1'))
      return typeof admission === 'string' ? admission : [...admission.rights].join(' ')
    }
    expect(rights('CT1', 'refuse')).toBe('store query commit')
    expect(rights('OTHER', 'store')).toBe('store')
    expect(rights('OTHER', 'refuse')).toBe('calling-ae-unknown')
  })
})

describe('an AE title that is bound to a certificate', () => {
  const [theirs, other] = ['AA', 'BB'].map((byte) => Array.from({ length: 32 }, () => byte).join(':')) as [
    string,
    string,
  ]
  const bound = peer({ aeTitle: 'PACS', tls: true, fingerprint: theirs })
  const rules = (...peers: DicomPeer[]): PeerRules => ({ peers, unknownPeers: 'store' })
  const over = (fingerprint: string, remoteAddress = '127.0.0.1') => ({
    ...caller('PACS', remoteAddress),
    isEncrypted: true,
    fingerprint,
  })

  test('lets in who shows it, and nobody else, even where the unknown may store', () => {
    expect(admit(rules(bound), over(theirs))).toMatchObject({
      rights: new Set(['store', 'query', 'retrieve', 'commit']),
    })
    expect(admit(rules(bound), over(other))).toBe('certificate-of-another')
    expect(admit(rules(bound), over(theirs, '127.0.0.2'))).toBe('certificate-of-another')
    expect(admit(rules(bound), caller('PACS', '127.0.0.1'))).toBe('certificate-of-another')
    expect(admit(rules(bound), caller('OTHER', '127.0.0.1'))).toMatchObject({ peer: 'unknown' })
  })

  test('may have several: each row has its own', () => {
    const both = rules(bound, peer({ aeTitle: 'PACS', tls: true, fingerprint: other }))
    expect(admit(both, over(other))).toMatchObject({ peer: 'PACS 127.0.0.1' })
  })

  test('is set as openssl and browsers write it', () => {
    const takes = (fingerprint: string) => dicomPeer.safeParse(peer({ fingerprint })).success
    expect([theirs, theirs.toLowerCase(), theirs.slice(3), ''].map(takes)).toEqual([true, false, false, false])
    expect(dicomPeer.parse(peer())).toEqual(peer())
  })
})

describe('the receiver', () => {
  let receiver: Receiver | null = null
  let rules: PeerRules = { peers: [], unknownPeers: 'store' }
  const cache = createMemoryCache()

  async function start(first: PeerRules): Promise<void> {
    rules = first
    receiver = createReceiver({ cache, log: pino({ level: 'silent' }), peers: () => rules })
    expect(await receiver.reconfigure({ host: '127.0.0.1', port: 0, aeTitle: 'ASTREINTE' })).toBe(null)
  }
  afterEach(() => receiver?.stop(0))

  const open = (callingAETitle: string) =>
    ScuAssociation.open({
      host: '127.0.0.1',
      port: receiver?.address?.port ?? 0,
      calledAETitle: 'ASTREINTE',
      callingAETitle,
      contexts: [verificationContext, { abstractSyntax: CT, transferSyntax: ExplicitVRLittleEndian }],
    })
  const rejectionOf = (opening: Promise<unknown>) =>
    opening.then(
      () => null,
      (error: DimseError) => error.rejection,
    )
  const store = (association: ScuAssociation) =>
    association.store({
      SOPClassUID: CT,
      SOPInstanceUID: '1.2.3',
      TransferSyntaxUID: ExplicitVRLittleEndian,
      dataSet: [Buffer.alloc(1000)],
    })

  test('rejects who is unknown, where only known peers are let in, and lets in who was added meanwhile', async () => {
    await start({ peers: [], unknownPeers: 'refuse' })
    expect(await rejectionOf(open('CT1'))).toEqual({ result: 1, source: 1, reason: 3 })
    await until(() => receiver?.history().length === 1)
    expect(receiver?.history()[0]).toMatchObject({
      outcome: 'rejected',
      callingAETitle: 'CT1',
      reasons: [{ code: 'calling-ae-unknown', count: 1, detail: '' }],
    })
    rules = { ...rules, peers: [peer()] }
    const association = await open('CT1')
    expect(await store(association)).toEqual({ status: 0 })
    await association.release()
  })

  test('answers "not authorized" to a peer that may not store, takes nothing, and still verifies', async () => {
    await start({ peers: [peer({ may: { ...all, store: false } })], unknownPeers: 'store' })
    const before = cache.objects.length
    const association = await open('CT1')
    expect(await store(association)).toEqual({ status: 0x0124 })
    expect(await association.echo()).toBe(0)
    await association.release()
    expect(cache.objects).toHaveLength(before)
    await until(() => receiver?.history().length === 1)
    expect(receiver?.history()[0]).toMatchObject({ failed: 1, reasons: [{ code: 'not-authorized', count: 1 }] })
  })

  test('bears as many associations of a peer as its row says', async () => {
    await start({ peers: [peer({ maxAssociations: 2 })], unknownPeers: 'store' })
    const [first, second] = [await open('CT1'), await open('CT1')]
    expect(await rejectionOf(open('CT1'))).toEqual({ result: 2, source: 3, reason: 2 })
    const other = await open('CT2')
    await first.release()
    await until(() => receiver?.status.associations === 2)
    const third = await open('CT1')
    await Promise.all([second, third, other].map((each) => each.release()))
  })
})
