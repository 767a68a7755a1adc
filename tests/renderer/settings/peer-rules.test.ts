import { expect, test } from 'vitest'
import { dicomPeer } from '../../../main/contract/settings.ts'
import { fingerprintFrom, isCompletePeer, isPeerAddress, newPeer } from '../../../renderer/settings/peer-rules.ts'

test.each([
  ...['192.168.10.24', '10.0.0.0/8', '0.0.0.0/0', '255.255.255.255/32', '::1', 'fe80::1', '2001:db8::/32', '::/0'],
  ...['', '192.168.10', '192.168.10.256', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '2001:db8::/129', 'pacs.example'],
  ...['fe80::1%eth0', '[::1]', '::ffff:10.0.0.1', '10.0.0.1:104', ' 10.0.0.1'],
])('“%s” is an address here where it is one to the station', (text) => {
  expect(isPeerAddress(text)).toBe(dicomPeer.shape.address.safeParse(text).success)
})

test('a remote AE is complete when the station would take it', () => {
  const changes = [
    {},
    { aeTitle: 'CT1' },
    { aeTitle: 'CT1', address: '10.0.0.1' },
    { aeTitle: 'CT1', address: '10.0.0.1', port: 104, maxAssociations: 64 },
    { aeTitle: 'CT1', address: '10.0.0.1', port: 0 },
    { aeTitle: 'CT1', address: '10.0.0.1', port: 65_536 },
    { aeTitle: 'CT1', address: '10.0.0.1', maxAssociations: 65 },
    { aeTitle: 'AÉ', address: '10.0.0.1' },
    { aeTitle: '  ', address: '10.0.0.1' },
    { aeTitle: 'CT1', address: '10.0.0.1', fingerprint: 'AB:CD' },
    { aeTitle: 'CT1', address: '10.0.0.1', fingerprint: fingerprintFrom('ab'.repeat(32)) },
  ]
  const peers = changes.map((change) => ({ ...newPeer, ...change }))
  expect(peers.map(isCompletePeer)).toEqual(peers.map((peer) => dicomPeer.safeParse(peer).success))
  expect(peers.map(isCompletePeer)).toEqual([false, false, true, true, false, false, false, false, false, false, true])
})

test('a fingerprint is taken as openssl, browsers and people write it', () => {
  const kept = Array.from({ length: 32 }, () => 'AB').join(':')
  const written = [kept, kept.toLowerCase(), 'ab'.repeat(32), `sha256 Fingerprint=${kept}\n`, 'AB '.repeat(32)]
  expect(written.map(fingerprintFrom)).toEqual(written.map(() => kept))
  expect(fingerprintFrom('AB:CD')).toBe('AB:CD')
})
