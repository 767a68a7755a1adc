/** DICOMweb for other machines, of the sample station: settings and clients that nobody connects with. */
import type { HandlersOf } from '../../main/contract/define.ts'
import type { StationContract } from '../../main/contract/index.ts'
import type { WebAccessState } from '../../main/contract/web-access.ts'

const noWebAccess: WebAccessState = {
  ...{ isOn: false, port: 8443, origins: [], certificateOf: 'none', certificate: null },
  ...{ listening: null, problem: null, clients: [] },
}
const certificate = {
  ...{ subject: 'O=CHU de Grayville, CN=astreinte.chu-grayville.example', issuer: 'CN=Autorité du GHT' },
  ...{ validFrom: '2026-01-01T00:00:00.000Z', validTo: '2099-01-01T00:00:00.000Z' },
  names: ['astreinte.chu-grayville.example', '192.168.10.24'],
}
const client = (name: string, mayRead: boolean, mayStore: boolean, lastUsedAt: string | null) => ({
  ...{ id: name, name, mayRead, mayStore, lastUsedAt },
  createdAt: '2026-02-01T08:00:00.000Z',
})

/** A station that serves a web viewer and takes what a modality sends. */
export const servingWebAccess: WebAccessState = {
  ...{ isOn: true, port: 8443, origins: ['https://viewer.chu-grayville.example'], problem: null },
  ...{ certificateOf: 'own', certificate, listening: { address: '0.0.0.0', port: 8443 } },
  clients: [
    client('Visionneuse Web', true, false, '2026-03-02T07:41:00.000Z'),
    client('Échographe salle 3', false, true, null),
    client('Recherche.GHT', true, true, '2026-02-27T16:05:00.000Z'),
  ],
}

export const WEB_SECRET = 'mRk3yA0r0n5uXg8tqSIX9m1f7bWc2d4e6LhJ-PzQv_A'

/** Keeps what is set in memory; the first start without a certificate is refused. */
export function sampleWebAccess(
  onChange: () => void,
  first: WebAccessState = noWebAccess,
): HandlersOf<StationContract>['webAccess'] {
  let state = first
  const change = (changes: Partial<WebAccessState>) => {
    state = { ...state, ...changes }
    onChange()
  }
  return {
    state: () => state,
    configure: ({ certificate: given, ...wanted }) => {
      const isGiven = typeof given === 'object'
      if (isGiven && !given.key.includes('PRIVATE KEY')) return { fault: 'key-unreadable', problem: null }
      if (wanted.isOn && !isGiven && !state.certificate) return { fault: null, problem: 'no-certificate' }
      const listening = wanted.isOn ? { address: '0.0.0.0', port: wanted.port } : null
      change({ ...wanted, ...(isGiven ? { certificateOf: 'own', certificate } : {}), listening })
      return { fault: null, problem: null }
    },
    addClient: ({ name, mayRead, mayStore }) => {
      if (state.clients.some((each) => each.name === name)) return { kind: 'name-taken' }
      const added = client(name, mayRead, mayStore, null)
      change({ clients: [...state.clients, added] })
      return { kind: 'added', client: added, secret: WEB_SECRET }
    },
    revokeClient: ({ id }) => {
      change({ clients: state.clients.filter((each) => each.id !== id) })
      return {}
    },
  }
}
